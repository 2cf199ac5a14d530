import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryFiguresOf, parseElement, type MemoryModel } from '../../src/cost/index.js';
import { modules, type Size } from './modules.js';
// @ts-expect-error: a script, without types
import * as script from '../../scripts/baseline/vs-quant-pe.mjs';
// @ts-expect-error: a script, without types
import * as synthesis from '../../scripts/baseline/synthesis.mjs';

const { elaborated, memoryModelOf, short, sizeOf, synthesised, technologyOf } = synthesis;

interface Row {
  readonly technology: string;
  readonly configuration: string;
  readonly size: string;
  readonly areaUm2: number;
  readonly slowest: { readonly delayPs: number; readonly met: boolean };
  readonly parts: readonly {
    readonly name: string;
    readonly count: number;
    readonly areaUm2: number;
    readonly energyFjPerCycle: number | null;
    readonly leakageFj: number | null;
    readonly delayPs: number | null;
  }[];
  readonly designs?: Readonly<Record<string, Size>>;
}

interface Report {
  readonly measured: { readonly sizes: readonly { readonly name: string }[] };
  readonly technologies: readonly {
    readonly technology: string;
    readonly clockPs: number;
    readonly memories: unknown;
  }[];
  readonly elements: readonly Row[];
}

const report = JSON.parse(readFileSync('reports/baseline/vs-quant-pe.json', 'utf8')) as Report;

const technologies = script.technologies as readonly string[];
const configurations = script.configurations as readonly { readonly name: string }[];
const configurationOf = (label: string) => configurations.find(({ name }) => name === label)!;

describe('reports/baseline/vs-quant-pe', () => {
  it('is of the designs as they are now, each in every technology', { timeout: 60_000 }, async () => {
    for (const configuration of configurations) {
      const rows = report.elements.filter((one) => one.configuration === configuration.name && one.designs);
      expect(rows.map(({ technology }) => technology)).toEqual(technologies);
      for (const [key, design] of Object.entries(await script.designsOf(configuration))) {
        const size = sizeOf(modules, elaborated(modules, design));
        for (const row of rows) expect(size, configuration.name).toEqual(row.designs![key]);
      }
    }
  });

  it('has the memories as they are modelled now, and parts that add up', async () => {
    for (const { technology, memories } of report.technologies) {
      const model = (await memoryModelOf(modules, technology)) as MemoryModel;
      expect(script.sourceOf(model)).toEqual(memories);
      for (const row of report.elements.filter((one) => one.technology === technology)) {
        const size = report.measured.sizes.find(({ name }) => name === row.size);
        const text = JSON.stringify(script.elementOf(technology, configurationOf(row.configuration), size));
        const element = parseElement('element', text);
        if (!element.ok) throw new Error(element.diagnostics[0]!.message);
        element.value.parts.forEach((part, k) => {
          const there = row.parts[k]!;
          expect(there.count).toBe(part.count);
          const figures = part.kind === 'memory' ? memoryFiguresOf(part, model) : undefined;
          if (!figures?.ok) return;
          const { areaUm2, delayPs } = figures.value;
          expect(there.areaUm2).toBe(short(part.count * areaUm2!));
          expect(there.delayPs).toBe(delayPs === null ? null : short(delayPs));
        });
        const sum = row.parts.reduce((all, { areaUm2 }) => all + areaUm2, 0);
        expect(sum / row.areaUm2).toBeCloseTo(1, 3);
      }
    }
  });

  it('has the MACs of 4/4/–/– as they are synthesised now', { timeout: 60_000 }, async () => {
    const { lane } = await script.designsOf(configurationOf('4/4/–/–'));
    for (const technology of technologies) {
      const now = await synthesised(modules, lane, await technologyOf(modules, technology));
      const row = report.elements.find(
        (one) => one.technology === technology && one.configuration === '4/4/–/–',
      )!;
      const { count, areaUm2, delayPs, energyFjPerCycle, leakageFj } = row.parts[0]!;
      expect(delayPs, technology).toBe(now.delayPs);
      expect(areaUm2 / (count * now.areaUm2), technology).toBeCloseTo(1, 3);
      const work = now.energyFjPerCycle + now.clockTreeFj;
      expect((energyFjPerCycle! - leakageFj!) / (count * work), technology).toBeCloseTo(1, 3);
    }
  });

  it('has clocks with one margin over the slowest part', () => {
    const clocks = report.technologies.map(({ technology, clockPs }) => [technology, clockPs]);
    expect(clocks).toEqual(Object.entries(script.clocksPs));
    const slowest = technologies.map((technology) => {
      const rows = report.elements.filter((one) => one.technology === technology);
      expect(rows.every((row) => row.slowest.met)).toBe(true);
      return Math.max(...rows.map((row) => row.slowest.delayPs));
    });
    const margin = script.clocksPs[technologies[0]!] / slowest[0]!;
    for (const [k, technology] of technologies.entries())
      expect(script.clocksPs[technology]).toBe(100 * Math.ceil((margin * slowest[k]!) / 100));
  });

  it('is the page that it says', () => {
    expect(script.markdown(report)).toBe(readFileSync('reports/baseline/vs-quant-pe.md', 'utf8'));
  });
});
