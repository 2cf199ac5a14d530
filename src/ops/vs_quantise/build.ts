import { clog2, maximum } from '../../base/index.js';
import { leaves, scalar, vectorOf, type Arguments, type Datapath, type Value } from '../../builder/index.js';
import type { Rounding } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { fixedOf, integerOf } from '../arguments.js';
import { divide, rounded } from './divide.js';

/** A number as its sign and its magnitude, and what the words of its code are called. */
interface Signed {
  readonly name: string;
  readonly negative: Id;
  readonly magnitude: Id;
}

/** Codes and scale of a vector: its greatest magnitude, one division for the scale, one for every code. */
export function buildQuantise(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const { draft } = datapath;
  const [x, multiplier] = inputs.map((input) => leaves(input).map((leaf) => leaf.id)) as [Id[], [Id]];
  const numbers = x.map((word, k) => numberOf(draft, p, word, k));
  const most = greatest(
    draft,
    numbers.map(({ magnitude }) => magnitude),
  );
  draft.hint(most, 'greatest');
  const scale = scaleOf(draft, p, most, multiplier[0]);
  draft.hint(scale, 'scale');
  const stored = p['codes'] === 'stored_scale';
  const codes = numbers.map((number) => {
    const magnitude = stored
      ? byStoredScale(draft, p, number, scale, multiplier[0])
      : byExactScale(draft, p, number, most);
    draft.hint(magnitude, `${number.name}_magnitude`);
    return scalar(fixedOf(p, 'to'), withSign(draft, p, magnitude, number.negative));
  });
  return [vectorOf(fixedOf(p, 'to'), codes), scalar(fixedOf(p, 'scale'), scale)];
}

/** The greatest code, which the greatest magnitude gets. */
function greatestCode(p: Arguments): bigint {
  const { width, signed } = fixedOf(p, 'to');
  return maximum(width, signed);
}

/** How many bits the greatest code has, all of them ones. */
function codeBits(p: Arguments): number {
  const { width, signed } = fixedOf(p, 'to');
  return signed ? width - 1 : width;
}

/** Sign and magnitude; for unsigned codes negative numbers are 0. */
function numberOf(draft: Draft, p: Arguments, word: Id, k: number): Signed {
  const { width, signed } = fixedOf(p, 'x');
  const name = `code_${k}`;
  if (!signed) return { name, negative: draft.constant(0n, 1), magnitude: word };
  const negative = draft.slice(word, width - 1, 1);
  const zero = draft.constant(0n, width);
  const other = fixedOf(p, 'to').signed ? draft.binary('sub', zero, word) : zero;
  const magnitude = draft.mux(negative, other, word);
  draft.hint(magnitude, `magnitude_${k}`);
  return { name, negative, magnitude };
}

/** The greatest of words without sign, in a balanced tree. */
function greatest(draft: Draft, words: readonly Id[]): Id {
  if (words.length === 1) return words[0]!;
  const middle = 2 ** (clog2(words.length) - 1);
  const [a, b] = [greatest(draft, words.slice(0, middle)), greatest(draft, words.slice(middle))];
  return draft.mux(draft.compare('lt', a, b, false), b, a);
}

/** ⌊greatest · multiplier / (greatest code · 2^shift)⌉, at most the greatest scale. */
function scaleOf(draft: Draft, p: Arguments, most: Id, multiplier: Id): Id {
  const { width } = fixedOf(p, 'scale');
  const divisor = draft.constant(greatestCode(p), codeBits(p));
  const dividend = draft.mul(most, multiplier, false);
  const quotient = divide(draft, 'scale', dividend, divisor, { shift: integerOf(p, 'shift'), bits: width });
  const near = rounded(draft, quotient, draft.constant(0n, 1), p['mode'] as Rounding);
  return saturated(draft, near, quotient.over);
}

/** ⌊magnitude · greatest code / greatest⌉: never beyond the greatest code. */
function byExactScale(draft: Draft, p: Arguments, { name, negative, magnitude }: Signed, most: Id): Id {
  const bits = codeBits(p);
  const width = draft.widthOf(magnitude) + bits;
  const shifted = draft.concat([draft.constant(0n, bits), magnitude]);
  const dividend = draft.binary('sub', shifted, draft.extend(magnitude, width, false));
  const quotient = divide(draft, name, dividend, most, { shift: 0, bits });
  const near = draft.slice(rounded(draft, quotient, negative, p['mode'] as Rounding), 0, bits);
  return unlessZero(draft, most, near);
}

/** ⌊magnitude · multiplier / (scale · 2^shift)⌉, at most the greatest code. */
function byStoredScale(
  draft: Draft,
  p: Arguments,
  { name, negative, magnitude }: Signed,
  scale: Id,
  multiplier: Id,
): Id {
  const dividend = draft.mul(magnitude, multiplier, false);
  const limits = { shift: integerOf(p, 'shift'), bits: codeBits(p) };
  const quotient = divide(draft, name, dividend, scale, limits);
  const near = rounded(draft, quotient, negative, p['mode'] as Rounding);
  return unlessZero(draft, scale, saturated(draft, near, quotient.over));
}

/** All ones where the quotient has more bits, or where rounding made one more of them. */
function saturated(draft: Draft, near: Id, over: Id): Id {
  const width = draft.widthOf(near) - 1;
  const beyond = draft.binary('or', over, draft.slice(near, width, 1));
  return draft.binary('or', draft.slice(near, 0, width), draft.extend(beyond, width, true));
}

function unlessZero(draft: Draft, divisor: Id, word: Id): Id {
  return draft.mux(draft.reduce('or', divisor), word, draft.constant(0n, draft.widthOf(word)));
}

function withSign(draft: Draft, p: Arguments, magnitude: Id, negative: Id): Id {
  const { width, signed } = fixedOf(p, 'to');
  if (!signed) return magnitude;
  const positive = draft.extend(magnitude, width, false);
  return draft.mux(negative, draft.binary('sub', draft.constant(0n, width), positive), positive);
}
