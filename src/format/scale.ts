import { decode, numberOf } from './decode.js';
import { exactOf, product, type Dyadic } from './dyadic.js';
import { encodeRatio } from './encode.js';
import { floats, greatestCode } from './float.js';
import type { BlockFormat } from './block.js';
import { greatestNumber, leastPositive } from './limits.js';
import { exponentOf, numberDecoder, ratioEncoder } from './number.js';
import type { Rounding } from './rounding.js';

/**
 * How the scale of a block follows from m, the greatest magnitude in it, g, the greatest element, and t, the tensor
 * scale. E8M0 scales, with e = ⌊log2 g⌋: `floor` 2^(⌊log2 m⌋ − e), as in OCP Microscaling 1.0, section 6.3; `ceil`
 * and `round` with ⌈log2 m⌉ and log2 m rounded to the nearest integer instead; `rceil` the least power of two at
 * which no element saturates, ⌈log2(m / g)⌉. Other scales: m / (g · t) rounded towards zero (`floor`), up (`ceil`,
 * `rceil`), to nearest even (`round`). `search`: the scale with the least sum of squared errors in the block.
 */
export type ScalePolicy = 'floor' | 'ceil' | 'round' | 'rceil' | 'search';

export const scalePolicies: readonly ScalePolicy[] = ['floor', 'ceil', 'round', 'rceil', 'search'];

/** The policy that a format's own definition names. */
export function defaultPolicy({ tensorScale }: BlockFormat): ScalePolicy {
  return tensorScale ? 'round' : 'floor';
}

/** What the scales of one block follow from. */
export interface BlockExtent {
  /** The greatest magnitude among the finite numbers of the block. */
  readonly block: number;
  /** The same for the numbers that share the tensor scale. */
  readonly tensor: number;
  readonly tensorScale: number;
}

/** The code of a block's scale by a policy other than `search`. */
export type ScaleChooser = (extent: BlockExtent) => number;

export function scaleChooser(format: BlockFormat, policy: Exclude<ScalePolicy, 'search'>): ScaleChooser {
  const greatest = greatestNumber(format.element);
  if (format.scale.kind === 'float' && format.scale.mantissa === 0) {
    const { bias } = format.scale;
    return ({ block }) => {
      if (block === 0) return 0;
      return Math.min(254, Math.max(0, scaleExponent(block, greatest, policy) + bias));
    };
  }
  const encode = ratioEncoder(format.scale, { rounding: quotientRounding[policy] });
  if (format.scale.kind === 'float')
    return ({ block, tensorScale }) => encode(block, 1, greatest * tensorScale);
  // Integer scales: the quotient of the vector's scale by γ before γ is rounded to a float32.
  const steps = greatestNumber(format.scale);
  return ({ block, tensor }) => (block === 0 ? 0 : encode(block, steps, tensor));
}

const quotientRounding: Readonly<Record<Exclude<ScalePolicy, 'search'>, Rounding>> = {
  floor: 'toward_zero',
  ceil: 'up',
  rceil: 'up',
  round: 'nearest_even',
};

/** The exponent of a power-of-two scale, before it is cut to those that E8M0 has. */
function scaleExponent(block: number, greatest: number, policy: Exclude<ScalePolicy, 'search'>): number {
  const exponent = exponentOf(block);
  // The least power of two of E8M0 is far above: its scale is the least, whatever the policy.
  if (exponent < -1000) return exponent;
  const lead = block / 2 ** exponent;
  const own = exponentOf(greatest);
  switch (policy) {
    case 'floor':
      return exponent - own;
    case 'ceil':
      return exponent - own + (lead > 1 ? 1 : 0);
    case 'round':
      // No float64 lies between √2 and the nearest to it, which is greater.
      return exponent - own + (lead >= Math.SQRT2 ? 1 : 0);
    case 'rceil':
      return exponent - own + (lead > greatest / 2 ** own ? 1 : 0);
  }
}

const float32 = floats['fp32']!;

/** greatest magnitude / (greatest element · greatest scale) as a float32, to nearest even; 1 for an array of zeros. */
export function tensorScaleOf(magnitude: number, greatestElement: number, greatestScale: number): number {
  if (magnitude === 0) return 1;
  const [numerator, element, scale] = [magnitude, greatestElement, greatestScale].map(exactOf) as Dyadic[];
  const word = encodeRatio(float32, numerator!, product(element!, scale!));
  // A scale of zero would lose every number.
  return word === 0n ? 2 ** -149 : numberOf(decode(float32, word));
}

/**
 * The sum of squared errors of a block at a scale, in units of the square of the block's extent; any number beyond
 * `enough` where it is more than that.
 */
export type BlockError = (scale: number, enough: number) => number;

/** Finds the code of the scale with the least error. */
export type ScaleSearch = (extent: BlockExtent, error: BlockError) => number;

/**
 * Tries the scales from the least at which nothing saturates upwards, then downwards; takes the first of equals.
 * Scales that cannot be better are left out: those at which the greatest magnitude alone has more than the least
 * error, those at which all is zero, and among powers of two the greater ones, whose elements are a subset.
 */
export function scaleSearch(format: BlockFormat): ScaleSearch {
  const chooseFirst = scaleChooser(format, 'rceil');
  const decodeScale = numberDecoder(format.scale);
  const greatest = greatestNumber(format.element);
  const zeroFrom = 2 / leastPositive(format.element);
  const powersOfTwo = format.scale.kind === 'float' && format.scale.mantissa === 0;
  const last =
    format.scale.kind === 'float' ? Number(greatestCode(format.scale)) : 2 ** format.scale.width - 1;
  return (extent, error) => {
    const first = chooseFirst(extent);
    let [best, least] = [first, Infinity];
    const scaleOf = (code: number): number => decodeScale(code) * extent.tensorScale;
    const consider = (code: number): void => {
      const found = error(scaleOf(code), least);
      if (found < least) [best, least] = [code, found];
    };
    consider(first);
    if (!powersOfTwo)
      for (let code = first + 1; code <= last && scaleOf(code) < extent.block * zeroFrom; code++)
        consider(code);
    for (let code = first - 1; code >= 0; code--) {
      const saturation = 1 - (greatest * scaleOf(code)) / extent.block;
      if (saturation > 0 && saturation ** 2 >= least) break;
      consider(code);
    }
    return best;
  };
}
