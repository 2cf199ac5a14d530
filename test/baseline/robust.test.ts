import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chipRunner, prepareRobust } from '../../src/flow/index.js';
import {
  checkOptions,
  comparePaired,
  energyAt,
  independentFlips,
  parseCurve,
  voltageAt,
} from '../../src/robust/index.js';
import { modules, type Size } from './modules.js';
// @ts-expect-error: a script, without types
import * as script from '../../scripts/baseline/robust.mjs';
// @ts-expect-error: a script, without types
import * as gates from '../../scripts/baseline/robust-gates.mjs';
// @ts-expect-error: a script, without types
import { elaborated, sizeOf } from '../../scripts/baseline/synthesis.mjs';

interface Rate {
  readonly p: number;
  readonly energy: number;
  readonly rerr: number;
  readonly errors: readonly number[];
}

interface Report {
  readonly rows: readonly {
    readonly name: string;
    readonly model: string;
    readonly scheme: string;
    readonly clean: number;
    readonly rates: readonly Rate[];
  }[];
  readonly orderings: readonly {
    readonly a: string;
    readonly b: string;
    readonly p: number;
    readonly difference: number;
    readonly ci95: readonly number[];
  }[];
}

const text = (file: string): string => readFileSync(`reports/baseline/${file}`, 'utf8');
const report = JSON.parse(text('robust.json')) as Report;
const rowOf = (name: string) => report.rows.find((row) => row.name === name)!;

describe('reports/baseline/robust', () => {
  it('has the errors that are simulated now', { timeout: 60_000 }, async () => {
    const { data, images, bits, seed } = script.settings;
    const p = 0.05;
    for (const name of ['rquant', 'random', 'nvfp4']) {
      const { model, scheme, rates } = rowOf(name);
      const options = checkOptions({
        ...{ where: 'weights', bits, rates: [p], chips: 1, seed, faults: independentFlips },
        ...{ schemes: [scheme], sums: { bits: 24 } },
        protection: { kind: 'none', topBits: undefined, wordBits: 64 },
      });
      if (!options.ok) throw new Error(name);
      const bytes = readFileSync(`models/${model}.onnx`);
      const file = { name: `${model}.onnx`, bytes, normalisation: 'unit' } as const;
      const plan = await prepareRobust(file, data, images, options.value);
      if (!plan.ok) throw new Error(name);
      const scores = chipRunner(plan.value)({ scheme: 0, chip: 3, levels: [p] });
      const rate = rates.find((one) => one.p === p)!;
      expect(scores.ok && scores.value[0]!.wrong / images, name).toBe(rate.errors[3]);
    }
  });

  it('has energies of the curve, and comparisons of its own errors', () => {
    const file = 'tech/sram/14nm.json';
    const curve = parseCurve(file, JSON.parse(readFileSync(file, 'utf8')));
    if (!curve.ok) throw new Error(file);
    for (const { p, energy } of rowOf('rquant').rates)
      expect(energy).toBeCloseTo(energyAt(curve.value, voltageAt(curve.value, p)!)!, 12);
    for (const { a, b, p, ...found } of report.orderings) {
      const [first, second] = [a, b].map((name) => rowOf(name).rates.find((rate) => rate.p === p)!.errors);
      const { difference } = comparePaired(first!, second!, script.settings.seed, 1);
      expect(found.difference).toBeCloseTo(difference.mean, 12);
      expect(found.ci95[0]).toBeCloseTo(difference.ci95[0], 12);
    }
  });

  it('is told as it is in the file', () => {
    expect(text('robust.md')).toBe(script.markdown(report));
  });
});

describe('reports/baseline/robust-gates', () => {
  const found = JSON.parse(text('robust-gates.json'));

  it('is of the design as it is now, and adds up', () => {
    const design = { name: 'dot_int8', text: readFileSync(gates.design, 'utf8') };
    expect(sizeOf(modules, elaborated(modules, design)) as Size).toEqual(found.size);
    const { stuck } = found;
    expect(stuck.faults).toBe(2 * stuck.sites);
    expect(stuck.coverage).toBe(stuck.detected / stuck.faults);
  });

  it('is told as it is in the file', () => {
    expect(text('robust-gates.md')).toBe(gates.markdown(found));
  });
});
