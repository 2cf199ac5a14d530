import { scalar, type Datapath } from '../../builder/index.js';
import { bool, floats, uint } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { decodeFloat, roundToFloat, shiftRightSticky } from '../float/index.js';
import type { Special } from './exponents.js';

const fp32 = floats['fp32']!;
/** Bits of a significand, and two below it that with a sticky bit are all that rounding asks for. */
const reach = 24 + 2;

/** A number with its sign apart. */
export type Magnitude = Readonly<Record<'magnitude' | 'minus', Id>>;

/** The magnitude of a two's complement word and its sign while `when` is 1, else the word as it is. */
export function magnitudeOf(draft: Draft, word: Id, when: Id): Magnitude {
  const width = draft.widthOf(word);
  const minus = draft.binary('and', when, draft.slice(word, width - 1, 1));
  const opposite = draft.binary('sub', draft.constant(0n, width), word);
  return { magnitude: draft.mux(minus, opposite, word), minus };
}

/** A magnitude times 2^(exponent + offset) as FP32, rounded to nearest, ties to even; an exact zero is positive. */
export function roundToFp32(
  datapath: Datapath,
  { magnitude, minus }: Magnitude,
  scale: { readonly exponent?: Id; readonly offset: number; readonly special: Special },
): Id {
  const { draft } = datapath;
  const { nan, infinite, negative } = scale.special;
  const exponent = scale.exponent ?? draft.constant(0n, 1);
  return roundToFloat(
    datapath,
    {
      sign: scalar(bool, draft.mux(infinite, negative, minus)),
      zeroSign: scalar(bool, draft.constant(0n, 1)),
      exponent: scalar(uint(draft.widthOf(exponent)), exponent),
      offset: scale.offset,
      significand: scalar(uint(draft.widthOf(magnitude)), magnitude),
      infinite: scalar(bool, infinite),
      nan: scalar(bool, nan),
    },
    fp32,
    { rounding: 'nearest_even', overflow: 'ieee' },
  ).word.id;
}

/** The exact sum of two FP32 words but for a sticky bit at its end, not rounded yet. */
export type Fp32Sum = Readonly<
  Record<'significand' | 'sign' | 'zeroSign' | 'exponent' | 'infinite' | 'nan', Id>
>;

/** Two FP32 words, the one of the greater magnitude first. */
export type Ordered = Readonly<Record<'great' | 'small', Id>>;

/** Words without their sign are in the order of their magnitudes. */
export function orderFp32(draft: Draft, x: Id, y: Id): Ordered {
  const swap = draft.compare('lt', draft.slice(x, 0, 31), draft.slice(y, 0, 31), false);
  return { great: draft.mux(swap, y, x), small: draft.mux(swap, x, y) };
}

/** Aligns and adds two FP32 words; specials as in IEEE 754. */
export function addFp32(datapath: Datapath, words: Ordered): Fp32Sum {
  const { draft } = datapath;
  const great = decodeFloat(datapath, scalar(fp32, words.great));
  const small = decodeFloat(datapath, scalar(fp32, words.small));
  const distance = draft.binary('sub', great.field.id, small.field.id);
  const moved = shiftRightSticky(datapath, small.significand, scalar(uint(8), distance), reach);
  const opposite = draft.binary('xor', great.sign.id, small.sign.id);
  // A sticky bit below, so that the difference of an inexact operand is right as well.
  const low = draft.concat([moved.sticky.id, moved.word.id, draft.constant(0n, 1)]);
  const high = draft.concat([draft.constant(0n, 3), great.significand.id, draft.constant(0n, 1)]);
  const both = (a: Id, b: Id): Id => draft.binary('and', a, b);
  const clash = both(both(great.infinite.id, small.infinite.id), opposite);
  return {
    significand: draft.mux(opposite, draft.binary('sub', high, low), draft.binary('add', high, low)),
    sign: great.sign.id,
    zeroSign: both(great.sign.id, small.sign.id),
    exponent: great.field.id,
    infinite: draft.binary('or', great.infinite.id, small.infinite.id),
    nan: draft.binary('or', draft.binary('or', great.nan.id, small.nan.id), clash),
  };
}

/** The sum as a FP32 word, rounded to nearest, ties to even. */
export function roundFp32Sum(datapath: Datapath, sum: Fp32Sum): Id {
  const flag = (id: Id) => scalar(bool, id);
  return roundToFloat(
    datapath,
    {
      sign: flag(sum.sign),
      zeroSign: flag(sum.zeroSign),
      exponent: scalar(uint(8), sum.exponent),
      // An exponent field is that of the significand's last bit and 150 more; three bits stand below that one.
      offset: -150 - 3,
      significand: scalar(uint(datapath.draft.widthOf(sum.significand)), sum.significand),
      infinite: flag(sum.infinite),
      nan: flag(sum.nan),
    },
    fp32,
    { rounding: 'nearest_even', overflow: 'ieee' },
  ).word.id;
}
