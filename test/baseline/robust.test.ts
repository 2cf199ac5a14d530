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
import * as mnist from '../../scripts/baseline/robust.mjs';
// @ts-expect-error: a script, without types
import * as fashion from '../../scripts/baseline/robust-fashion.mjs';
// @ts-expect-error: a script, without types
import * as runs from '../../scripts/baseline/robust-runs.mjs';
// @ts-expect-error: a script, without types
import * as gates from '../../scripts/baseline/robust-gates.mjs';
// @ts-expect-error: a script, without types
import { elaborated, sizeOf } from '../../scripts/baseline/synthesis.mjs';

interface Row {
  readonly name: string;
  readonly model: string;
  readonly scheme: string;
  readonly bits: number;
  readonly clean: number;
  readonly rates: readonly {
    readonly p: number;
    readonly energy: number;
    readonly ci95: readonly [number, number];
    readonly errors: string;
  }[];
}

interface Report {
  readonly settings: { readonly data: string; readonly images: number; readonly seed: number };
  readonly rows: readonly Row[];
  readonly orderings: readonly {
    readonly a: string;
    readonly b: string;
    readonly p: number;
    readonly difference: number;
    readonly ci95: readonly number[];
  }[];
  readonly energy: readonly { readonly name: string; readonly own: readonly unknown[] }[];
}

const text = (file: string): string => readFileSync(`reports/baseline/${file}`, 'utf8');
const reportIn = (name: string) => JSON.parse(text(`${name}.json`)) as Report;
const rowOf = ({ rows }: Report, name: string): Row => rows.find((row) => row.name === name)!;

/** The errors of one chip of a row, simulated now. */
async function simulated({ settings: { data, images, seed } }: Report, row: Row, p: number, chip: number) {
  const options = checkOptions({
    ...{ where: 'weights', bits: row.bits, rates: [p], chips: 1, seed, faults: independentFlips },
    ...{ schemes: [row.scheme], sums: { bits: 24 } },
    protection: { kind: 'none', topBits: undefined, wordBits: 64 },
  });
  if (!options.ok) throw new Error(row.name);
  const bytes = readFileSync(`models/${row.model}.onnx`);
  const file = { name: `${row.model}.onnx`, bytes, normalisation: 'unit' } as const;
  const plan = await prepareRobust(file, data, images, options.value);
  if (!plan.ok) throw new Error(row.name);
  const scores = chipRunner(plan.value)({ scheme: 0, chip, levels: [p] });
  return scores.ok && scores.value[0]!.wrong / images;
}

describe('reports/baseline/robust', () => {
  const report = reportIn('robust');

  it('has the errors that are simulated now', { timeout: 60_000 }, async () => {
    for (const name of ['rquant', 'random, 4 bits', 'nvfp4']) {
      const row = rowOf(report, name);
      const rate = row.rates.find(({ p }) => p === 0.05)!;
      const errors = runs.errorsOf(rate) as number[];
      expect(await simulated(report, row, rate.p, 3), name).toBe(errors[3]);
    }
  });
});

describe.each([
  ['robust', mnist],
  ['robust-fashion', fashion],
])('reports/baseline/%s', (name, script) => {
  const report = reportIn(name);

  it('has energies of the curve, and comparisons of its own errors', () => {
    const file = 'tech/sram/14nm.json';
    const curve = parseCurve(file, JSON.parse(readFileSync(file, 'utf8')));
    if (!curve.ok) throw new Error(file);
    for (const { p, energy } of rowOf(report, 'rquant').rates)
      expect(energy).toBeCloseTo(energyAt(curve.value, voltageAt(curve.value, p)!)!, 12);
    for (const { a, b, p, ...found } of report.orderings) {
      const [first, second] = [a, b].map((of) => rowOf(report, of).rates.find((rate) => rate.p === p)!);
      const paired = runs.pairedErrors(first, second) as [number[], number[]];
      const { difference } = comparePaired(...paired, report.settings.seed, 1);
      expect(found.difference).toBeCloseTo(difference.mean, 12);
      expect(found.ci95[0]).toBeCloseTo(difference.ci95[0], 12);
    }
    for (const { name: of, own } of report.energy) {
      const row = rowOf(report, of);
      expect(own[0], of).toEqual(runs.savingAt(row, row.clean + runs.losses[0]));
    }
  });

  it('is told as it is in the file', () => {
    expect(text(`${name}.md`)).toBe(script.markdown(report));
  });
});

describe('savings between rates', () => {
  const rates = [0.01, 0.1].map((p, i) => ({ p, energy: 0.8 - 0.2 * i, ci95: [0, 0.02 + 0.04 * i] }));

  it('lie where the interval meets the bound, and are none below the lowest rate', () => {
    const { p, saved } = runs.savingAt({ rates }, 0.04);
    expect(p).toBeCloseTo(Math.sqrt(0.001), 12);
    expect(saved).toBeCloseTo(0.3, 12);
    expect(runs.savingAt({ rates }, 0.01)).toBeNull();
    expect(runs.savingAt({ rates }, 0.07)).toEqual({ p: 0.1, saved: 1 - rates[1]!.energy, isBeyond: true });
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
    const { missed, ...lane } = found.lane.stuck;
    const { redundant, shown, open } = missed;
    expect(redundant.faults + shown.faults + open.faults).toBe(lane.faults - lane.harmless - lane.detected);
  });

  it('is told as it is in the file', () => {
    expect(text('robust-gates.md')).toBe(gates.markdown(found));
  });
});
