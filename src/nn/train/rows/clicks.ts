import { random, success, zipfian, type Random, type Result } from '../../../base/index.js';
import type { Samples } from '../samples.js';
import type { RowSet } from './sets.js';
import { splitRows, type Labelled } from './split.js';

/** Entries of each table, and the exponent of Zipf's law by which rows name them: the first ones far more often. */
const tables = [5000, 2000, 500, 100, 20] as const;
const exponent = 1.05;
const numeric = 4;
/** Elements of the hidden vector of an entry. */
const width = 3;
const seed = 20;

/**
 * Clicks that were never clicked: rows made by a rule, for want of a public log that may be shipped. A row has four
 * numbers of the standard normal distribution and an entry of each of five tables (5000, 2000, 500, 100, 20), drawn by
 * Zipf's law with the exponent 1.05. Every entry has a hidden weight and a hidden vector; the odds of a click (class 1) are
 * exp of a sum of weights and of the inner products of all pairs of vectors.
 */
export const clicks: RowSet = {
  about:
    'made items with entries of five tables by Zipf’s law (exponent 1.05), and whether they were clicked',
  sizes: { train: 40_000, test: 10_000 },
  shape: [numeric + tables.length],
  classes: 2,
  read(split): Result<Extract<Samples, { kind: 'rows' }>> {
    const source = random(seed);
    const model = hidden(source);
    const draws = tables.map((entries) => zipfian(source, entries, exponent));
    const count = clicks.sizes.train + clicks.sizes.test;
    const rows = Array.from({ length: count }, () => row(source, draws, model));
    return success(splitRows(rows, split, clicks.sizes, clicks.classes));
  },
};

interface Hidden {
  readonly slopes: Float64Array;
  /** of each table: the weight of each entry, and its vector */
  readonly weights: readonly Float64Array[];
  readonly vectors: readonly Float64Array[];
}

function hidden(source: Random): Hidden {
  const normals = (length: number, deviation: number): Float64Array =>
    Float64Array.from({ length }, () => deviation * source.normal());
  return {
    slopes: normals(numeric, 0.8),
    weights: tables.map((entries) => normals(entries, 0.8)),
    vectors: tables.map((entries) => normals(entries * width, 0.7)),
  };
}

function row(source: Random, draws: readonly (() => number)[], model: Hidden): Labelled {
  const numbers = Array.from({ length: numeric }, () => source.normal());
  const entries = draws.map((draw) => draw());
  const odds = logit(numbers, entries, model);
  return { numbers: [...numbers, ...entries], label: source.unit() < 1 / (1 + Math.exp(-odds)) ? 1 : 0 };
}

function logit(numbers: readonly number[], entries: readonly number[], model: Hidden): number {
  let sum = -0.5;
  numbers.forEach((x, i) => (sum += x * model.slopes[i]!));
  entries.forEach((entry, t) => (sum += model.weights[t]![entry]!));
  for (let b = 0; b < tables.length; b++)
    for (let a = 0; a < b; a++)
      for (let i = 0; i < width; i++)
        sum += model.vectors[a]![entries[a]! * width + i]! * model.vectors[b]![entries[b]! * width + i]!;
  return sum;
}
