import type { Random } from '../base/index.js';
import { greatestNumber, leastNumber } from './limits.js';
import { numberDecoder, ratioEncoder } from './number.js';
import type { Plan } from './plan.js';
import type { BlockError } from './scale.js';

/** Numbers of an array, which is of float32 or float64. */
export type Numbers = Float32Array | Float64Array;

/** Codes, in the narrowest type that holds them. */
export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** What was lost in an array. */
export interface Losses {
  /** 10 log10 of Σ x² / Σ (x − value)² over finite numbers, before values are rounded to float32; null if it is not finite. */
  readonly sqnrDb: number | null;
  /** Finite numbers beyond the least or greatest at their scale. */
  readonly saturated: number;
  /** Finite numbers other than zero that became zero. */
  readonly zeroed: number;
  readonly notFinite: number;
}

/** Room for codes of so many bits. */
export function codeArray(width: number, length: number): Codes {
  if (width <= 8) return new Uint8Array(length);
  return width <= 16 ? new Uint16Array(length) : new Uint32Array(length);
}

/** The greatest magnitude of the finite numbers from `from` to before `to`, without negative ones where elements have no sign. */
export function extentOf(
  values: Numbers,
  from: number,
  to: number,
  { signed }: { readonly signed: boolean },
): number {
  let [most, least] = [0, 0];
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (value > most && value !== Infinity) most = value;
    else if (value < least && value !== -Infinity) least = value;
  }
  return signed ? Math.max(most, -least) : most;
}

/** A stretch of an array whose elements share a scale. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** See `extentOf`. */
  readonly extent: number;
}

/** Writes codes and values of a stretch, and counts what was lost. */
export interface ElementConverter {
  convert(stretch: Stretch, scale: number): void;
  losses(): Losses;
}

/**
 * Converts the elements of an array.
 *
 * @param unit a number of the size of the greatest, so that sums of squares do not overflow
 */
export function elementConverter(
  values: Numbers,
  plan: Plan,
  into: { readonly codes: Codes; readonly values: Numbers },
  unit: number,
  random?: Random,
): ElementConverter {
  const { element, conversion, paper } = plan;
  const encode = ratioEncoder(element, conversion);
  const decode = numberDecoder(element);
  const greatest = greatestNumber(element);
  const least = leastElement(plan);
  const drawn = conversion.rounding === 'stochastic' ? random : undefined;
  const counts = { saturated: 0, zeroed: 0, notFinite: 0 };
  let [signal, noise] = [0, 0];

  function count(x: number, value: number, upper: number, lower: number): void {
    if (x - x !== 0) {
      counts.notFinite++;
      return;
    }
    if (x > upper || x < lower) counts.saturated++;
    if (value === 0 && x !== 0) counts.zeroed++;
    signal += (x / unit) ** 2;
    noise += ((x - value) / unit) ** 2;
  }

  function convert({ from, to, extent }: Stretch, scale: number): void {
    const [times, by] = paper ? [greatest, extent] : [1, scale];
    const upper = paper ? extent : greatest * scale;
    const lower = paper ? (least / greatest) * extent : least * scale;
    for (let i = from; i < to; i++) {
      const x = values[i]!;
      const code = by > 0 ? encode(x, times, by, drawn?.uint32()) : encode(x - x === 0 ? 0 : x, 1, 1);
      const value = decode(code) * scale;
      into.codes[i] = code;
      into.values[i] = value;
      count(x, value, upper, lower);
    }
  }

  return {
    convert,
    losses() {
      const ratio = 10 * Math.log10(signal / noise);
      return { ...counts, sqnrDb: Number.isFinite(ratio) ? ratio : null };
    },
  };
}

function leastElement({ element, conversion }: Plan): number {
  if (element.kind === 'fixed' && conversion.symmetric) return element.signed ? -greatestNumber(element) : 0;
  return leastNumber(element);
}

/** The error of a stretch at any scale, elements rounded to nearest even, in units of the square of its extent. */
export function stretchError(values: Numbers, { element, conversion }: Plan) {
  const encode = ratioEncoder(element, { ...conversion, rounding: 'nearest_even' });
  const decode = numberDecoder(element);
  return ({ from, to, extent }: Stretch): BlockError =>
    (scale, enough) => {
      let sum = 0;
      for (let i = from; i < to && sum <= enough; i++) {
        const x = values[i]!;
        if (x - x !== 0) continue;
        const value = scale > 0 ? decode(encode(x, 1, scale)) * scale : 0;
        sum += ((x - value) / extent) ** 2;
      }
      return sum;
    };
}
