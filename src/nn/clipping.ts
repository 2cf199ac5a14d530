import type { CodingStyle, Range } from './coding.js';
import { codingOf } from './coding.js';
import { magnitudes, type Observation } from './observe.js';

/**
 * How the range of a value is chosen from what was seen: all of it; the magnitudes below which `percent` of all lie
 * (the upper edge of the bin); the range with the least squared error of its codes; or the one whose codes keep the
 * most of the distribution, by the divergence of Kullback and Leibler (entropy).
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
  const errorOf = how.method === 'mse' ? squaredError : divergence;
  let best: { readonly range: Range; readonly error: number } | undefined;
  for (let step = 1; step <= steps; step++) {
    const range = within(seen, (Math.max(seen.most, -seen.least) * step) / steps);
    const error = errorOf(seen, range, bits, style);
    if (!best || error < best.error) best = { range, error };
  }
  return best!.range;
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

/** Σ p · ln(p / q): p as seen with what is beyond the range in its last bins, q each code's share spread over its bins. */
function divergence(seen: Observation, range: Range, bits: number, style: CodingStyle): number {
  const shares = new Map<number, { count: number; inside: number; bins: number }>();
  let total = 0;
  for (const { x, code, count } of bins(seen, range, bits, style)) {
    const share = shares.get(code) ?? { count: 0, inside: 0, bins: 0 };
    const inside = x >= range.least && x <= range.most;
    shares.set(code, {
      count: share.count + count,
      inside: share.inside + (inside ? count : 0),
      bins: share.bins + (inside ? 1 : 0),
    });
    total += count;
  }
  const kept = [...shares.values()].reduce((sum, { inside }) => sum + inside, 0);
  let sum = 0;
  for (const { x, code, count } of bins(seen, range, bits, style)) {
    const share = shares.get(code)!;
    if (!(x >= range.least && x <= range.most)) continue;
    // What was cut off counts with the end of the range that it went to, evenly over the bins of that code.
    const p = (count + (share.count - share.inside) / share.bins) / total;
    const q = share.inside / share.bins / kept;
    sum += p * Math.log(p / q);
  }
  return kept > 0 ? sum : Infinity;
}
