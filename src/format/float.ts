/** Binary floating-point numbers of any exponent and mantissa width, and the usual ones by name. */
export interface Float {
  readonly kind: 'float';
  /** Whether the top bit is a sign; without one there are no negative numbers. */
  readonly signed: boolean;
  /** Bits of the exponent field, 1 to 11. */
  readonly exponent: number;
  /** Bits of the mantissa field, the hidden bit not among them, 0 to 52. */
  readonly mantissa: number;
  /** What the exponent field is greater than the exponent by: 2^(exponent − 1) − 1. */
  readonly bias: number;
  /**
   * Which codes are no finite numbers: `ieee`: those with all ones in the exponent field, infinities (mantissa 0)
   * and NaNs; `nan`: only the one with all ones in both fields, a NaN; `finite`: none.
   */
  readonly specials: 'ieee' | 'nan' | 'finite';
  /**
   * What the codes with an exponent field of 0 stand for: `subnormal` numbers; `flushed`: zero, all of them;
   * `normal` numbers as with any other field, so that there is no zero.
   */
  readonly lowest: 'subnormal' | 'flushed' | 'normal';
}

/** An IEEE 754 interchange format in the small: bias 2^(e−1)−1, subnormals, infinities and NaNs, unless `more` says else. */
export function fp(
  exponent: number,
  mantissa: number,
  more: Partial<Omit<Float, 'kind' | 'bias'>> = {},
): Float {
  return {
    kind: 'float',
    signed: true,
    exponent,
    mantissa,
    bias: 2 ** (exponent - 1) - 1,
    specials: 'ieee',
    lowest: 'subnormal',
    ...more,
  };
}

/**
 * The floating-point formats that have a name. fp8, fp6, fp4 and e8m0: OCP, "8-bit Floating Point Specification"
 * 1.0 and "Microscaling Formats Specification" 1.0. ue4m3: E4M3 without its sign, the block scale of NVFP4.
 */
export const floats: Readonly<Record<string, Float>> = {
  fp64: fp(11, 52),
  fp32: fp(8, 23),
  tf32: fp(8, 10),
  fp16: fp(5, 10),
  bf16: fp(8, 7),
  fp8_e4m3: fp(4, 3, { specials: 'nan' }),
  fp8_e5m2: fp(5, 2),
  fp6_e2m3: fp(2, 3, { specials: 'finite' }),
  fp6_e3m2: fp(3, 2, { specials: 'finite' }),
  fp4_e2m1: fp(2, 1, { specials: 'finite' }),
  e8m0: fp(8, 0, { signed: false, specials: 'nan', lowest: 'normal' }),
  ue4m3: fp(4, 3, { signed: false, specials: 'nan' }),
};

const written = new Map(Object.entries(floats).map(([name, format]) => [description(format), name]));

/** The format's name, `bf16`, or its description, `fp(3, 4, finite, unsigned)`. */
export function floatName(format: Float): string {
  const text = description(format);
  return written.get(text) ?? text;
}

function description({ exponent, mantissa, specials, lowest, signed }: Float): string {
  const words = [
    ...(specials === 'ieee' ? [] : [specials]),
    ...(lowest === 'subnormal' ? [] : [lowest]),
    ...(signed ? [] : ['unsigned']),
  ];
  return `fp(${[exponent, mantissa, ...words].join(', ')})`;
}

/** All bits: sign, exponent and mantissa. */
export function floatWidth({ signed, exponent, mantissa }: Float): number {
  return (signed ? 1 : 0) + exponent + mantissa;
}

/** The exponent of the least normal numbers, 2^this: −126 for fp32. */
export function leastExponent({ bias, lowest }: Float): number {
  return (lowest === 'normal' ? 0 : 1) - bias;
}

/** The code, without sign, of the greatest finite number. Codes without sign are in the order of their numbers. */
export function greatestCode({ exponent, mantissa, specials }: Float): bigint {
  const all = 1n << BigInt(exponent + mantissa);
  switch (specials) {
    case 'ieee':
      return all - (1n << BigInt(mantissa)) - 1n;
    case 'nan':
      return all - 2n;
    case 'finite':
      return all - 1n;
  }
}
