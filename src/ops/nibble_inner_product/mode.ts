import { floats, type Float } from '../../format/index.js';

/** An integer operand: how many nibbles of its 16-bit word count, from the lowest on, and whether it is signed. */
export interface IntegerOperand {
  readonly nibbles: number;
  readonly signed: boolean;
}

/** What the operand words of a job are: integers of 4, 8, 12 or 16 bits, or floating-point numbers, in any pairing. */
export type IpuMode =
  | { readonly kind: 'integer'; readonly a: IntegerOperand; readonly b: IntegerOperand }
  | { readonly kind: 'float'; readonly a: Float; readonly b: Float };

/** Bits of a mode word. */
export const modeWidth = 7;

/**
 * A mode as the unit reads it. Bit 6: floating point. Then bit 0: `a` is BF16, else FP16; bit 2: the same of `b`.
 * For integers bits 1 to 0: nibbles of `a` less 1; bits 3 to 2: of `b`; bit 4: `a` is signed; bit 5: `b` is.
 */
export function modeWord(mode: IpuMode): bigint {
  if (mode.kind === 'float') return 64n | (mode.a === bf16 ? 1n : 0n) | (mode.b === bf16 ? 4n : 0n);
  const { a, b } = mode;
  const signs = (a.signed ? 16 : 0) | (b.signed ? 32 : 0);
  return BigInt((a.nibbles - 1) | ((b.nibbles - 1) << 2) | signs);
}

/** The mode that a word stands for: every word has a meaning. Without BF16 both operands are FP16. */
export function modeOf(word: bigint, formats: 'fp16' | 'fp16_bf16'): IpuMode {
  const bit = (k: number): boolean => ((word >> BigInt(k)) & 1n) === 1n;
  if (bit(6)) {
    const float = (k: number): Float => (formats === 'fp16_bf16' && bit(k) ? bf16 : fp16);
    return { kind: 'float', a: float(0), b: float(2) };
  }
  const nibbles = (low: number): number => Number((word >> BigInt(low)) & 3n) + 1;
  return {
    kind: 'integer',
    a: { nibbles: nibbles(0), signed: bit(4) },
    b: { nibbles: nibbles(2), signed: bit(5) },
  };
}

const fp16 = floats['fp16']!;
const bf16 = floats['bf16']!;

/** Integers of `a` and `b` bits, 4, 8, 12 or 16, signed unless said otherwise. */
export function integerMode(a: number, b: number, signed = { a: true, b: true }): IpuMode {
  return {
    kind: 'integer',
    a: { nibbles: a / 4, signed: signed.a },
    b: { nibbles: b / 4, signed: signed.b },
  };
}

/** FP16 or BF16 numbers. */
export function floatMode(a: 'fp16' | 'bf16', b: 'fp16' | 'bf16'): IpuMode {
  return { kind: 'float', a: floats[a]!, b: floats[b]! };
}

/** Passes of nibble pairs that a job takes. FP16 has three nibbles, BF16 two, integers one for every 4 bits. */
export function passesOf(mode: IpuMode): number {
  if (mode.kind === 'integer') return mode.a.nibbles * mode.b.nibbles;
  return (mode.a === bf16 ? 2 : 3) * (mode.b === bf16 ? 2 : 3);
}
