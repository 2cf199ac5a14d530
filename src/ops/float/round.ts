import { bitLength } from '../../base/index.js';
import { scalar, type Context, type Scalar } from '../../builder/index.js';
import { leastExponent, uint, type CodeRounding, type Conversion, type Float } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { roundsAway, type Part } from './away.js';
import { finish } from './finish.js';
import { place, type Placed } from './place.js';

/** The exact result of an operation, before rounding: (−1)^sign · significand · 2^(exponent + offset). */
export interface Unrounded {
  readonly sign: Scalar;
  /** An integer of any format, at most 32 bits wide. Static bounds follow from its width: keep it narrow. */
  readonly exponent: Scalar;
  /** A constant that belongs to the exponent; 0 if not given. */
  readonly offset?: number;
  /** `uint` of any width, not normalised; 0 is a zero. */
  readonly significand: Scalar;
  /**
   * A one somewhere below the significand, which is then too small by less than its last bit. The significand's
   * last bit must lie below what rounding looks at: `guardBits` below the last bit of the rounded number.
   */
  readonly sticky?: Scalar;
  /**
   * The most zeros above the leading one of a significand other than zero; by default all it can have. It need
   * not hold where the top bit stands for the least normal number of the target or less.
   */
  readonly leadingZeros?: number;
  /** The number is known to be a multiple of 2^quantum; then the target may have no inexact subnormal results. */
  readonly quantum?: number;
  /** The sign of a zero, where it is another than `sign`. */
  readonly zeroSign?: Scalar;
  readonly infinite?: Scalar;
  readonly nan?: Scalar;
  /** The sign of a NaN; positive by default. */
  readonly nanSign?: Scalar;
  /** 32 random bits, for stochastic rounding only; as `encode` of the number formats takes them. */
  readonly random?: Scalar;
}

/** How a result becomes a number of a format; the meaning of each is that of `encode`. */
export interface RoundRules {
  readonly rounding: CodeRounding;
  readonly overflow: 'ieee' | 'saturate';
  /** What stands for NaN in a format without: the greatest number (default) or zero. */
  readonly nan?: NonNullable<Conversion['nan']>;
}

export interface RoundFlags {
  /** The target has no infinity, NaN or zero that the result is, and NaN, or a number for NaN, stands for it. */
  readonly invalid: Scalar;
  /** The rounded result lies beyond the last number, or an infinity is replaced by that. */
  readonly overflow: Scalar;
  /** Inexact, and below the least normal number even when rounded as if exponents had no end. */
  readonly underflow: Scalar;
  /** The word stands for another number than the exact result. */
  readonly inexact: Scalar;
}

export interface Rounded {
  readonly word: Scalar;
  readonly flags: RoundFlags;
}

/**
 * How many bits below the rounded number's last one must be exact, beside a sticky bit: those that decide the
 * rounding, and one more where a number may be tiny and inexact.
 */
export function guardBits(format: Float, rounding: CodeRounding, quantum?: number): number {
  return (rounding === 'stochastic' ? 32 : 1) + (canUnderflow(format, quantum) ? 1 : 0);
}

/** Whether multiples of 2^quantum below the least normal number may be no numbers of the format. */
function canUnderflow(format: Float, quantum = -Infinity): boolean {
  return format.lowest !== 'subnormal' || quantum < leastExponent(format) - format.mantissa;
}

/** The one rounder: the exact result of any operation to a word of any floating-point format. */
export function roundToFloat(context: Context, exact: Unrounded, format: Float, rules: RoundRules): Rounded {
  const { draft } = context;
  const jammed = exact.sticky ? draft.concat([exact.sticky.id, exact.significand.id]) : exact.significand.id;
  const width = draft.widthOf(jammed);
  const placed = place(
    context,
    {
      exponent: exact.exponent,
      offset: (exact.offset ?? 0) - (exact.sticky ? 1 : 0),
      significand: scalar(uint(width), jammed),
      leadingZeros: exact.leadingZeros ?? width - 1,
    },
    format,
    guardBits(format, rules.rounding, exact.quantum),
  );
  const rounded = roundPlaced(draft, placed, format, rules.rounding, exact);
  return finish(context, rounded, exact, format, rules);
}

/** A rounded magnitude as a code without sign, before the ends of the format are looked at. */
export interface RoundedMagnitude {
  /** Of any width; beyond the format's greatest code it is an overflow. */
  readonly code: Id;
  /** The greatest that `code` can be. */
  readonly mostCode: bigint;
  readonly inexact: Id;
  readonly tiny: Id;
  /** Whether the exact number is another than zero. */
  readonly nonzero: Id;
}

function roundPlaced(
  draft: Draft,
  placed: Placed,
  format: Float,
  rounding: CodeRounding,
  exact: Unrounded,
): RoundedMagnitude {
  const { mantissa: m, lowest } = format;
  const { normal, fraction, sticky } = placed;
  const tail = draft.widthOf(fraction) - m;
  const away = (part: Part): Id => roundsAway(draft, rounding, exact, part);
  const below = draft.slice(fraction, 0, tail);
  // The mantissa's last bit; where there is no mantissa, the hidden bit.
  const odd = m > 0 ? draft.slice(fraction, tail, 1) : normal;
  const here = { odd, tail: below, sticky };
  // Nothing but zero and the least normal number: the hidden bit is the last one.
  const sparse = { odd: draft.constant(0n, 1), tail: fraction, sticky };
  const wide = away(here);
  const up = lowest === 'flushed' && m > 0 ? draft.mux(normal, wide, away(sparse)) : wide;
  draft.hint(up, 'round_up');
  const lossBelow = draft.binary('or', draft.reduce('or', below), sticky);
  const lossAll = draft.binary('or', draft.reduce('or', fraction), sticky);
  const whole = lowest === 'subnormal' || (m === 0 && lowest !== 'normal');
  return {
    ...codeOf(draft, placed, format, up),
    inexact: whole ? lossBelow : draft.mux(normal, lossBelow, lossAll),
    tiny: canUnderflow(format, exact.quantum) ? tinyOf(draft, placed, m, away) : draft.constant(0n, 1),
    nonzero: placed.nonzero,
  };
}

/**
 * Exponent field and mantissa in one word, so that a mantissa rounded up carries into the field. The hidden bit,
 * which makes 1 of the field 0 of the least normal numbers, and the rounding bit are one addend.
 */
function codeOf(
  draft: Draft,
  { normal, steps, mostSteps, fraction }: Placed,
  { mantissa: m, lowest }: Float,
  up: Id,
): { code: Id; mostCode: bigint } {
  const tail = draft.widthOf(fraction) - m;
  const spread = (bit: Id, width: number): Id => draft.extend(bit, width, true);
  const lastIsNormal = lowest === 'subnormal' ? up : draft.binary('and', up, normal);
  const mantissa = m > 0 ? draft.slice(fraction, tail, m) : undefined;
  const kept =
    mantissa === undefined || lowest === 'subnormal'
      ? mantissa
      : draft.binary('and', mantissa, spread(normal, m));
  const base = kept === undefined ? steps : draft.concat([kept, steps]);
  const field = BigInt(mostSteps) + (lowest === 'normal' ? 0n : 1n);
  const mostCode = (field + 1n) << BigInt(m);
  const width = Math.max(bitLength(mostCode), draft.widthOf(base));
  const addend = addendOf(draft, { normal, up, last: lastIsNormal }, m, lowest);
  const code = draft.binary('add', draft.extend(base, width, false), draft.extend(addend, width, false));
  draft.hint(code, 'rounded');
  return { code, mostCode };
}

function addendOf(
  draft: Draft,
  { normal, up, last }: { normal: Id; up: Id; last: Id },
  m: number,
  lowest: Float['lowest'],
): Id {
  if (lowest === 'normal') return last;
  if (m === 0) {
    const both = draft.binary('and', normal, up);
    return draft.concat([draft.binary('xor', normal, up), both]);
  }
  const hidden = lowest === 'flushed' ? draft.binary('or', normal, up) : normal;
  return draft.concat([last, ...(m > 1 ? [draft.constant(0n, m - 1)] : []), hidden]);
}

/**
 * Whether the magnitude is below the least normal number when rounded with as many bits as a normal one: it is
 * not if all bits but the hidden one are ones and the next are rounded up.
 */
function tinyOf(draft: Draft, { normal, fraction, sticky }: Placed, m: number, away: (part: Part) => Id): Id {
  const rest = draft.widthOf(fraction) - m - 1;
  const full = draft.reduce('and', draft.slice(fraction, rest, m + 1));
  const up = away({ odd: draft.constant(1n, 1), tail: draft.slice(fraction, 0, rest), sticky });
  return draft.binary('and', draft.not(normal), draft.not(draft.binary('and', full, up)));
}
