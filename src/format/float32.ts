import { decode } from './decode.js';
import { sameExact } from './dyadic.js';
import { encode, type Conversion } from './encode.js';
import { floats } from './float.js';
import { formatWidth, type NumberFormat } from './format.js';
import { numberBits, numberEncoder } from './number.js';

const float32 = floats['fp32']!;

/**
 * Encodes float32 numbers given by their bits, as `encode` does, the signs of NaNs included.
 *
 * @returns a function from bits, and the random word of stochastic rounding, to the code in hex
 */
export function float32Encoder(
  format: NumberFormat,
  conversion: Conversion = {},
): (bits: number, random?: number) => string {
  const exact = (bits: number, random?: number): string =>
    encode(format, decode(float32, BigInt(bits)), conversion, random).toString(16);
  if (formatWidth(format) > numberBits) return exact;
  const encoder = numberEncoder(format, conversion);
  const word = new DataView(new ArrayBuffer(4));
  return (bits, random) => {
    if ((bits & 0x7fffffff) > 0x7f800000) return exact(bits, random);
    word.setUint32(0, bits);
    return encoder(word.getFloat32(0), random).toString(16);
  };
}

/**
 * The float32 that a word stands for, and whether it is just that. A number that is no float32 is rounded; infinities
 * and NaNs stay what they are.
 *
 * @param conversion default: to nearest even, and to infinity beyond the greatest float32
 */
export function float32Of(
  format: NumberFormat,
  word: bigint,
  conversion: Conversion = {},
): { readonly bits: number; readonly exact: boolean } {
  const value = decode(format, word);
  const overflow = value.kind === 'infinity' ? 'ieee' : (conversion.overflow ?? 'ieee');
  const bits = encode(float32, value, { ...conversion, overflow });
  return { bits: Number(bits), exact: sameExact(value, decode(float32, bits)) };
}
