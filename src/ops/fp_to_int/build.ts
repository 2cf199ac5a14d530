import { maximum, minimum, signedWidth } from '../../base/index.js';
import { scalar, type Arguments, type Datapath, type Value } from '../../builder/index.js';
import { bits, encode, uint, type CodeRounding, type Fixed } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { fixedOf } from '../arguments.js';
import { roundsAway } from '../float/away.js';
import { decodeFloat, type Decoded } from '../float/decode.js';
import { rulesOf } from '../float/parameters.js';
import { shiftRightSticky } from '../float/shift.js';

/** Shift the significand to the integer's bits, round, negate, saturate. */
export function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const { draft } = datapath;
  const [a, to] = [decodeFloat(datapath, inputs[0]!, 'a'), fixedOf(p, 'to')];
  const random = inputs[1]?.kind === 'scalar' ? { random: inputs[1] } : {};
  const { whole, tail, sticky, above } = placed(datapath, a, to, p['rounding'] === 'stochastic' ? 32 : 1);
  const odd = draft.slice(whole, 0, 1);
  const up = roundsAway(
    draft,
    p['rounding'] as CodeRounding,
    { sign: a.sign, ...random },
    { odd, tail, sticky },
  );
  const { value, fits } = signedValue(draft, whole, up, a.sign.id, to);
  const or = (...ids: readonly Id[]): Id => ids.reduce((x, y) => draft.binary('or', x, y));
  const beyond = or(above, a.infinite.id, draft.not(fits));
  const last = draft.mux(
    a.sign.id,
    draft.constant(minimum(to.width, to.signed), to.width),
    draft.constant(maximum(to.width, to.signed), to.width),
  );
  const forNan = encode(to, { kind: 'nan', negative: false }, rulesOf(p));
  const number = draft.mux(beyond, last, value);
  const word = draft.mux(a.nan.id, draft.constant(forNan, to.width), number);
  if (p['flags'] !== true) return [scalar(to, word)];
  const invalid = or(a.nan.id, beyond);
  const lost = or(draft.reduce('or', tail), sticky);
  const inexact = draft.binary('and', lost, draft.not(invalid));
  return [scalar(to, word), scalar(bits(5), draft.concat([inexact, draft.constant(0n, 3), invalid]))];
}

interface PlacedInteger {
  /** The magnitude's integer, as far as it goes. */
  readonly whole: Id;
  /** The bits below it. */
  readonly tail: Id;
  readonly sticky: Id;
  /** Whether it lies above all of that. */
  readonly above: Id;
}

function placed(datapath: Datapath, a: Decoded, to: Fixed, guard: number): PlacedInteger {
  const { draft } = datapath;
  const { format, field, significand } = a;
  // The exponent of the significand's top bit, in units of the integer's last, is field + origin.
  const origin = to.fraction - format.bias;
  const least = format.lowest === 'normal' ? 0 : 1 + origin;
  const top = Math.max(least, Math.min(to.width - 1, 2 ** format.exponent - 1 + origin), 0);
  const window = Math.max(top + 1 + guard, format.mantissa + 1);
  const distance = distanceOf(draft, top - origin, field.id);
  const width = draft.widthOf(distance);
  const amount = scalar(uint(width - 1), draft.slice(distance, 0, width - 1));
  const { word, sticky } = shiftRightSticky(datapath, significand, amount, window);
  const below = window - top - 1;
  return {
    whole: draft.slice(word.id, below, top + 1),
    tail: draft.slice(word.id, 0, below),
    sticky: sticky.id,
    above: draft.slice(distance, width - 1, 1),
  };
}

/** from − field, signed. */
function distanceOf(draft: Draft, from: number, field: Id): Id {
  const width = Math.max(
    signedWidth(BigInt(from)),
    signedWidth(BigInt(from) - (1n << BigInt(draft.widthOf(field)))),
    2,
  );
  const distance = draft.binary(
    'sub',
    draft.constant(BigInt(from), width),
    draft.extend(field, width, false),
  );
  draft.hint(distance, 'distance');
  return distance;
}

/** The rounded number with its sign in the target's width, and whether that holds it. */
function signedValue(draft: Draft, whole: Id, up: Id, sign: Id, to: Fixed): { value: Id; fits: Id } {
  const width = Math.max(draft.widthOf(whole) + 2, to.width + 1);
  const magnitude = draft.binary('add', draft.extend(whole, width, false), draft.extend(up, width, false));
  const opposite = draft.binary('sub', draft.constant(0n, width), magnitude);
  const number = draft.mux(sign, opposite, magnitude);
  draft.hint(number, 'rounded');
  const from = to.signed ? to.width - 1 : to.width;
  const over = draft.slice(number, from, width - from);
  const none = draft.not(draft.reduce('or', over));
  const fits = to.signed ? draft.binary('or', none, draft.reduce('and', over)) : none;
  return { value: draft.slice(number, 0, to.width), fits };
}
