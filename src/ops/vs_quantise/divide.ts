import type { Draft, Id } from '../../ir/index.js';
import type { Rounding } from '../../format/index.js';

/** dividend / (divisor · 2^shift) as an integer and what is left, all of it in words without sign. */
export interface Quotient {
  readonly whole: Id;
  /** Whether the quotient has more bits than were asked for; then the rest means nothing. */
  readonly over: Id;
  readonly isOdd: Id;
  /** Whether the rest is half of the divisor or more. */
  readonly half: Id;
  /** Whether anything is left beside that half. */
  readonly below: Id;
}

/**
 * Divides exactly by restoring division, the quotient's `bits` bits one behind the other: as long as the words are,
 * each step is a subtraction and a choice of the divisor's width. Every bit below the point counts for the rest. With
 * a divisor of 0 the quotient means nothing. Words of the division are called `name` and what they are.
 */
export function divide(
  draft: Draft,
  name: string,
  dividend: Id,
  divisor: Id,
  { shift, bits }: { readonly shift: number; readonly bits: number },
): Quotient {
  const total = draft.widthOf(dividend);
  const bit = (position: number): Id =>
    position >= 0 && position < total ? draft.slice(dividend, position, 1) : draft.constant(0n, 1);
  const { top, over } = start(draft, dividend, divisor, shift + bits);
  let left = top;
  const digits: Id[] = [];
  for (let k = bits - 1; k >= 0; k--) {
    const { fits, rest } = step(draft, left, bit(shift + k), divisor);
    draft.hint(fits, `${name}_digit_${k}`);
    draft.hint(rest, `${name}_rest_${k}`);
    digits.unshift(fits);
    left = rest;
  }
  // One step more, of which the digit says whether half of the divisor is reached.
  const last = step(draft, left, bit(shift - 1), divisor);
  const low =
    shift > 1 ? draft.reduce('or', draft.slice(dividend, 0, Math.min(shift - 1, total))) : undefined;
  const rest = draft.reduce('or', last.rest);
  const below = low === undefined ? rest : draft.binary('or', rest, low);
  return {
    whole: draft.concat(digits),
    over,
    isOdd: digits[0]!,
    half: last.fits,
    below,
  };
}

/** The dividend's bits from `low` on, in the divisor's width, and whether they are the divisor or more. */
function start(
  draft: Draft,
  dividend: Id,
  divisor: Id,
  low: number,
): { readonly top: Id; readonly over: Id } {
  const width = draft.widthOf(divisor);
  const rest = draft.widthOf(dividend) - low;
  if (rest <= 0) return { top: draft.constant(0n, width), over: draft.constant(0n, 1) };
  const common = Math.max(rest, width);
  const word = draft.extend(draft.slice(dividend, low, rest), common, false);
  const less = draft.compare('lt', word, draft.extend(divisor, common, false), false);
  return { top: draft.slice(word, 0, width), over: draft.not(less) };
}

/** Whether the divisor goes into 2·left + bit, and what is left then. */
function step(draft: Draft, left: Id, bit: Id, divisor: Id): { readonly fits: Id; readonly rest: Id } {
  const width = draft.widthOf(divisor);
  const next = draft.concat([bit, left]);
  // What was left is less than the divisor, so that the difference is between −divisor and divisor.
  const difference = draft.binary('sub', next, draft.extend(divisor, width + 1, false));
  const less = draft.slice(difference, width, 1);
  const rest = draft.mux(less, draft.slice(next, 0, width), draft.slice(difference, 0, width));
  return { fits: draft.not(less), rest };
}

/** The quotient of a number with that sign, rounded: one bit wider than its whole part. */
export function rounded(draft: Draft, quotient: Quotient, negative: Id, mode: Rounding): Id {
  const width = draft.widthOf(quotient.whole) + 1;
  const up = goesAway(draft, quotient, negative, mode);
  const whole = draft.extend(quotient.whole, width, false);
  return up === undefined ? whole : draft.binary('add', whole, draft.extend(up, width, false));
}

/** Whether the magnitude is rounded up; undefined where it never is. */
function goesAway(draft: Draft, quotient: Quotient, negative: Id, mode: Rounding): Id | undefined {
  const { isOdd, half, below } = quotient;
  const some = draft.binary('or', half, below);
  switch (mode) {
    case 'nearest_even':
      return draft.binary('and', half, draft.binary('or', below, isOdd));
    case 'nearest_away':
      return half;
    case 'toward_zero':
      return undefined;
    case 'down':
      return draft.binary('and', some, negative);
    case 'up':
      return draft.binary('and', some, draft.not(negative));
  }
}
