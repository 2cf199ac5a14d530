import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bitloom } from '../cli/run.js';
import { chartOf, closePages, executable, hovered, launch, open } from './open.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sweep = `datapath adder(N: 1..40 = 4, stages: 0..3 = 1) {
  in a: int(N)
  in b: int(N)
  out y = a + b
  pipeline(stages: stages)
}

sweep adder {
  N in 2..9
  stages in [0, 1, 2]
  measure registerBits, latency
  let depth = N / (latency + 1)
  pareto min depth, min registerBits
}
`;

describe.skipIf(executable === undefined)('reports of real results in Chromium', () => {
  let folder: string;
  let browser: Browser;
  const at = (name: string): string => join(folder, name);
  const page = (name: string): string => at(`${name}/report.html`);
  const own = { BITLOOM_CACHE: '' };

  function made(args: readonly string[]): string {
    const ran = bitloom(args, own);
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.code} ${ran.stderr}`);
    return ran.stdout;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bitloom-browser-'));
    own.BITLOOM_CACHE = at('cache');
    const example = join(root, 'examples/dot-int8.dp');
    const design = ['report', example, '-p', 'lanes=2', '--tech', 'asap7', '--vectors', '100'];
    made([...design, '-o', at('design')]);
    writeFileSync(at('adder.dp'), sweep);
    made(['sweep', at('adder.dp'), '--store', at('store'), '--json']);
    made(['report', at('store'), '-o', at('sweep')]);
    const robust = ['robust', '--model', 'mlp', '--images', '100', '--chips', '3', '--json'];
    writeFileSync(
      at('robust.json'),
      made([...robust, '--scheme', 'normal,rquant', '--rates', '0.001,0.01,0.03']),
    );
    made([
      'hbm',
      'plan',
      join(root, 'examples/microrec-small.json'),
      '--board',
      'u280',
      '-o',
      at('plan.json'),
    ]);
    made(['report', at('robust.json'), at('plan.json'), '-o', at('others')]);
    made(['report', join(root, 'reports/baseline'), '-o', at('published')]);
    browser = await launch();
  }, 900_000);
  afterEach(() => closePages(browser));
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const viewBox = (page: Page): Promise<string | null> =>
    page.locator('svg.schematic').first().getAttribute('viewBox');

  it('a design: badge, waves, boxes that lead to lines, zoom and copies; nothing on the console', async () => {
    const { page: shown, said } = await open(browser, page('design'));
    const verdict = await shown.locator('.verdict').innerText();
    expect(verdict).toMatch(/0 mismatches|not verified/);
    expect(await shown.locator('svg.WaveDrom').innerHTML()).toContain('first');

    await shown.locator('svg.schematic a', { hasText: 'product_#' }).first().click();
    const links = shown.locator('.chosen a');
    expect(await links.allInnerTexts()).toEqual([
      expect.stringMatching(/^Verilog, line \d+$/),
      expect.stringMatching(/^source, line \d+$/),
    ]);
    await links.first().click();
    const line = shown.locator('.line:target');
    expect(await line.innerText()).toContain('product_0');
    expect(await line.isVisible()).toBe(true);
    await links.nth(1).click();
    expect(await shown.locator('.line:target').innerText()).toContain('dot(a, b)');

    const before = await viewBox(shown);
    const drawing = shown.locator('figure.drawing', { has: shown.locator('svg.schematic') });
    await drawing.getByRole('button', { name: 'Zoom in' }).click();
    const near = await viewBox(shown);
    expect(near).not.toBe(before);
    const box = (await drawing.locator('svg').boundingBox())!;
    await shown.mouse.move(box.x + 20, box.y + 20);
    await shown.mouse.down();
    await shown.mouse.move(box.x + 80, box.y + 60, { steps: 4 });
    await shown.mouse.up();
    expect(await viewBox(shown)).not.toBe(near);
    await drawing.getByRole('button', { name: 'Fit' }).click();
    expect(await viewBox(shown)).toBe(before);

    await shown.locator('figure.table').first().getByRole('button', { name: 'Copy CSV' }).click();
    const copied = await shown.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toMatch(/^port,direction,type,bits\r\na,input,int\(8\)\[2\],16\r\n/);
    expect(await hovered(shown, 'Area in asap7', 0.2, 0.5)).toMatch(/^\S.*\n[\d.]{1,7}$/);
    for (const name of ['Area in asap7', 'Module dot_int8', 'Timing diagram']) {
      const figure = shown.locator('figure', { has: shown.locator('.name', { hasText: name }) }).first();
      const waiting = shown.waitForEvent('download');
      await figure.getByRole('button', { name: 'Save SVG' }).click();
      const file = await (await waiting).path();
      expect(readFileSync(file, 'utf8')).toMatch(/^<svg[^]*<\/svg>$/);
    }
    expect(said).toEqual([]);
  });

  it('a sweep: hover says what a point is, a frame lists points, other axes can be chosen', async () => {
    const { page: shown, said } = await open(browser, page('sweep'));
    const { figure, box } = await chartOf(shown, 'Points and the front');
    const chart = `echarts.getInstanceByDom(document.querySelector('#${await figure.getAttribute('id')} .chart'))`;
    // The point of the front with one stage: two bits wide, three bits of registers.
    const [x, y] = await shown.evaluate<[number, number]>(
      `${chart}.convertToPixel({ gridIndex: 0 }, [3, 1])`,
    );
    const tooltip = await hovered(shown, 'Points and the front', x / box.width, y / box.height);
    expect(tooltip).toMatch(/N\s*2\s*stages\s*1\s*registerBits\s*3/);

    await shown.evaluate(
      `${chart}.dispatchAction({ type: 'takeGlobalCursor', key: 'brush', brushOption: { brushType: 'rect' } })`,
    );
    await shown.mouse.move(box.x + box.width * 0.08, box.y + 60);
    await shown.mouse.down();
    await shown.mouse.move(box.x + box.width * 0.6, box.y + box.height - 60, { steps: 5 });
    await shown.mouse.up();
    const picked = figure.locator('.picked tbody tr');
    await picked.first().waitFor();
    const some = await picked.count();
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(24);
    await figure.locator('[data-axis="x"]').selectOption({ label: 'N' });
    expect(await figure.locator('.chart svg').innerHTML()).toContain('>N<');
    expect(await picked.count()).toBe(0);
    expect(said).toEqual([]);
  });

  it('bit errors and a plan: curves with bands, channels', async () => {
    const { page: shown, said } = await open(browser, page('others'));
    const { figure } = await chartOf(shown, 'Error against bit error rate');
    expect(await figure.locator('.chart svg path[fill-opacity="0.2"]').count()).toBe(2);
    const told = await hovered(shown, 'Error against bit error rate', 0.9, 0.5);
    expect(told).toContain('normal');
    expect(told).toContain('rquant');
    expect(await hovered(shown, 'Occupancy of channels', 0.5, 0.5)).toMatch(/hbm\d+/);
    for (const heading of ['Robustness', 'Memory channels'])
      expect(await shown.locator('h2', { hasText: heading }).count()).toBe(1);
    expect(said).toEqual([]);
  });

  it('published results: tables, and plots of the known ones', async () => {
    const { page: shown, said } = await open(browser, page('published'));
    // Bars of the histogram stand side by side, one for each tree.
    const told = await hovered(shown, 'vectors of passesByCycles', 0.2, 0.5);
    expect(told).toMatch(/^2\s+tree12\s+1114\s+tree14\s+7520/);
    await chartOf(shown, 'SQNR dB of data, normal, selected');
    expect(said).toEqual([]);
  });

  it('on a phone nothing is wider than the page, and the theme turns', async () => {
    const { page: shown, said } = await open(browser, page('design'), { width: 375 });
    expect(await shown.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    const paper = (): Promise<string> => shown.evaluate('getComputedStyle(document.body).backgroundColor');
    const filter = (): Promise<string> =>
      shown.evaluate('getComputedStyle(document.querySelector("svg.WaveDrom")).filter');
    const light = await paper();
    expect(await filter()).toBe('none');
    await chartOf(shown, 'Area in asap7');
    await shown.locator('#theme').click();
    await shown.locator('#theme').click();
    expect(await shown.locator('#theme').innerText()).toBe('Theme: dark');
    expect(await paper()).not.toBe(light);
    expect(await filter()).toContain('invert');
    await shown.pdf();
    expect(said).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('axe finds no serious fault, %s', async (theme) => {
    for (const name of ['design', 'sweep', 'others']) {
      const { page: shown } = await open(browser, page(name), { theme });
      await shown.evaluate(readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8'));
      const found = await shown.evaluate<{ id: string; nodes: string[] }[]>(
        `axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ html }) => html) })))`,
      );
      expect(found, name).toEqual([]);
    }
  });
});
