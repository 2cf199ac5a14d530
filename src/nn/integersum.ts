import type { Diagnostic } from '../base/index.js';
import type { ValueCodes } from './assign.js';
import { codeArray, type Codes } from './codes.js';
import { leastCode, mostCode, type Coding } from './coding.js';
import { scaleRatio } from './problems.js';
import { codeBounds, fixedPoint, scaled } from './requantise.js';
import type { SumNode } from './sums.js';
import type { Dims } from './tensor.js';

/**
 * A sum of elements in integers. Element o of the result, with the constants of each input i:
 *
 *   y = saturate(roundHalfEven(Σ_i multiplier[i] · Σ_t (code[i][taps[o · count + t]] − zero[i]) / 2^shift) + zero)
 *
 * held between `low` and `high`. Sums and products are exact; there is one rounding.
 */
export interface QuantisedSum {
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly { readonly name: string; readonly coding: Coding; readonly multiplier: number }[];
  readonly output: string;
  readonly taps: Int32Array | undefined;
  readonly count: number;
  readonly shift: number;
  readonly to: Coding;
  readonly low: number;
  readonly high: number;
  readonly results: Dims;
}

/** The sum with the scales of its values in multipliers and a shift; undefined if it is done in float. */
export function quantiseSum(sum: SumNode, codes: ValueCodes, found: Diagnostic[]): QuantisedSum | undefined {
  const options = codes.sumOptions(sum);
  const to = codes.of(sum.output);
  if (!options || !to) return undefined;
  const { name, kind, output, taps, count, results, relu, most, factor } = sum;
  const codings = sum.inputs.map((input) => codes.of(input)!);
  const ratios = Float64Array.from(codings, ({ scale }) => (scale * factor) / to.scale);
  const fixed = fixedPoint(ratios, options.multiplierBits);
  if (!fixed) {
    found.push(scaleRatio(name));
    return undefined;
  }
  const inputs = sum.inputs.map((input, i) => ({
    name: input,
    coding: codings[i]!,
    multiplier: fixed.multiplier[i]!,
  }));
  return {
    name,
    kind,
    inputs,
    output,
    taps,
    count,
    shift: fixed.shift,
    to,
    results,
    ...codeBounds(to, relu, most),
  };
}

/** The sum's codes for values in planes, and how many were saturated. */
export function runSum(
  sum: QuantisedSum,
  values: readonly Codes[],
  images: number,
): { readonly codes: Codes; readonly saturated: number } {
  const { to, count, taps, low, high, shift } = sum;
  const size = sum.results.reduce((product, n) => product * n, 1);
  const codes = codeArray(to.bits, size * images, to.signed);
  const totals = new Float64Array(images);
  const [least, most] = [
    low >= to.zero ? -Infinity : leastCode(to),
    high < mostCode(to) ? Infinity : mostCode(to),
  ];
  let saturated = 0;
  for (let o = 0; o < size; o++) {
    totals.fill(0);
    sum.inputs.forEach(({ coding, multiplier }, i) => {
      for (let t = 0; t < count; t++) {
        const from = taps ? taps[o * count + t]! : o;
        if (from >= 0) addPlane(totals, values[i]!, from * images, coding.zero, multiplier);
      }
    });
    for (let n = 0; n < images; n++) {
      const code = scaled(totals[n]!, 1, shift) + to.zero;
      if (code > most || code < least) saturated++;
      codes[o * images + n] = code > high ? high : code < low ? low : code;
    }
  }
  return { codes, saturated };
}

function addPlane(totals: Float64Array, plane: Codes, from: number, zero: number, multiplier: number): void {
  for (let n = 0; n < totals.length; n++) totals[n]! += (plane[from + n]! - zero) * multiplier;
}
