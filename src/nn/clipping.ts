import type { CodingStyle, Range } from './coding.js';
import { codingOf } from './coding.js';
import { magnitudes, type Observation } from './observe.js';

/**
 * How the range of a value is chosen from what was seen: all of it; the magnitudes below which `percent` of all lie
 * (the upper edge of the bin); the range with the least squared error of its codes; or the one whose codes lose the least
 * information (`divergence`).
 */
export type Calibration =
  | { readonly method: 'max' }
  | { readonly method: 'percentile'; readonly percent: number }
  | { readonly method: 'mse' }
  | { readonly method: 'entropy' };

/** The range that a value's codes are to span. */
export function chosenRange(seen: Observation, how: Calibration, bits: number, style: CodingStyle): Range {
  if (how.method === 'max' || seen.top === 0) return seen;
  if (how.method === 'percentile') return within(seen, reached(seen, how.percent));
  const lossOf = how.method === 'mse' ? squaredError : divergence;
  let best: { readonly range: Range; readonly error: number } = { range: seen, error: Infinity };
  for (let step = 1; step <= steps; step++) {
    const range = within(seen, (Math.max(seen.most, -seen.least) * step) / steps);
    const error = lossOf(seen, range, bits, style);
    if (error < best.error) best = { range, error };
  }
  return best.range;
}

/** How many ranges are tried, of equal distances up to the greatest magnitude. */
const steps = 128;

function within({ least, most }: Observation, magnitude: number): Range {
  return { least: Math.max(least, -magnitude), most: Math.min(most, magnitude) };
}

/** The magnitude below which `percent` of the numbers lie. */
function reached(seen: Observation, percent: number): number {
  const counts = magnitudes(seen);
  const wanted = (counts.reduce((a, b) => a + b, 0) * percent) / 100;
  let sum = 0;
  const bin = counts.findIndex((n) => (sum += n) >= wanted);
  return ((bin < 0 ? counts.length : bin + 1) * seen.top) / counts.length;
}

/** The middle of each bin, as it is and as codes of the range give it back, and how often it was seen. */
function* bins(seen: Observation, range: Range, bits: number, style: CodingStyle) {
  const { scale, zero, signed } = codingOf(range, bits, style);
  const first = signed ? -(2 ** (bits - 1)) : 0;
  const half = seen.counts.length / 2;
  for (let bin = 0; bin < seen.counts.length; bin++) {
    const count = seen.counts[bin]!;
    if (count === 0) continue;
    const x = ((bin - half + 0.5) * seen.top) / half;
    const code = Math.max(0, Math.min(2 ** bits - 1, Math.round(x / scale) + zero - first));
    yield { x, code, count, back: (code + first - zero) * scale };
  }
}

function squaredError(seen: Observation, range: Range, bits: number, style: CodingStyle): number {
  let error = 0;
  for (const { x, back, count } of bins(seen, range, bits, style)) error += count * (x - back) ** 2;
  return error;
}

/**
 * The Kullback-Leibler divergence, in nats, of what codes tell of a value from what was seen of it (Migacz, 8-bit inference with TensorRT,
 * 2017): seen are the bins of the range, what lies beyond it in the outermost of them; codes tell how much is in all of their bins together, as
 * if each that was seen held the same. Exact zeros have a code whatever the range, so that no more of them count than of the bin beside them.
 * Infinite where codes are finer than bins, which tells nothing of them.
 */
function divergence(seen: Observation, range: Range, bits: number, style: CodingStyle): number {
  const half = seen.counts.length / 2;
  const binWidth = seen.top / half;
  if (codingOf(range, bits, style).scale < binWidth) return Infinity;
  const counts = seen.counts.slice();
  counts[half] = Math.min(counts[half]!, counts[half + 1]!);
  const held = [...bins({ ...seen, counts }, range, bits, style)];
  const isInside = ({ x }: { readonly x: number }): boolean =>
    x > range.least - binWidth && x < range.most + binWidth;
  const inside = held.filter(isInside);
  if (inside.length === 0) return Infinity;
  const sum = (some: readonly { readonly count: number }[]): number =>
    some.reduce((total, { count }) => total + count, 0);
  const told = Array.from({ length: 2 ** bits }, () => ({ count: 0, bins: 0 }));
  for (const { code, count } of inside) {
    told[code]!.count += count;
    told[code]!.bins++;
  }
  const [all, within] = [sum(held), sum(inside)];
  const beyond = (side: (x: number) => boolean): number =>
    sum(held.filter((one) => !isInside(one) && side(one.x)));
  const [below, above] = [beyond((x) => x < inside[0]!.x), beyond((x) => x > inside.at(-1)!.x)];
  return inside.reduce((loss, { code, count }, i) => {
    const more = (i === 0 ? below : 0) + (i === inside.length - 1 ? above : 0);
    const is = (count + more) / all;
    const { count: together, bins: shared } = told[code]!;
    return loss + is * Math.log(is / (together / shared / within));
  }, 0);
}
