/** A digit of a number: `sign · 2^shift`. */
export interface Digit {
  readonly sign: 1 | -1;
  readonly shift: number;
}

/**
 * A number in canonical signed digits: Σ sign · 2^shift with the fewest digits there can be, no two of them neighbours
 * (Reitwiesner, 1960). None for 0.
 */
export function signedDigits(value: bigint): Digit[] {
  const digits: Digit[] = [];
  let rest = value;
  for (let shift = 0; rest !== 0n; shift++, rest >>= 1n) {
    if ((rest & 1n) === 0n) continue;
    const sign = (rest & 3n) === 3n ? -1 : 1;
    digits.push({ sign, shift });
    rest -= BigInt(sign);
  }
  return digits;
}
