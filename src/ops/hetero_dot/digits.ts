/** ±2^shift. */
export interface Digit {
  readonly shift: number;
  readonly negative: boolean;
}

/** An integer as signed powers of two, no two of them neighbours (canonical signed digits), the lowest first. */
export function signedDigits(value: bigint): Digit[] {
  const digits: Digit[] = [];
  let rest = value;
  for (let shift = 0; rest !== 0n; shift++, rest >>= 1n) {
    if ((rest & 1n) === 0n) continue;
    const negative = (rest & 3n) === 3n;
    digits.push({ shift, negative });
    rest += negative ? 1n : -1n;
  }
  return digits;
}
