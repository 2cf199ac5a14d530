import { bitLength, signedWidth } from '../../base/index.js';
import { scalar, type Context, type Scalar } from '../../builder/index.js';
import { isSigned, leastExponent, uint, type Float } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { leadingZeros } from './lzc.js';
import { shiftLeftSticky } from './shift.js';

/** A magnitude, significand · 2^(exponent + offset). */
export interface Magnitude {
  /** An integer of any format. */
  readonly exponent: Scalar;
  readonly offset: number;
  readonly significand: Scalar;
  /** The most zeros above the leading one of a significand whose top bit stands for more than the least normal number. */
  readonly leadingZeros: number;
}

/** A magnitude where the bits of a format stand, not yet rounded. */
export interface Placed {
  /** Whether it is at least the least normal number of the format. */
  readonly normal: Id;
  /** Exponent above that of the least normal number; 0 where it is not normal. Of any width. */
  readonly steps: Id;
  /** The greatest that `steps` can be. */
  readonly mostSteps: number;
  /** Mantissa and `tail` bits below the hidden bit: those of the format, then those that rounding looks at. */
  readonly fraction: Id;
  /** Whether there is a one below `fraction`. */
  readonly sticky: Id;
  /** Whether the magnitude is another than zero. */
  readonly nonzero: Id;
}

/**
 * Moves a magnitude to where a format's bits stand: the leading one to the hidden bit's place, but no further up
 * than the hidden bit of the least normal number.
 *
 * A magnitude that lies below that place has to go down instead. Zeros on top of its word make that a shorter way
 * up, so that one shifter serves.
 *
 * @param tail how many bits below the mantissa are kept apart from the sticky bit
 */
export function place(context: Context, magnitude: Magnitude, format: Float, tail: number): Placed {
  const { draft } = context;
  const { exponent, offset, significand } = magnitude;
  const width = draft.widthOf(significand.id);
  const bias = offset + width - 1 - leastExponent(format);
  const [low, high] = numberRange(exponent);
  const keep = 1 + format.mantissa + tail;
  // As far down as to the last bit that is kept, which rounding only takes for a sign that there is something.
  const room = Math.max(0, Math.min(keep - 1, -(low + bias)));
  const head = above(draft, exponent, bias + room, low + bias + room, high + bias + room);
  const zeros = Math.min(magnitude.leadingZeros, width - 1);
  const { count, found } = zerosAbove(context, significand.id, zeros, room);
  const mostHead = Math.max(0, high + bias + room);
  const difference = differenceOf(draft, head, count, mostHead, room + zeros);
  const small = draft.slice(difference, draft.widthOf(difference) - 1, 1);
  const normal = draft.not(draft.binary('or', small, draft.not(found)));
  draft.hint(normal, 'normal');
  draft.hint(difference, 'exponent');
  const amountWidth = Math.max(1, bitLength(BigInt(room + zeros)));
  const amount = draft.mux(normal, resize(draft, count, amountWidth), resize(draft, head, amountWidth));
  draft.hint(amount, 'normalise_by');
  const word = room > 0 ? draft.concat([significand.id, draft.constant(0n, room)]) : significand.id;
  const shifted = shiftLeftSticky(context, unsigned(draft, word), unsigned(draft, amount), keep);
  draft.hint(shifted.word.id, 'placed');
  const mostSteps = Math.max(0, mostHead - room);
  const steps = resize(draft, difference, Math.max(1, bitLength(BigInt(mostSteps))));
  return {
    normal,
    steps: draft.binary('and', steps, draft.extend(normal, draft.widthOf(steps), true)),
    mostSteps,
    fraction: draft.slice(shifted.word.id, 0, keep - 1),
    sticky: shifted.sticky.id,
    nonzero: zeros === width - 1 ? found : draft.reduce('or', significand.id),
  };
}

/** The least and the greatest number of an integer's format. */
function numberRange({ type }: Scalar): readonly [number, number] {
  if (type.kind !== 'fixed' || type.fraction !== 0 || type.width > 32)
    throw new Error('an exponent is an integer of at most 32 bits');
  return type.signed ? [-(2 ** (type.width - 1)), 2 ** (type.width - 1) - 1] : [0, 2 ** type.width - 1];
}

/** exponent + constant, 0 where that is negative: an unsigned word. `low` and `high` are its ends. */
function above(draft: Draft, exponent: Scalar, constant: number, low: number, high: number): Id {
  const width = Math.max(signedWidth(BigInt(low)), signedWidth(BigInt(high)), draft.widthOf(exponent.id) + 1);
  const wide = draft.extend(exponent.id, width, isSigned(exponent.type));
  const sum = draft.binary('add', wide, draft.constant(BigInt(constant), width));
  const positive = resize(draft, sum, Math.max(1, bitLength(BigInt(Math.max(0, high)))));
  if (low >= 0) return positive;
  const keep = draft.not(draft.slice(sum, width - 1, 1));
  return draft.binary('and', positive, draft.extend(keep, draft.widthOf(positive), true));
}

/** The zeros above the leading one, `room` more that stand on top included; at most `most` are looked through. */
function zerosAbove(context: Context, word: Id, most: number, room: number): { count: Id; found: Id } {
  const { draft } = context;
  const width = draft.widthOf(word);
  const top = draft.slice(word, width - most - 1, most + 1);
  if (most === 0)
    return { count: draft.constant(BigInt(room), Math.max(1, bitLength(BigInt(room)))), found: top };
  const long = room > 0 ? draft.concat([top, draft.constant(0n, room)]) : top;
  const { count, found } = leadingZeros(context, unsigned(draft, long));
  draft.hint(count.id, 'leading_zeros');
  return { count: count.id, found: found.id };
}

/** a − b as a signed word that holds every difference. */
function differenceOf(draft: Draft, a: Id, b: Id, mostA: number, mostB: number): Id {
  const width = Math.max(
    signedWidth(BigInt(mostA)),
    signedWidth(BigInt(-mostB)),
    draft.widthOf(a) + 1,
    draft.widthOf(b) + 1,
  );
  return draft.binary('sub', draft.extend(a, width, false), draft.extend(b, width, false));
}

/** The low `width` bits, or all with zeros on top. */
function resize(draft: Draft, word: Id, width: number): Id {
  const have = draft.widthOf(word);
  return have > width ? draft.slice(word, 0, width) : draft.extend(word, width, false);
}

function unsigned(draft: Draft, word: Id): Scalar {
  return scalar(uint(draft.widthOf(word)), word);
}
