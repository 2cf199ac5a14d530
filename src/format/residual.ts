import { failure, random, success, type Diagnostic, type Result } from '../base/index.js';
import { badAverage, badBitMap, noArrayNumber } from './problems.js';

/** The most bits that residual binarisation gives a number. */
export const mostBits = 8;

/**
 * Numbers as sums of scaled signs: element i stands for Σ_{b < bits[i]} ±scales[b], where the sign is + if bit b of
 * signs[i] is 1. So plane b has an element for each number of more than b bits.
 */
export interface BinaryPlanes {
  /** Bits of each element, from 1 to 8. */
  readonly bits: Uint8Array;
  /** Bit b is 1 where plane b adds, 0 where it subtracts or is not there. */
  readonly signs: Uint8Array;
  /** μ_b of each plane; 0 for one without elements. */
  readonly scales: readonly number[];
}

/**
 * Residual binarisation with a bit map (Fromm, Patel, Philipose, "Heterogeneous Bitwidth Binarization in
 * Convolutional Neural Networks", NeurIPS 2018): plane by plane, μ_b is the mean magnitude of what is left of the
 * elements with more than b bits, and each of these takes off ±μ_b, + if what is left is greater than 0.
 *
 * In float64, summed in the order of the elements. Faults: a bit map of another length or with numbers other than
 * 1 to 8; values that are no finite numbers.
 */
export function binarise(values: Float64Array, bits: ArrayLike<number>): Result<BinaryPlanes> {
  const wrongBits = faultOfMap(values.length, bits);
  if (wrongBits) return failure(wrongBits);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) return failure(noArrayNumber(wrong, values[wrong]!));
  const map = Uint8Array.from(bits);
  const rest = values.slice();
  const signs = new Uint8Array(values.length);
  const planes = map.reduce((most, each) => Math.max(most, each), 0);
  const scales = Array.from({ length: planes }, (_, plane) => takePlane(rest, signs, map, plane));
  return success({ bits: map, signs, scales });
}

/** Takes plane `plane` off what is left, notes its signs, and gives its scale. */
function takePlane(rest: Float64Array, signs: Uint8Array, bits: Uint8Array, plane: number): number {
  let [sum, count] = [0, 0];
  bits.forEach((own, i) => {
    if (own <= plane) return;
    sum += Math.abs(rest[i]!);
    count++;
  });
  const scale = count === 0 ? 0 : sum / count;
  bits.forEach((own, i) => {
    if (own <= plane) return;
    const positive = rest[i]! > 0;
    if (positive) signs[i]! |= 1 << plane;
    rest[i]! -= positive ? scale : -scale;
  });
  return scale;
}

/** The numbers that the planes stand for, each summed from plane 0 up. */
export function unbinarise({ bits, signs, scales }: BinaryPlanes): Float64Array {
  return Float64Array.from(bits, (own, i) =>
    scales.slice(0, own).reduce((sum, scale, b) => sum + ((signs[i]! >> b) & 1 ? scale : -scale), 0),
  );
}

function faultOfMap(length: number, bits: ArrayLike<number>): Diagnostic | undefined {
  if (bits.length !== length)
    return badBitMap(`it has ${bits.length} elements, but there are ${length} values`);
  const wrong = Array.from(bits).findIndex((own) => !Number.isInteger(own) || own < 1 || own > mostBits);
  return wrong < 0 ? undefined : badBitMap(`element ${wrong} has ${bits[wrong]} bits`);
}

/** Which elements get more bits: see `selectBits`. */
export type BitSelection = 'middle_out' | 'top_down' | 'bottom_up' | 'random';

export const bitSelections: readonly BitSelection[] = ['middle_out', 'top_down', 'bottom_up', 'random'];

/**
 * How many of `length` elements get how many bits, so that all together have round(average · length) bits:
 * counts[k] elements get k + 1. Up to an average of 3 elements have 1, 2 or 3 bits: half of the bits beyond one per
 * element go to elements of two bits and half to elements of three, as long as there are elements enough (up to
 * 7/3), and beyond that none keeps one bit; 1.4 is 70 % of one bit, 20 % of two and 10 % of three. An average above
 * 3 is spread likewise over the whole number above it and the two below that.
 *
 * Faults: an average that is not from 1 to 8.
 */
export function bitCounts(length: number, average: number): Result<readonly number[]> {
  if (!(average >= 1 && average <= mostBits)) return failure(badAverage(average));
  const base = Math.max(1, Math.ceil(average) - 2);
  const extra = Math.round(average * length) - base * length;
  const two = Math.max(Math.floor(extra / 4), extra - length);
  const one = extra - 2 * two;
  const counts = [...Array<number>(base - 1).fill(0), length - one - two, one, two];
  return success(counts.slice(0, counts.findLastIndex((count) => count > 0) + 1));
}

/**
 * A bit map for the values by a rule of selection, in the counts of `bitCounts`. Elements are ranked, and the first
 * get the fewest bits:
 *
 * - `middle_out` by ||x| − mean|x||, their error with one bit: what one bit describes worst gets the most
 * - `top_down` by |x|: the largest get the most
 * - `bottom_up` by −|x|: the smallest get the most
 * - `random` in an order drawn from `seed`
 *
 * Equal elements rank by their index. Faults: as of `bitCounts`; values that are no finite numbers.
 */
export function selectBits(
  values: Float64Array,
  average: number,
  rule: BitSelection,
  seed = 0,
): Result<Uint8Array> {
  const counts = bitCounts(values.length, average);
  if (!counts.ok) return counts;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) return failure(noArrayNumber(wrong, values[wrong]!));
  const bits = new Uint8Array(values.length);
  const order = ranked(values, rule, seed);
  let next = 0;
  counts.value.forEach((count, k) => {
    for (let left = count; left > 0; left--) bits[order[next++]!] = k + 1;
  });
  return success(bits);
}

/** The indices of the elements, those that get the fewest bits first. */
function ranked(values: Float64Array, rule: BitSelection, seed: number): Uint32Array {
  const order = Uint32Array.from(values, (_, i) => i);
  if (rule === 'random') return shuffled(order, seed);
  const magnitudes = values.map(Math.abs);
  const mean = magnitudes.reduce((sum, each) => sum + each, 0) / values.length;
  const keys = magnitudes.map((each) => {
    if (rule === 'middle_out') return Math.abs(each - mean);
    return rule === 'top_down' ? each : -each;
  });
  return order.sort((a, b) => keys[a]! - keys[b]! || a - b);
}

function shuffled(order: Uint32Array, seed: number): Uint32Array {
  const source = random(seed);
  for (let left = order.length; left > 1; left--) {
    const pick = source.below(left);
    [order[left - 1], order[pick]] = [order[pick]!, order[left - 1]!];
  }
  return order;
}
