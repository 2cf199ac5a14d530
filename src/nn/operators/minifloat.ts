import { nearestEven } from './activations.js';

/** A binary floating-point format with subnormals. */
export interface Minifloat {
  readonly mantissaBits: number;
  readonly bias: number;
  /** the greatest magnitude that is kept */
  readonly largest: number;
  /** what a greater magnitude becomes after rounding */
  readonly overflow: number;
  readonly round?: (x: number) => number;
}

/** Rounds numbers to a floating-point format, to nearest even if nothing else is said. */
export function minifloat(format: Minifloat): (x: number) => number {
  const { mantissaBits, bias, largest, overflow, round = nearestEven } = format;
  const least = 1 - bias - mantissaBits;
  return (x) => {
    if (!Number.isFinite(x)) return Number.isNaN(x) ? x : Math.sign(x) * overflow;
    const unit = 2 ** Math.max(least, exponentOf(x) - mantissaBits);
    const rounded = round(x / unit) * unit;
    return Math.abs(rounded) > largest ? Math.sign(rounded) * overflow : rounded;
  };
}

/** ⌊log₂ |x|⌋, exactly; very low for 0. */
export function exponentOf(x: number): number {
  const size = Math.abs(x);
  if (size === 0) return -1100;
  const guess = Math.floor(Math.log2(size));
  if (2 ** guess > size) return guess - 1;
  return 2 ** (guess + 1) <= size ? guess + 1 : guess;
}
