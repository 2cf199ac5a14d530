import { scalar, type Context, type Scalar } from '../../builder/index.js';
import {
  bool,
  decode,
  encode,
  floatWidth,
  greatestCode,
  type Dyadic,
  type Exact,
  type Float,
} from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import type { Rounded, RoundedMagnitude, RoundRules, Unrounded } from './round.js';

/** The word of a rounded magnitude with its sign, or what stands for numbers that the format does not have. */
export function finish(
  { draft }: Context,
  rounded: RoundedMagnitude,
  exact: Unrounded,
  format: Float,
  rules: RoundRules,
): Rounded {
  const constants = constantsOf(draft, format, rules, exact.sign.id);
  const no = draft.constant(0n, 1);
  const { infinite, nan } = { infinite: exact.infinite?.id ?? no, nan: exact.nan?.id ?? no };
  const { or, and, andNot } = gates(draft);
  draft.hint(rounded.nonzero, 'nonzero');
  const zero = draft.not(rounded.nonzero);
  const over = beyond(draft, rounded, format, exact.sign.id);
  draft.hint(over, 'overflow');
  const lacking = format.lowest === 'normal' ? zero : no;
  const choices: readonly (readonly [Id, Id])[] = [
    [lacking, constants.zero],
    [over, constants.overflow],
    [infinite, constants.infinity],
    [nan, nanWord(draft, format, rules, exact.nanSign)],
  ];
  const plain = withSign(draft, format, rounded, zero, exact);
  draft.hint(plain, 'finite');
  const word = choices.reduce((below, [when, own]) => draft.mux(when, own, below), plain);
  const finite = draft.not(or(infinite, nan));
  const infinityOnly = andNot(infinite, nan);
  const replaced = and(lacking, draft.constant(constants.zeroIsNumber ? 1n : 0n, 1));
  const overflow = or(and(finite, over), and(infinityOnly, constants.infinityIsNumber));
  const underflow = and(finite, or(andNot(and(rounded.tiny, rounded.inexact), over), replaced));
  const inexact = or(overflow, and(finite, or(rounded.inexact, replaced)));
  const invalid = or(
    or(and(infinityOnly, constants.infinityIsNan), and(finite, andNot(lacking, replaced))),
    and(nan, draft.constant(format.specials === 'finite' ? 1n : 0n, 1)),
  );
  const flag = (id: Id): Scalar => scalar(bool, id);
  return {
    word: scalar(format, word),
    flags: {
      invalid: flag(invalid),
      overflow: flag(overflow),
      underflow: flag(underflow),
      inexact: flag(inexact),
    },
  };
}

function gates(draft: Draft) {
  return {
    or: (a: Id, b: Id): Id => draft.binary('or', a, b),
    and: (a: Id, b: Id): Id => draft.binary('and', a, b),
    andNot: (a: Id, b: Id): Id => draft.binary('and', a, draft.not(b)),
  };
}

/** The code with its sign; formats without one have no other number than zero for what lies below. */
function withSign(draft: Draft, format: Float, { code }: RoundedMagnitude, zero: Id, exact: Unrounded): Id {
  const width = format.exponent + format.mantissa;
  const have = draft.widthOf(code);
  const low = have >= width ? draft.slice(code, 0, width) : draft.extend(code, width, false);
  if (!format.signed) return low;
  const sign = exact.zeroSign ? draft.mux(zero, exact.zeroSign.id, exact.sign.id) : exact.sign.id;
  return draft.concat([low, sign]);
}

/** Whether the rounded number is none of the format's: above the greatest, or negative where there is no sign. */
function beyond(draft: Draft, rounded: RoundedMagnitude, format: Float, sign: Id): Id {
  const above = aboveGreatest(draft, rounded, format);
  if (format.signed) return above;
  const some = format.lowest === 'normal' ? rounded.nonzero : draft.reduce('or', rounded.code);
  return draft.binary('or', above, draft.binary('and', sign, some));
}

function aboveGreatest(draft: Draft, { code, mostCode }: RoundedMagnitude, format: Float): Id {
  const { exponent: e, mantissa: m, specials } = format;
  if (mostCode <= greatestCode(format)) return draft.constant(0n, 1);
  const have = draft.widthOf(code);
  const high =
    have > e + m ? draft.reduce('or', draft.slice(code, e + m, have - e - m)) : draft.constant(0n, 1);
  if (specials === 'finite') return high;
  const from = specials === 'ieee' ? m : 0;
  const full = draft.reduce('and', draft.slice(code, from, e + m - from));
  return draft.binary('or', high, full);
}

/** The words that stand for results which are no numbers of the format, by the sign; and what they are. */
function constantsOf(draft: Draft, format: Float, rules: RoundRules, sign: Id) {
  const of = (exact: (negative: boolean) => Exact): Id => {
    const [positive, negative] = [exact(false), exact(true)].map((value) =>
      draft.constant(encode(format, value, rules), floatWidth(format)),
    );
    return draft.mux(sign, negative!, positive!);
  };
  const is = (kind: Exact['kind']): Id => {
    const [positive, negative] = [infinity(false), infinity(true)].map((value) =>
      draft.constant(decode(format, encode(format, value, rules)).kind === kind ? 1n : 0n, 1),
    );
    return draft.mux(sign, negative!, positive!);
  };
  return {
    zero: of(() => none),
    zeroIsNumber: decode(format, encode(format, none, rules)).kind === 'dyadic',
    overflow: of(vast),
    infinity: of(infinity),
    infinityIsNumber: is('dyadic'),
    infinityIsNan: is('nan'),
  };
}

const none: Dyadic = { kind: 'dyadic', negative: false, significand: 0n, exponent: 0 };

/** A number beyond the ends of every format. */
function vast(negative: boolean): Dyadic {
  return { kind: 'dyadic', negative, significand: 1n, exponent: 4096 };
}

function infinity(negative: boolean): Exact {
  return { kind: 'infinity', negative };
}

function nanWord(draft: Draft, format: Float, rules: RoundRules, sign: Scalar | undefined): Id {
  const of = (negative: boolean): Id =>
    draft.constant(encode(format, { kind: 'nan', negative }, rules), floatWidth(format));
  return sign ? draft.mux(sign.id, of(true), of(false)) : of(false);
}
