import { random, type Random } from '../../src/base/index.js';
import { floatWidth, type Float } from '../../src/format/index.js';

/**
 * Operands by the method of Berkeley TestFloat (Hauser): exponents at the ends of the field and around the bias,
 * significands of few ones, few zeros and runs at either end, sums of two such patterns, and random ones; all of
 * them crossed with random bits now and then.
 */
export function operands(format: Float, count: number, seed: number): Uint32Array {
  const source = random(seed);
  return Uint32Array.from({ length: count }, () => operand(format, source));
}

function operand(format: Float, source: Random): number {
  const { exponent: e, mantissa: m } = format;
  const sign = source.below(2) * 2 ** (floatWidth(format) - 1);
  const field = source.below(4) === 0 ? source.below(2 ** e) : specialField(format, source);
  const fraction = source.below(3) === 0 ? source.below(2 ** m) : specialFraction(m, source);
  return sign + field * 2 ** m + fraction;
}

/** The ends of the field with their neighbours, where subnormals, overflow and infinities begin; and around 1. */
function specialField({ exponent: e, mantissa: m, bias }: Float, source: Random): number {
  const last = 2 ** e - 1;
  const distance = source.below(2 * m + 6) - m - 3;
  const choices = [
    0,
    0,
    1,
    2,
    last,
    last - 1,
    last - 2,
    bias,
    bias + distance,
    m + source.below(4),
    last - m,
  ];
  return Math.min(last, Math.max(0, choices[source.below(choices.length)]!));
}

function specialFraction(m: number, source: Random): number {
  const patterns = [patternOf(m, source), source.below(2) === 0 ? patternOf(m, source) : 0];
  return (patterns[0]! + patterns[1]!) % 2 ** m;
}

/** Nothing, one bit, a run of ones at either end, their complements. */
function patternOf(m: number, source: Random): number {
  const all = 2 ** m - 1;
  const bit = 2 ** source.below(m);
  const choices = [0, 0, 1, all, all - 1, bit, all - bit, bit - 1, all - (bit - 1)];
  return choices[source.below(choices.length)]!;
}

/** Second operands near first ones: of the same magnitude or almost so, or a few exponents apart, of any sign. */
export function neighbours(format: Float, others: Uint32Array, seed: number): Uint32Array {
  const source = random(seed);
  const top = 2 ** (floatWidth(format) - 1);
  return others.map((word) => {
    const magnitude = word % top;
    const moved = magnitude + (source.below(9) - 4) + (source.below(5) - 2) * 2 ** format.mantissa;
    return Math.min(top - 1, Math.max(0, moved)) + source.below(2) * top;
  });
}

const double = new DataView(new ArrayBuffer(8));

/**
 * a + b rounded to odd: the exact sum where float64 has it, else the one of its two neighbours whose last bit is a
 * one. Rounded again to far fewer bits, in any mode, that is as good as the exact sum (Boldo and Melquiond, 2008).
 */
export function oddSum(a: number, b: number): number {
  const sum = a + b;
  if (!Number.isFinite(sum)) return sum;
  const part = sum - a;
  const error = a - (sum - part) + (b - part);
  if (error === 0) return sum;
  double.setFloat64(0, sum);
  const word = double.getBigInt64(0);
  if ((word & 1n) === 1n) return sum;
  double.setBigInt64(0, error > 0 === sum > 0 ? word + 1n : word - 1n);
  return double.getFloat64(0);
}
