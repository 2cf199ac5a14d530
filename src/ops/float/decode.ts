import { bitLength } from '../../base/index.js';
import { scalar, type Context, type Scalar, type Value } from '../../builder/index.js';
import { bool, int, uint, type Float } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';

/**
 * A word of a floating-point format taken apart. Where it is neither infinite nor NaN it is the number
 * (−1)^sign · significand · 2^exponent; else significand and exponent mean nothing. What the format does not have
 * is constant false.
 */
export interface Decoded {
  readonly format: Float;
  readonly sign: Scalar;
  /** Exponent of the significand's last bit, bias and mantissa taken off: `int`. Equals field + offset. */
  readonly exponent: Scalar;
  /** The exponent field as `uint(e)`; 1 instead of 0 where 0 stands for subnormal numbers or zero. */
  readonly field: Scalar;
  /** The constant −bias − mantissa. */
  readonly offset: number;
  /** `uint(mantissa + 1)`, the hidden bit on top: 0 for subnormal numbers. Zero for flushed ones. */
  readonly significand: Scalar;
  readonly zero: Scalar;
  readonly infinite: Scalar;
  readonly nan: Scalar;
  /** A NaN whose top mantissa bit is 0, in formats with IEEE's specials; operations that meet one are invalid. */
  readonly signalling: Scalar;
}

/**
 * Takes a word apart; the value must be of a floating-point format.
 *
 * @param name what the parts' names begin with in the generated Verilog
 */
export function decodeFloat({ draft }: Context, word: Value, name?: string): Decoded {
  if (word.kind !== 'scalar' || word.type.kind !== 'float') throw new Error('not a floating-point word');
  const format = word.type;
  const { exponent: e, mantissa: m, signed, lowest } = format;
  const raw = draft.slice(word.id, m, e);
  const fraction = m > 0 ? draft.slice(word.id, 0, m) : undefined;
  const hidden = lowest === 'normal' ? draft.constant(1n, 1) : draft.reduce('or', raw);
  const field =
    lowest === 'normal' ? raw : draft.binary('or', raw, draft.extend(draft.not(hidden), e, false));
  const kept = fraction === undefined || lowest !== 'flushed' ? fraction : masked(draft, fraction, hidden);
  const significand = kept === undefined ? hidden : draft.concat([kept, hidden]);
  const offset = -format.bias - m;
  const decoded: Decoded = {
    format,
    sign: scalar(bool, signed ? draft.slice(word.id, e + m, 1) : draft.constant(0n, 1)),
    exponent: unbiased(draft, field, offset),
    field: scalar(uint(e), field),
    offset,
    significand: scalar(uint(m + 1), significand),
    zero: scalar(bool, zeroOf(draft, format, hidden, fraction)),
    ...specials(draft, format, raw, fraction),
  };
  if (name === undefined) return decoded;
  draft.hint(hidden, `${name}_hidden`);
  for (const part of parts) draft.hint(decoded[part].id, `${name}_${part}`);
  return decoded;
}

const parts = ['sign', 'exponent', 'field', 'significand', 'zero', 'infinite', 'nan', 'signalling'] as const;

function masked(draft: Draft, word: Id, when: Id): Id {
  return draft.binary('and', word, draft.extend(when, draft.widthOf(word), true));
}

function unbiased(draft: Draft, field: Id, offset: number): Scalar {
  const width = Math.max(draft.widthOf(field), bitLength(BigInt(Math.abs(offset)))) + 1;
  const sum = draft.binary('add', draft.extend(field, width, false), draft.constant(BigInt(offset), width));
  return scalar(int(width), sum);
}

function zeroOf(draft: Draft, { lowest }: Float, hidden: Id, fraction: Id | undefined): Id {
  if (lowest === 'normal') return draft.constant(0n, 1);
  if (lowest === 'flushed' || fraction === undefined) return draft.not(hidden);
  return draft.not(draft.binary('or', hidden, draft.reduce('or', fraction)));
}

function specials(
  draft: Draft,
  { specials: kind, mantissa }: Float,
  raw: Id,
  fraction: Id | undefined,
): Pick<Decoded, 'infinite' | 'nan' | 'signalling'> {
  const no = scalar(bool, draft.constant(0n, 1));
  if (kind === 'finite') return { infinite: no, nan: no, signalling: no };
  const full = draft.reduce('and', raw);
  if (fraction === undefined) return { infinite: no, nan: scalar(bool, full), signalling: no };
  if (kind === 'nan') {
    const nan = draft.binary('and', full, draft.reduce('and', fraction));
    return { infinite: no, nan: scalar(bool, nan), signalling: no };
  }
  const some = draft.reduce('or', fraction);
  const nan = draft.binary('and', full, some);
  const quiet = draft.slice(fraction, mantissa - 1, 1);
  return {
    infinite: scalar(bool, draft.binary('and', full, draft.not(some))),
    nan: scalar(bool, nan),
    signalling: scalar(bool, draft.binary('and', nan, draft.not(quiet))),
  };
}
