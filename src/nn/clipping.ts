import type { CodingStyle, Range } from './coding.js';
import { codingOf } from './coding.js';
import { magnitudes, type Observation } from './observe.js';

/**
 * How the range of a value is chosen from what was seen: all of it; the magnitudes below which `percent` of all lie
 * (the upper edge of the bin); or the range with the least squared error of its codes.
 */
export type Calibration =
  | { readonly method: 'max' }
  | { readonly method: 'percentile'; readonly percent: number }
  | { readonly method: 'mse' };

/** The range that a value's codes are to span. */
export function chosenRange(seen: Observation, how: Calibration, bits: number, style: CodingStyle): Range {
  if (how.method === 'max' || seen.top === 0) return seen;
  if (how.method === 'percentile') return within(seen, reached(seen, how.percent));
  let best: { readonly range: Range; readonly error: number } | undefined;
  for (let step = 1; step <= steps; step++) {
    const range = within(seen, (Math.max(seen.most, -seen.least) * step) / steps);
    const error = squaredError(seen, range, bits, style);
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
