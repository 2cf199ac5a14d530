/** Words: non-negative bigints of a stated width, and their reading as two's complement numbers. */

/** The word of `width` ones. */
export function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** The low `width` bits of any integer, as a word: two's complement for negative numbers. */
export function wrap(value: bigint, width: number): bigint {
  return BigInt.asUintN(width, value);
}

/** The signed number that a word of `width` bits stands for; a word of width 0 is 0. */
export function signed(word: bigint, width: number): bigint {
  return BigInt.asIntN(width, word);
}

/** The number that a word of `width` bits stands for, read as signed or unsigned. */
export function read(word: bigint, width: number, isSigned: boolean): bigint {
  return isSigned ? BigInt.asIntN(width, word) : BigInt.asUintN(width, word);
}

/** How many bits an unsigned number needs: 0 for 0, 1 for 1, 8 for 255. The number must not be negative. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** How many bits a two's complement word needs to hold `value`: 1 for 0 and −1, 8 for 127 and −128. */
export function signedWidth(value: bigint): number {
  return 1 + bitLength(value < 0n ? -value - 1n : value);
}

/** The least k with 2^k ≥ n; 0 for n ≤ 1. `n` must be a safe integer. */
export function clog2(n: number): number {
  return n <= 1 ? 0 : bitLength(BigInt(n - 1));
}

/** The least number of a `width`-bit word. */
export function minimum(width: number, isSigned: boolean): bigint {
  return isSigned ? -(1n << BigInt(width - 1)) : 0n;
}

/** The greatest number of a `width`-bit word. */
export function maximum(width: number, isSigned: boolean): bigint {
  return ones(isSigned ? width - 1 : width);
}
