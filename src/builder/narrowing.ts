import { maximum, minimum } from '../base/index.js';
import {
  formatName,
  formatWidth,
  holds,
  sameFormat,
  type Fixed,
  type Format,
  type Rounding,
} from '../format/index.js';
import type { Id } from '../ir/index.js';
import { fit } from './arithmetic.js';
import { describe, numeric, reject, single, type Context, type NumberValue } from './context.js';
import { losesBits, losesFraction, mismatch, outOfRange } from './problems.js';
import { sameType, typeName, type Type } from './type.js';
import { poison, scalar, vectorOf, type Value } from './value.js';

/** The value in the wider type `to`, exactly; a diagnostic where that could lose a bit. `what` names it. */
export function convert(context: Context, value: Value, to: Type, what: string): Value {
  if (value.kind === 'poison') return poison;
  if (sameType(value.type, to)) return value;
  if (value.kind === 'vector' && to.kind === 'vector' && value.elements.length === to.length) {
    const elements = value.elements.map((element) => convert(context, element, to.element, what));
    return elements.some((element) => element.kind === 'poison') ? poison : vectorOf(to.element, elements);
  }
  if (value.kind !== 'scalar' || value.type.kind !== 'fixed' || to.kind !== 'fixed')
    return reject(context, mismatch(what, `\`${typeName(to)}\``, describe(value)));
  if (!holds(to, value.type))
    return reject(context, losesBits(what, describe(value), `\`${formatName(to)}\``));
  return scalar(to, fit(context, value as NumberValue, to));
}

/**
 * An integer divided by 2^drop and rounded to an integer. `drop` bits narrower; one less where the mode can round
 * up beyond the greatest quotient (nearest_even, nearest_away, up).
 */
export function roundDrop(context: Context, value: Value, drop: number, mode: Rounding): Value {
  const x = numeric(context, value, 'what is rounded');
  if (!x) return poison;
  if (x.type.fraction > 0)
    return reject(
      context,
      mismatch('what `drop` rounds', 'an integer (for fixed point, give `to`)', describe(x)),
    );
  if (!Number.isInteger(drop) || drop < 0 || drop > 4096)
    return reject(context, outOfRange('`drop`', drop, 0, 4096));
  return rounded(context, x, drop, mode, 0);
}

/** A number rounded to the fraction bits of `to`, which must hold every result. */
export function roundTo(context: Context, value: Value, to: Fixed, mode: Rounding): Value {
  const x = numeric(context, value, 'what is rounded');
  if (!x) return poison;
  const drop = x.type.fraction - to.fraction;
  const near = drop > 0 ? rounded(context, x, drop, mode, to.fraction) : x;
  return convert(context, near, to, 'the rounded number');
}

function rounded(context: Context, x: NumberValue, drop: number, mode: Rounding, fraction: number): Value {
  if (drop === 0) return x;
  const { draft } = context;
  const { signed } = x.type;
  const grown = Math.max(x.type.width, drop + 1);
  const word = draft.extend(x.id, grown, signed);
  const floor = draft.slice(word, drop, grown - drop);
  const format = (width: number): Fixed => ({ kind: 'fixed', signed, width, fraction });
  const up = increment(context, word, drop, mode, signed);
  if (up === undefined) return scalar(format(grown - drop), floor);
  const width = grown - drop + (mode === 'toward_zero' ? 0 : 1);
  const sum = draft.binary('add', draft.extend(floor, width, signed), draft.extend(up, width, false));
  return scalar(format(width), sum);
}

/** The bit to be added to the floor of `word / 2^drop`; undefined where it is always 0. */
function increment(
  context: Context,
  word: Id,
  drop: number,
  mode: Rounding,
  signed: boolean,
): Id | undefined {
  const { draft } = context;
  const rest = draft.slice(word, 0, drop);
  const half = draft.slice(word, drop - 1, 1);
  const sign = draft.slice(word, draft.widthOf(word) - 1, 1);
  switch (mode) {
    case 'down':
      return undefined;
    case 'up':
      return draft.reduce('or', rest);
    case 'toward_zero':
      return signed ? draft.binary('and', sign, draft.reduce('or', rest)) : undefined;
    case 'nearest_even':
      return aboveTie(context, rest, half, draft.slice(word, drop, 1));
    case 'nearest_away':
      return signed ? aboveTie(context, rest, half, draft.not(sign)) : half;
  }
}

/** More than half, or exactly half and `tie`. */
function aboveTie(context: Context, rest: Id, half: Id, tie: Id): Id {
  const { draft } = context;
  const width = draft.widthOf(rest);
  if (width === 1) return draft.binary('and', half, tie);
  const more = draft.reduce('or', draft.slice(rest, 0, width - 1));
  return draft.binary('and', half, draft.binary('or', more, tie));
}

/** The number of `to` nearest to the value: its least and greatest beyond the ends. */
export function saturate(context: Context, value: Value, to: Fixed): Value {
  const x = numeric(context, value, 'what is saturated');
  if (!x) return poison;
  if (x.type.fraction > to.fraction)
    return reject(context, losesFraction('saturate', describe(x), `\`${formatName(to)}\``));
  if (holds(to, x.type)) return convert(context, x, to, 'the saturated number');
  return scalar(to, clamped(context, x, to));
}

function clamped(context: Context, x: NumberValue, to: Fixed): Id {
  const { draft } = context;
  const { signed } = x.type;
  // One bit more than either, so that both bounds and the value are numbers of one signedness.
  const aligned = x.type.width + (to.fraction - x.type.fraction);
  const width = Math.max(aligned, to.width) + 1;
  const word = fit(context, x, { kind: 'fixed', signed, width, fraction: to.fraction });
  const bound = (value: bigint): Id => draft.constant(value, width);
  const most = bound(maximum(to.width, to.signed));
  const least = bound(minimum(to.width, to.signed));
  const low = draft.slice(word, 0, to.width);
  const above = draft.compare('lt', most, word, signed);
  const top = draft.mux(above, draft.slice(most, 0, to.width), low);
  if (!signed) return top;
  const below = draft.compare('lt', word, least, true);
  return draft.mux(below, draft.slice(least, 0, to.width), top);
}

/** The low bits of the word: the value modulo 2^width of `to`. The fraction must be the same. */
export function wrap(context: Context, value: Value, to: Fixed): Value {
  const x = numeric(context, value, 'what is wrapped');
  if (!x) return poison;
  if (x.type.fraction !== to.fraction)
    return reject(context, losesFraction('wrap', describe(x), `\`${formatName(to)}\``));
  const { draft } = context;
  if (to.width <= x.type.width) return scalar(to, draft.slice(x.id, 0, to.width));
  return scalar(to, draft.extend(x.id, to.width, x.type.signed));
}

/** The same bits read as another format of the same width. */
export function reinterpret(context: Context, value: Value, to: Format): Value {
  const x = single(context, value, 'what is reinterpreted');
  if (!x || sameFormat(x.type, to)) return x ?? poison;
  if (formatWidth(x.type) !== formatWidth(to))
    return reject(context, mismatch('what is reinterpreted', `${formatWidth(to)} bits wide`, describe(x)));
  return scalar(to, x.id);
}
