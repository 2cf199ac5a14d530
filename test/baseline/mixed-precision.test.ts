import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modules, type Size } from './modules.js';
// @ts-expect-error: a script, without types
import * as script from '../../scripts/baseline/mixed-precision.mjs';
// @ts-expect-error: a script, without types
import { elaborated, sizeOf } from '../../scripts/baseline/synthesis.mjs';

interface Unit {
  readonly unit: string;
  readonly areaUm2: number;
}

interface Design {
  readonly design: string;
  readonly size: Size;
  readonly cyclesPerJob?: number;
}

interface Report {
  readonly tables: readonly {
    readonly technology: string;
    readonly designs: readonly Design[];
    readonly units: readonly Unit[];
  }[];
}

const text = readFileSync('reports/baseline/mixed-precision.json', 'utf8');
const report = JSON.parse(text) as Report;

describe('reports/baseline/mixed-precision', () => {
  it('is of the units as they are now', { timeout: 60_000 }, () => {
    for (const { designs } of report.tables) {
      expect(designs.map(({ design }) => design)).toEqual(
        script.designs.map((one: { name: string }) => one.name),
      );
      for (const { design, size, cyclesPerJob } of designs) {
        const own = script.designs.find((one: { name: string }) => one.name === design);
        expect(sizeOf(modules, elaborated(modules, own)), design).toEqual(size);
        if (design.endsWith('multi')) expect(script.meanCycles(modules, own), design).toBe(cyclesPerJob);
      }
    }
  });

  it('has what follows from the designs’ figures', () => {
    const tables = report.tables.map(({ technology, designs }) => script.tableOf(technology, designs));
    expect(JSON.parse(JSON.stringify(script.wholeOf(tables)))).toEqual(report);
    const markdown = readFileSync('reports/baseline/mixed-precision.md', 'utf8');
    expect(script.markdown(report)).toBe(markdown);
  });

  it('says that floating point costs area, and wider trees more of it', () => {
    for (const { units } of report.tables) {
      const area = (label: string) => units.find(({ unit }) => unit === label)!.areaUm2;
      const trees = [12, 16, 20, 28, 38].map((tree) => area(`w = ${tree}, single`));
      expect([...trees].sort((a, b) => a - b)).toEqual(trees);
      expect(area('integers alone')).toBeLessThan(trees[0]!);
    }
  });
});
