import { bitLength } from '../../base/index.js';
import { scalar, type Context, type Scalar } from '../../builder/index.js';
import { bool, uint, type Float, type Rounding } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import {
  decodeFloat,
  fixedToFloat,
  leadingZeros,
  roundToFloat,
  type Decoded,
  type RoundRules,
} from '../float/index.js';
import { sumOfTerms, termOf, type Term as Addend } from '../float/sum.js';
import { absolute, type Term } from './block.js';

/** The terms added up from the first on, the sum rounded to `to` after each of them. */
export function accumulateFloat(
  context: Context,
  terms: readonly Term[],
  to: Float,
  rounding: Rounding,
): Scalar {
  const rules: RoundRules = { rounding, overflow: 'ieee' };
  const [first, ...others] = terms as [Term, ...Term[]];
  const start = fixedToFloat(context, first.significand, to, rules, {
    exponent: first.exponent,
    offset: first.offset,
    infinite: flag(first.infinite),
    infiniteSign: flag(first.negative),
    nan: flag(first.nan),
  });
  context.draft.hint(start.word.id, 'total_0');
  return others.reduce((total, term, k) => {
    const next = addTerm(context, total, term, to, rules);
    context.draft.hint(next.id, `total_${k + 1}`);
    return next;
  }, start.word);
}

function flag(id: Id): Scalar {
  return scalar(bool, id);
}

/** total + term, rounded once; a sum of exactly zero is positive. */
function addTerm(context: Context, total: Scalar, term: Term, to: Float, rules: RoundRules): Scalar {
  const { draft } = context;
  const held = decodeFloat(context, total);
  const sum = sumOfTerms(context, normalised(context, term), termOf(held), to, rules);
  const special = specialSum(draft, held, term, sum.sign.id);
  const exact = { ...sum, zeroSign: flag(draft.constant(0n, 1)), ...special };
  return roundToFloat(context, exact, to, rules).word;
}

/** The term with its leading one on top, its exponent counted from the least that it can have. */
function normalised(context: Context, { significand, exponent, offset }: Term): Addend {
  const { draft } = context;
  const width = draft.widthOf(significand.id);
  const negative = draft.slice(significand.id, width - 1, 1);
  const magnitude = absolute(draft, significand.id, negative);
  const { count, found } = leadingZeros(context, scalar(uint(width), magnitude));
  const normal = draft.shift('left', magnitude, count.id, false);
  draft.hint(normal, 'term_normalised');
  const most = 2 ** draft.widthOf(exponent.id) - 1 + width - 1;
  const bits = bitLength(BigInt(most));
  const highest = draft.binary(
    'add',
    draft.extend(exponent.id, bits, false),
    draft.constant(BigInt(width - 1), bits),
  );
  const field = draft.binary('sub', highest, draft.extend(count.id, bits, false));
  // The least field for zero, of which the count means nothing.
  const kept = draft.binary('and', field, draft.extend(found.id, bits, true));
  return {
    sign: flag(negative),
    zero: flag(draft.not(found.id)),
    field: scalar(uint(bits), kept),
    top: offset,
    leastField: 0,
    significand: scalar(uint(width), normal),
    leadingZeros: 0,
    leastLeadingZeros: 0,
  };
}

/** The sign, and what the sum is where it is no number: infinities of both signs make NaN. */
function specialSum(draft: Draft, held: Decoded, term: Term, negative: Id) {
  const both = draft.binary('and', held.infinite.id, term.infinite);
  const clash = draft.binary('and', both, draft.binary('xor', held.sign.id, term.negative));
  const infinite = draft.binary('or', held.infinite.id, term.infinite);
  const infiniteSign = draft.mux(term.infinite, term.negative, held.sign.id);
  return {
    sign: flag(draft.mux(infinite, infiniteSign, negative)),
    infinite: flag(infinite),
    nan: flag(draft.reduce('or', draft.concat([held.nan.id, term.nan, clash]))),
  };
}
