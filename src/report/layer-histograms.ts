import type { InferenceLayer, InferenceResults } from './inference.js';
import { plot, type Block, type Data } from './model.js';

/** How many bits the sums of each layer need: what an accumulator must have. */
export function sumBlocks(layers: readonly InferenceLayer[], run: string): Block[] {
  const studied = layers.flatMap(({ name, accumulatorBits }) =>
    accumulatorBits && accumulatorBits.length > 0 ? [{ name, counts: accumulatorBits }] : [],
  );
  const from = studied.reduce((least, { counts }) => Math.min(least, first(counts)), Infinity);
  return histogram(
    'How wide the sums get',
    ['bits in two’s complement', 'sums %'],
    studied,
    from,
    `${run}, all sums of the first images`,
  );
}

/** How far apart the exponents of products lie that are added in one beat, and what that costs a multi-cycle unit. */
export function exponentBlocks(
  layers: readonly InferenceLayer[],
  cycles: NonNullable<InferenceResults['nibbleCycles']>,
  run: string,
): Block[] {
  const studied = layers.flatMap(({ name, exponents }) =>
    exponents ? [{ name, counts: exponents.differences }] : [],
  );
  const source = `${run}: inner products drawn at random, operands in FP16`;
  return [
    ...histogram(
      'How far exponents of products are below the greatest of their beat',
      ['binary places', 'products %'],
      studied,
      0,
      source,
    ),
    ...cyclePlot(cycles, source),
  ];
}

interface Histogram {
  readonly name: string;
  /** by value, from 0 */
  readonly counts: readonly number[];
}

/** Shares in percent over values, a line each. */
function histogram(
  name: string,
  [over, share]: readonly [string, string],
  all: readonly Histogram[],
  from: number,
  source: string,
): Block[] {
  const some = all.filter(({ counts }) => counts.some((count) => count > 0));
  if (some.length === 0) return [];
  const end = Math.max(...some.map(({ counts }) => counts.findLastIndex((count) => count > 0)));
  const totals = some.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0));
  const data: Data = {
    columns: [over, ...some.map((one) => one.name)],
    rows: Array.from({ length: end - from + 1 }, (_, i) => [
      from + i,
      ...some.map(({ counts }, k) => (100 * (counts[from + i] ?? 0)) / totals[k]!),
    ]),
  };
  const series = some.map((one, i) => ({ name: one.name, y: i + 1 }));
  return [plot(name, data, { kind: 'lines', x: 0, yName: share, series }, source)];
}

function first(counts: readonly number[]): number {
  const at = counts.findIndex((count) => count > 0);
  return at < 0 ? Infinity : at;
}

function cyclePlot(cycles: NonNullable<InferenceResults['nibbleCycles']>, source: string): Block[] {
  if (cycles.length === 0) return [];
  const columns = ['bits of the adder tree', 'cycles of a pass'];
  const rows = cycles.map(({ tree, cyclesPerPass }) => [tree, cyclesPerPass]);
  const mark = { kind: 'lines', x: 0, yName: columns[1]!, series: [{ name: columns[1]!, y: 1 }] } as const;
  return [plot('Cycles on multi-cycle units of nibble products', { columns, rows }, mark, source)];
}
