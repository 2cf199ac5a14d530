import { signedWidth } from '../../base/index.js';
import { scalar, type Context, type Scalar } from '../../builder/index.js';
import { bool, int, uint, type Float, type Rounding } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import {
  decodeFloat,
  fixedToFloat,
  leadingZeros,
  roundToFloat,
  shiftRightSticky,
  type Decoded,
} from '../float/index.js';
import type { Term } from './block.js';

/** The terms added up from the first on, the sum rounded to `to` after each of them. */
export function accumulateFloat(context: Context, terms: readonly Term[], to: Float, mode: Rounding): Scalar {
  const first = terms[0]!;
  const flag = (id: Id): Scalar => scalar(bool, id);
  const start = fixedToFloat(context, first.significand, to, rules(mode), {
    exponent: first.exponent,
    offset: first.offset,
    infinite: flag(first.infinite),
    infiniteSign: flag(first.negative),
    nan: flag(first.nan),
  });
  return terms.slice(1).reduce((total, term, k) => {
    const next = addTerm(context, total, term, to, mode);
    context.draft.hint(next.id, `total_${k + 1}`);
    return next;
  }, start.word);
}

function rules(rounding: Rounding) {
  return { rounding, overflow: 'ieee' } as const;
}

/** A magnitude whose top bit, which only a subnormal or zero lacks, stands for 2^position. */
interface Operand {
  readonly negative: Id;
  /** Signed, of the same width for both operands of a sum. */
  readonly position: Id;
  readonly magnitude: Id;
}

/**
 * total + term, rounded once. The one with the higher top bit fills a window from the top; the other is shifted right
 * in it, with a sticky bit below. The window is so wide that bits get lost only of an operand at most an eighth as
 * great as the other, so that the sum's last bit, and two more to round by, are above the sticky bit.
 */
function addTerm(context: Context, total: Scalar, term: Term, to: Float, mode: Rounding): Scalar {
  const { draft } = context;
  const held = decodeFloat(context, total);
  const width = Math.max(draft.widthOf(term.significand.id), to.mantissa + 1) + 3;
  const bits = positionBits(draft, held, term);
  const x = totalOperand(draft, held, width, bits);
  const y = termOperand(context, term, width, bits);
  const distance = draft.binary('sub', y.position, x.position);
  const lower = draft.slice(distance, bits - 1, 1);
  const totalAbove = draft.binary('or', lower, y.zero);
  draft.hint(totalAbove, 'total_above');
  const [big, small] = ordered(draft, totalAbove, x, y);
  const far = draft.mux(totalAbove, draft.binary('sub', x.position, y.position), distance);
  const moved = shiftRightSticky(context, word(draft, small.magnitude), word(draft, far), width);
  const sum = signedSum(draft, big, small.negative, draft.concat([moved.sticky.id, moved.word.id]));
  return roundToFloat(
    context,
    {
      exponent: scalar(int(bits), big.position),
      offset: -width,
      significand: word(draft, sum.magnitude),
      zeroSign: scalar(bool, draft.constant(0n, 1)),
      ...specialSum(draft, held, term, sum.negative),
    },
    to,
    rules(mode),
  ).word;
}

function word(draft: Draft, id: Id): Scalar {
  return scalar(uint(draft.widthOf(id)), id);
}

/** How wide the positions of both operands are, and their difference. */
function positionBits(draft: Draft, held: Decoded, term: Term): number {
  const fields = 2 ** draft.widthOf(held.field.id);
  const exponents = 2 ** draft.widthOf(term.exponent.id);
  const ends = [
    held.offset,
    held.offset + fields + held.format.mantissa,
    term.offset,
    term.offset + exponents + draft.widthOf(term.significand.id),
  ];
  return 1 + Math.max(...ends.map((end) => signedWidth(BigInt(end))));
}

function totalOperand(draft: Draft, held: Decoded, width: number, bits: number): Operand {
  const shift = BigInt(held.offset + held.format.mantissa);
  const position = draft.binary('add', draft.extend(held.field.id, bits, false), draft.constant(shift, bits));
  return { negative: held.sign.id, position, magnitude: atTop(draft, held.significand.id, width) };
}

/** The term with its leading one on top. */
function termOperand(
  context: Context,
  { significand, exponent, offset }: Term,
  width: number,
  bits: number,
): Operand & { readonly zero: Id } {
  const { draft } = context;
  const own = draft.widthOf(significand.id);
  const negative = draft.slice(significand.id, own - 1, 1);
  const magnitude = absolute(draft, significand.id, negative);
  const zeros = leadingZeros(context, word(draft, magnitude));
  const normal = draft.shift('left', magnitude, zeros.count.id, false);
  draft.hint(normal, 'term_normalised');
  const top = draft.constant(BigInt(offset + own - 1), bits);
  const highest = draft.binary('add', draft.extend(exponent.id, bits, false), top);
  const position = draft.binary('sub', highest, draft.extend(zeros.count.id, bits, false));
  return { negative, position, magnitude: atTop(draft, normal, width), zero: draft.not(zeros.found.id) };
}

function atTop(draft: Draft, id: Id, width: number): Id {
  return draft.concat([draft.constant(0n, width - draft.widthOf(id)), id]);
}

function absolute(draft: Draft, id: Id, negative: Id): Id {
  return draft.mux(negative, draft.binary('sub', draft.constant(0n, draft.widthOf(id)), id), id);
}

/** The two in order of their positions. */
function ordered(draft: Draft, xAbove: Id, x: Operand, y: Operand): [Operand, Operand] {
  const choose = (p: Operand, q: Operand): Operand => ({
    negative: draft.mux(xAbove, p.negative, q.negative),
    position: draft.mux(xAbove, p.position, q.position),
    magnitude: draft.mux(xAbove, p.magnitude, q.magnitude),
  });
  return [choose(x, y), choose(y, x)];
}

/** big ± small in sign and magnitude; `small` has one bit more below, and so has the sum. */
function signedSum(
  draft: Draft,
  big: Operand,
  smallNegative: Id,
  small: Id,
): { readonly negative: Id; readonly magnitude: Id } {
  const width = draft.widthOf(small) + 2;
  const left = draft.extend(draft.concat([draft.constant(0n, 1), big.magnitude]), width, false);
  const right = draft.extend(small, width, false);
  const opposite = draft.binary('xor', big.negative, smallNegative);
  const minus = draft.extend(opposite, width, true);
  // Two's complement of the small one where the signs differ: inverted, and one more.
  const inverted = draft.binary('xor', right, minus);
  const partial = draft.binary('add', left, inverted);
  const sum = draft.binary('add', partial, draft.extend(opposite, width, false));
  draft.hint(sum, 'aligned_sum');
  const below = draft.slice(sum, width - 1, 1);
  const magnitude = draft.slice(absolute(draft, sum, below), 0, width - 1);
  return { negative: draft.binary('xor', big.negative, below), magnitude };
}

/** The sign, and what the sum is where it is no number: infinities of both signs make NaN. */
function specialSum(draft: Draft, held: Decoded, term: Term, negative: Id) {
  const both = draft.binary('and', held.infinite.id, term.infinite);
  const clash = draft.binary('and', both, draft.binary('xor', held.sign.id, term.negative));
  const infinite = draft.binary('or', held.infinite.id, term.infinite);
  const infiniteSign = draft.mux(term.infinite, term.negative, held.sign.id);
  const nan = draft.reduce('or', draft.concat([held.nan.id, term.nan, clash]));
  return {
    sign: scalar(bool, draft.mux(infinite, infiniteSign, negative)),
    infinite: scalar(bool, infinite),
    nan: scalar(bool, nan),
  };
}
