import type { Arguments, Datapath, Value } from '../../builder/index.js';
import { leastExponent } from '../../format/index.js';
import { decodeFloat } from '../float/decode.js';
import { gates, roundedOutputs } from '../float/outputs.js';
import { floatOf } from '../float/parameters.js';
import { productOf } from '../float/product.js';

/** Multiply the significands, add the exponents, round. */
export function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const { or } = gates(datapath);
  const [a, b] = [decodeFloat(datapath, inputs[0]!, 'a'), decodeFloat(datapath, inputs[1]!, 'b')];
  const product = productOf(datapath, a, b);
  // Where neither factor is normal, the product is far below the normal numbers of most formats.
  const least = product.leastField + product.offset + a.format.mantissa + b.format.mantissa + 1;
  const hidden = least <= leastExponent(floatOf(p, 'to'));
  const exact = {
    sign: product.sign,
    exponent: product.field,
    offset: product.offset,
    significand: product.significand,
    leadingZeros: hidden ? product.leadingZeros : product.mostLeadingZeros,
    infinite: product.infinite,
    nan: or(a.nan, b.nan, product.invalid),
  };
  return roundedOutputs(datapath, p, exact, or(a.signalling, b.signalling, product.invalid), inputs[2]);
}
