import { bitLength } from '../../base/index.js';
import { scalar, type Context, type Scalar } from '../../builder/index.js';
import { bool, leastExponent, uint, type Float } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import type { Decoded } from './decode.js';
import { guardBits, type RoundRules, type Unrounded } from './round.js';
import { shiftRightSticky } from './shift.js';

/** A number to be added: (−1)^sign · significand · 2^(field + top − w + 1), the significand of w bits. */
export interface Term {
  readonly sign: Scalar;
  readonly zero: Scalar;
  /** The exponent of the significand's top bit is field + top. */
  readonly field: Scalar;
  readonly top: number;
  /** The least field of a number other than zero. */
  readonly leastField: number;
  readonly significand: Scalar;
  /** The most zeros above the leading one of a number other than zero. */
  readonly leadingZeros: number;
  /** The same where the field is the least; zero has that field, too. */
  readonly leastLeadingZeros: number;
}

/** A word taken apart, as a number to be added. */
export function termOf(decoded: Decoded): Term {
  const { format } = decoded;
  return {
    sign: decoded.sign,
    zero: decoded.zero,
    field: decoded.field,
    top: -format.bias,
    leastField: format.lowest === 'normal' ? 0 : 1,
    significand: decoded.significand,
    leadingZeros: 0,
    leastLeadingZeros: format.lowest === 'subnormal' ? format.mantissa : 0,
  };
}

/**
 * The sum of two numbers, exact as far as rounding to `to` can tell: what is shifted out of reach is one sticky
 * bit, the significand's last.
 *
 * The term with the greater exponent stays where it is. Numbers in the order of exponent and significand are
 * swapped so that differences are not negative; others are swapped by exponent only and the difference is negated.
 */
export function sumOfTerms(context: Context, a: Term, b: Term, to: Float, rules: RoundRules): Unrounded {
  const { draft } = context;
  const ordered = inOrder(a, b) && inOrder(b, a);
  const quantum = Math.min(quantumOf(a), quantumOf(b));
  const window = windowOf(a, b, to, guardBits(to, rules.rounding, quantum));
  const top = Math.min(a.top, b.top);
  const [x, y] = [a, b].map((term) => aligned(draft, term, top, window, ordered));
  const { greater, lesser, distance } = inOrderOf(draft, x!, y!, ordered);
  const width = Math.max(draft.widthOf(a.significand.id), draft.widthOf(b.significand.id));
  const small = draft.slice(lesser.significand, window - width, width);
  const amount = scalar(uint(draft.widthOf(distance)), distance);
  const shifted = shiftRightSticky(context, scalar(uint(width), small), amount, window);
  draft.hint(shifted.word.id, 'shifted');
  const subtract = draft.binary('xor', greater.sign, lesser.sign);
  draft.hint(subtract, 'subtract');
  const addend = draft.concat([shifted.sticky.id, shifted.word.id]);
  const sum = sumOrDifference(draft, greater.significand, addend, subtract);
  const negative = draft.binary('and', subtract, draft.slice(sum, window + 1, 1));
  const opposite = draft.binary('sub', draft.constant(0n, window + 2), sum);
  const magnitude = ordered ? sum : draft.mux(negative, opposite, sum);
  draft.hint(magnitude, 'magnitude');
  const sign = ordered ? greater.sign : draft.mux(negative, lesser.sign, greater.sign);
  const down = draft.constant(rules.rounding === 'down' ? 1n : 0n, 1);
  return {
    sign: scalar(bool, sign),
    zeroSign: scalar(bool, draft.mux(subtract, down, greater.sign)),
    exponent: scalar(uint(draft.widthOf(greater.field)), greater.field),
    offset: top - window,
    significand: scalar(uint(window + 2), magnitude),
    quantum,
  };
}

/** Every number that the term can be is a multiple of 2^this. */
function quantumOf(term: Term): number {
  return term.leastField + term.top - formatBits(term.significand) + 1;
}

/** Whether numbers of `a` among those of `b` are in the order of field and significand. */
function inOrder(a: Term, b: Term): boolean {
  return a.leadingZeros === 0 && a.leastField + a.top <= b.leastField + b.top;
}

/**
 * How many bits are kept of the greater term and, aligned to it, of the lesser. Where bits are lost below, the
 * lesser term is so much smaller that the sum's leading one is at most one place below the greater's; then the
 * target's bits and those that rounding looks at must be there. No more than what lies above the last bit that
 * rounding to the target's subnormal numbers looks at is needed.
 */
function windowOf(a: Term, b: Term, to: Float, guard: number): number {
  const width = (term: Term): number => formatBits(term.significand);
  const floor = leastExponent(to) - to.mantissa - guard;
  const need = (greater: Term, lesser: Term): number => {
    const beside = 1 + Math.max(width(lesser), to.mantissa + 1 + guard);
    const least = greater.leastField + greater.top;
    return Math.max(
      greater.leadingZeros + beside,
      Math.min(greater.leastLeadingZeros + beside, least - floor + 1),
    );
  };
  return Math.max(need(a, b), need(b, a), width(a), width(b));
}

function formatBits({ type }: Scalar): number {
  return type.kind === 'fixed' ? type.width : 1;
}

interface Aligned {
  readonly sign: Id;
  readonly field: Id;
  readonly significand: Id;
}

/** A term with its field counted from the common exponent and its significand at the top of the window. */
function aligned(draft: Draft, term: Term, top: number, window: number, ordered: boolean): Aligned {
  const shift = term.top - top;
  const have = draft.widthOf(term.field.id);
  const width = Math.max(have, bitLength(BigInt(2 ** have - 1 + shift)));
  const wide = draft.extend(term.field.id, width, false);
  const field = shift > 0 ? draft.binary('add', wide, draft.constant(BigInt(shift), width)) : wide;
  const present = draft.extend(draft.not(term.zero.id), width, true);
  const missing = window - draft.widthOf(term.significand.id);
  const significand = term.significand.id;
  return {
    sign: term.sign.id,
    // A zero must not pass for the greater term, whose bits are all kept.
    field: ordered ? field : draft.binary('and', field, present),
    significand: missing > 0 ? draft.concat([draft.constant(0n, missing), significand]) : significand,
  };
}

/** The terms by their order, and how far their exponents are apart; both differences are there before the order is. */
function inOrderOf(draft: Draft, x: Aligned, y: Aligned, ordered: boolean) {
  const width = Math.max(draft.widthOf(x.field), draft.widthOf(y.field));
  const [a, b] = [x.field, y.field].map((field) => draft.extend(field, width, false)) as [Id, Id];
  const forth = draft.binary('sub', draft.extend(a, width + 1, false), draft.extend(b, width + 1, false));
  const back = draft.binary('sub', b, a);
  const below = draft.slice(forth, width, 1);
  const smaller = draft.binary(
    'and',
    draft.compare('eq', a, b, false),
    draft.compare('lt', x.significand, y.significand, false),
  );
  const swap = ordered ? draft.binary('or', below, smaller) : below;
  draft.hint(swap, 'swap');
  const distance = draft.mux(swap, back, draft.slice(forth, 0, width));
  draft.hint(distance, 'distance');
  const pick = (yes: Aligned, no: Aligned, name: string): Aligned => {
    const one = {
      sign: draft.mux(swap, yes.sign, no.sign),
      field: draft.mux(swap, draft.extend(yes.field, width, false), draft.extend(no.field, width, false)),
      significand: draft.mux(swap, yes.significand, no.significand),
    };
    draft.hint(one.sign, `${name}_sign`);
    draft.hint(one.field, `${name}_field`);
    draft.hint(one.significand, `${name}_significand`);
    return one;
  };
  return { greater: pick(y, x, 'greater'), lesser: pick(x, y, 'lesser'), distance };
}

/** x + y, or x − y, with one adder: x has a zero below its last bit, which takes the one of the complement. */
function sumOrDifference(draft: Draft, x: Id, y: Id, subtract: Id): Id {
  const width = draft.widthOf(y) + 1;
  const flip = draft.extend(subtract, width, true);
  const left = draft.extend(draft.concat([subtract, x]), width, false);
  const sum = draft.binary('add', left, draft.binary('xor', draft.extend(y, width, false), flip));
  draft.hint(sum, 'sum');
  return sum;
}
