import { scalar, type Datapath } from '../../builder/index.js';
import { bool, floats, uint } from '../../format/index.js';
import type { Id } from '../../ir/index.js';
import { decodeFloat, roundToFloat, shiftRightSticky } from '../float/index.js';

const fp32 = floats['fp32']!;
/** Bits of a significand, and two below it that with a sticky bit are all that rounding asks for. */
const reach = 24 + 2;

/** The sum of two FP32 words, rounded to nearest, ties to even; specials as in IEEE 754. */
export function addFp32(datapath: Datapath, x: Id, y: Id): Id {
  const { draft } = datapath;
  // Words without their sign are in the order of their magnitudes.
  const swap = draft.compare('lt', draft.slice(x, 0, 31), draft.slice(y, 0, 31), false);
  const great = decodeFloat(datapath, scalar(fp32, draft.mux(swap, y, x)));
  const small = decodeFloat(datapath, scalar(fp32, draft.mux(swap, x, y)));
  const distance = draft.binary('sub', great.field.id, small.field.id);
  const moved = shiftRightSticky(datapath, small.significand, scalar(uint(8), distance), reach);
  const opposite = draft.binary('xor', great.sign.id, small.sign.id);
  // A sticky bit below, so that the difference of an inexact operand is right as well.
  const low = draft.concat([moved.sticky.id, moved.word.id, draft.constant(0n, 1)]);
  const high = draft.concat([draft.constant(0n, 3), great.significand.id, draft.constant(0n, 1)]);
  const sum = draft.mux(opposite, draft.binary('sub', high, low), draft.binary('add', high, low));
  const both = (a: Id, b: Id): Id => draft.binary('and', a, b);
  const infinite = draft.binary('or', great.infinite.id, small.infinite.id);
  const clash = both(both(great.infinite.id, small.infinite.id), opposite);
  const nan = draft.binary('or', draft.binary('or', great.nan.id, small.nan.id), clash);
  return roundToFloat(
    datapath,
    {
      sign: great.sign,
      zeroSign: scalar(bool, both(great.sign.id, small.sign.id)),
      exponent: great.field,
      offset: great.offset - 3,
      significand: scalar(uint(draft.widthOf(sum)), sum),
      infinite: scalar(bool, infinite),
      nan: scalar(bool, nan),
    },
    fp32,
    { rounding: 'nearest_even', overflow: 'ieee' },
  ).word.id;
}
