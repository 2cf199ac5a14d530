import { signedWidth } from '../../base/index.js';
import { saturate, scalar, sum, type Context, type Scalar } from '../../builder/index.js';
import { int, uint, type Fixed, type Rounding } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { shiftRightSticky } from '../float/index.js';
import { absolute, type Term } from './block.js';
import { any } from './special.js';

export interface FixedTotal {
  readonly total: Scalar;
  /** A term or the sum lies beyond the window and was cut to its end. */
  readonly overflow: Id;
}

/** The terms, each rounded and cut to the window `to`, added up exactly, the sum cut to the window. */
export function accumulateFixed(
  context: Context,
  terms: readonly Term[],
  to: Fixed,
  mode: Rounding,
): FixedTotal {
  const { draft } = context;
  const placed = terms.map((term, k) => {
    const one = placedTerm(context, term, to, mode);
    draft.hint(one.total.id, `term_${k}`);
    return one;
  });
  const all = cut(
    context,
    sum(
      context,
      placed.map(({ total }) => total),
    ) as Scalar,
    to.width,
  );
  const overflow = any(draft, [...placed.map((term) => term.overflow), all.overflow])!;
  return { total: scalar(to, all.total.id), overflow };
}

/**
 * A term as an integer in units of the window's last bit. Its magnitude stands at the top of a word that reaches a bit
 * below the unit, and is shifted right to its place.
 */
function placedTerm(context: Context, term: Term, to: Fixed, mode: Rounding): FixedTotal {
  const { draft } = context;
  const own = draft.widthOf(term.significand.id);
  const unit = term.offset + to.fraction;
  const highest = unit + 2 ** draft.widthOf(term.exponent.id) - 1;
  // More than the window's width to the left of its unit, anything but zero is beyond it.
  const most = Math.min(Math.max(highest, 0), to.width);
  const bits = 1 + Math.max(...[most, unit, most - unit, most - highest].map((n) => signedWidth(BigInt(n))));
  const shift = draft.binary(
    'sub',
    draft.constant(BigInt(most - unit), bits),
    draft.extend(term.exponent.id, bits, false),
  );
  const negative = draft.slice(term.significand.id, own - 1, 1);
  const magnitude = absolute(draft, term.significand.id, negative);
  const beyond = draft.binary('and', draft.slice(shift, bits - 1, 1), draft.reduce('or', magnitude));
  const window = shiftRightSticky(
    context,
    scalar(uint(own), magnitude),
    scalar(uint(bits), shift),
    own + most + 1,
  );
  const rounded = roundedMagnitude(draft, window.word.id, window.sticky.id, negative, mode);
  const signed = withSign(draft, rounded, negative);
  const kept = cut(context, scalar(int(draft.widthOf(signed)), signed), to.width);
  const end = endOf(draft, negative, to.width);
  return {
    total: scalar(int(to.width), draft.mux(beyond, end, kept.total.id)),
    overflow: draft.binary('or', beyond, kept.overflow),
  };
}

/** A magnitude with one bit below the point, and more in `sticky`, as an integer. */
function roundedMagnitude(draft: Draft, id: Id, sticky: Id, negative: Id, mode: Rounding): Id {
  const width = draft.widthOf(id);
  const whole = draft.slice(id, 1, width - 1);
  const half = draft.slice(id, 0, 1);
  const up = goesAway(draft, { odd: draft.slice(id, 1, 1), half, sticky, negative }, mode);
  return draft.binary('add', draft.extend(whole, width, false), draft.extend(up, width, false));
}

interface Tail {
  readonly odd: Id;
  readonly half: Id;
  readonly sticky: Id;
  readonly negative: Id;
}

/** Whether the magnitude is rounded up. */
function goesAway(draft: Draft, { odd, half, sticky, negative }: Tail, mode: Rounding): Id {
  const some = draft.binary('or', half, sticky);
  switch (mode) {
    case 'nearest_even':
      return draft.binary('and', half, draft.binary('or', sticky, odd));
    case 'nearest_away':
      return half;
    case 'toward_zero':
      return draft.constant(0n, 1);
    case 'down':
      return draft.binary('and', some, negative);
    case 'up':
      return draft.binary('and', some, draft.not(negative));
  }
}

function withSign(draft: Draft, magnitude: Id, negative: Id): Id {
  const long = draft.extend(magnitude, draft.widthOf(magnitude) + 1, false);
  return absolute(draft, long, negative);
}

/** The number of `width` bits nearest to an integer, and whether it is another. */
function cut(context: Context, value: Scalar, width: number): FixedTotal {
  const { draft } = context;
  const have = draft.widthOf(value.id);
  if (have <= width)
    return {
      total: scalar(int(width), draft.extend(value.id, width, true)),
      overflow: draft.constant(0n, 1),
    };
  const kept = saturate(context, value, int(width)) as Scalar;
  const same = draft.compare('eq', draft.extend(kept.id, have, true), value.id, false);
  return { total: kept, overflow: draft.not(same) };
}

/** The least or the greatest number of `width` bits. */
function endOf(draft: Draft, negative: Id, width: number): Id {
  const top = 1n << BigInt(width - 1);
  return draft.mux(negative, draft.constant(top, width), draft.constant(top - 1n, width));
}
