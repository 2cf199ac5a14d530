import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { sweep, type PointRow } from '../../src/explore/index.js';
import {
  code,
  joined,
  plot,
  renderHtml,
  robustPart,
  structureSection,
  sweepPart,
  table,
  text,
  type Report,
} from '../../src/report/index.js';
import { closePages, executable, hovered, launch, open, processorMs } from './open.js';

const evil = `</script><script>hit=1</script><img src=x onerror="hit=1">'&"`;

/** A point of a sweep whose every name is given. */
function row(key: string, name: string, value: string | number, area: number, energy: number): PointRow {
  const measures = { areaUm2: area, energyFjPerCycle: energy };
  const rest = { images: null, intervals: {}, evidence: null, stages: [], failure: null, seconds: 0 };
  return { key, candidate: { [name]: value }, status: 'done', measures, ...rest };
}

function definitionOf(name: string, variable: string) {
  return sweep({
    name,
    design: 'a.dp',
    variables: [{ name: variable, domain: { kind: 'list', values: [1] } }],
    measures: [],
    objectives: [
      { measure: 'areaUm2', direction: 'min' },
      { measure: 'energyFjPerCycle', direction: 'min' },
    ],
  });
}

async function hostileReport(): Promise<Report> {
  const sources = [{ path: evil, file: evil, text: evil }];
  const node = {
    kind: 'input',
    width: 1,
    name: evil,
    place: { file: evil, line: 1, column: 1, length: 1 },
  } as const;
  const port = { name: evil, width: 1, lanes: 1, signed: false, format: 'bool' };
  const module = { name: 'm', about: evil, nodes: [node], inputs: [port], outputs: [{ ...port, value: 0 }] };
  const design = { top: 'm', modules: [{ ...module, memories: [], latency: 0, stages: 0 }] };
  const structure = await structureSection(design, {
    ...{ sources, verilog: [{ name: 'm.v', text: `input ${evil}` }], scope: '' },
  });
  const rows = [row('a', evil, evil, 1, 2), row('b', evil, evil, 2, 1)];
  const points = sweepPart({ id: evil, definition: definitionOf(evil, evil), rows, front: rows.slice(0, 1) });
  const rate = { p: 0.01, voltage: 0.9, energy: 0.8, rerr: 0.5, ci95: [0.4, 0.6], worst: 0.7 };
  const scheme = { scheme: evil, cleanError: 0, rates: [rate, { ...rate, p: 0.02, voltage: 0.8 }] };
  const errors = robustPart({
    ...{ model: evil, data: evil, bits: 8, chips: 1, samples: 1, seed: 1 },
    ...{ schemes: [scheme, { ...scheme, scheme: 'b' }], curve: { name: evil, source: { title: evil } } },
  });
  const data = {
    columns: [evil, `${evil} 2`, evil],
    rows: [
      [evil, evil, 3],
      ['b', 'c', 2],
    ],
  };
  const first = {
    title: evil,
    blocks: [
      text(evil),
      { kind: 'figures', figures: [{ label: evil, value: evil, source: evil }] } as const,
      table(evil, data, evil),
      plot('Bars', data, { kind: 'bars', x: 0, yName: evil, ys: [2] }, evil),
      plot('Areas', data, { kind: 'treemap', group: 0, name: 1, value: 2 }, evil),
      code(evil, evil, ''),
    ],
  };
  return joined([points, errors], [first, structure], evil);
}

describe.skipIf(executable === undefined)('pages in Chromium', () => {
  let folder: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bitloom-pages-'));
    browser = await launch();
  });
  afterEach(() => closePages(browser));
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it('names that are HTML stay text, in tables, drawings, plots and what hovers over them', async () => {
    const file = join(folder, 'hostile.html');
    writeFileSync(file, renderHtml(await hostileReport()));
    const { page, said } = await open(browser, file);
    for (const name of ['Bars', 'Areas', 'Error against bit error rate'])
      expect(await hovered(page, name, 0.4, 0.5), name).toContain('<script>hit=1</script>');
    await page.locator('svg.schematic a').first().click();
    expect(await page.locator('.chosen').innerText()).toContain('<img');
    expect(await page.title()).toBe(evil);
    expect(await page.evaluate('document.querySelectorAll("img").length')).toBe(0);
    // The data, the library and the page's own four scripts.
    expect(await page.evaluate('document.scripts.length')).toBe(6);
    expect(await page.evaluate('typeof hit')).toBe('undefined');
    expect(said).toEqual([]);
  });

  it('10,000 points are small and soon there', async () => {
    const numbers = random(1);
    const rows = Array.from({ length: 10_000 }, (_, i) =>
      row(`k${i}`, 'lanes', i, 100 + 900 * numbers.unit(), 50 + 500 * numbers.unit()),
    );
    const part = sweepPart({
      id: 's',
      definition: definitionOf('s', 'lanes'),
      rows,
      front: rows.slice(0, 9),
    });
    const file = join(folder, 'large.html');
    writeFileSync(file, renderHtml(joined([part], [])));
    expect(statSync(file).size).toBeLessThan(20e6);
    const start = performance.now();
    const { page, said } = await open(browser, file);
    await page.locator('.chart canvas').first().waitFor();
    const took = Math.round(performance.now() - start);
    const size = (statSync(file).size / 1e6).toFixed(1);
    console.log(
      `10,000 points: ${size} MB, drawn in ${took} ms, ${await processorMs(page)} ms of processor time`,
    );
    expect(said).toEqual([]);
  });
});
