/** Integers of at most 8 or at most 16 bits. */
export type Codes = Int8Array | Int16Array | Uint8Array | Uint16Array;

/** Widths that codes can have. */
export const codeBits = { least: 2, most: 16 } as const;

/** Zeros to hold codes of `bits` bits. */
export function codeArray(bits: number, length: number, signed = true): Codes {
  if (signed) return bits <= 8 ? new Int8Array(length) : new Int16Array(length);
  return bits <= 8 ? new Uint8Array(length) : new Uint16Array(length);
}

/** The nearest whole number; of two equally near, the even one. */
export function roundHalfEven(x: number): number {
  const size = Math.abs(x);
  const floor = Math.floor(size);
  // For numbers that are not negative the subtraction is exact, so the comparison with ½ is, too.
  const rest = size - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return x < 0 ? -rounded : rounded;
}

/** `value` held between −2^(bits−1) and 2^(bits−1) − 1. */
export function saturate(value: number, bits: number): number {
  const limit = 2 ** (bits - 1);
  return Math.max(-limit, Math.min(limit - 1, value));
}

/** The scale at which `largest` is the largest positive code; 1 for a largest of 0. */
export function symmetricScale(largest: number, bits: number): number {
  return largest > 0 ? largest / (2 ** (bits - 1) - 1) : 1;
}

/** saturate(roundHalfEven(x / scale)) of each number, in doubles. */
export function toCodes(values: Float32Array, scale: number, bits: number): Codes {
  const codes = codeArray(bits, values.length);
  for (let i = 0; i < codes.length; i++) codes[i] = saturate(roundHalfEven(values[i]! / scale), bits);
  return codes;
}

/** code · scale of each code, rounded to float32. */
export function fromCodes(codes: Codes, scale: number): Float32Array {
  return Float32Array.from(codes, (code) => code * scale);
}
