import type { Ref } from './graph.js';
import { constantIn, inLane, put, type Held, type Writer } from './lanes.js';
import type { Lane } from './needs.js';
import { anything, bitsInterval } from './interval.js';

/** Shifts a lane left. There are no shifts of 8-bit lanes: they are those of pairs, and bits come over from below. */
export function shiftedLeft(w: Writer, x: Held, by: number, lane: Lane): Ref {
  if (by >= lane) return constantIn(w, 0, lane);
  // A bit of a mask is where it is.
  const { op, operands } = w.g.at(x.ref);
  const bits = op === 'and' && x.lane === lane ? w.g.at(operands[1]!) : undefined;
  if (bits?.op === 'constant' && isMask(w, operands[0]!))
    return put(w, 'and', lane, [operands[0]!, constantIn(w, bits.at << by, lane)]);
  const whole = inLane(w, x, lane);
  if (lane === 8 && by <= 2) return doubledTimes(w, whole, by);
  const moved = put(w, 'shl', lane, [whole], by);
  const { lo, hi } = x.range;
  if (lane > 8 || (x.full && lo >= 0 && hi * 2 ** by < 256)) return moved;
  return put(w, 'and', lane, [moved, constantIn(w, 0xff << by, lane)]);
}

/** Added to itself, a lane of 8 bits takes nothing from its neighbour. */
function doubledTimes(w: Writer, ref: Ref, times: number): Ref {
  return times === 0 ? ref : doubledTimes(w, put(w, 'add', 8, [ref, ref]), times - 1);
}

/** Whether each lane is all ones or zero. */
function isMask(w: Writer, ref: Ref): boolean {
  const { op, operands } = w.g.at(ref);
  if (op === 'eq' || op === 'ltS' || op === 'ltU') return true;
  return (op === 'not' || op === 'narrowS' || op === 'double') && isMask(w, operands[0]!);
}

/** Shifts right what stands in a lane, zeros coming in; `bits` of the outcome matter. */
export function shiftedRight(w: Writer, ref: Ref, by: number, lane: Lane, bits: number): Ref {
  if (by === 0) return ref;
  if (by >= lane) return constantIn(w, 0, lane);
  const moved = put(w, 'shrU', lane, [ref], by);
  return lane > 8 || bits + by <= 8 ? moved : put(w, 'and', lane, [moved, constantIn(w, 0xff >> by, lane)]);
}

/** The same with copies of the sign coming in. */
export function shiftedSigned(w: Writer, ref: Ref, by: number, lane: Lane): Ref {
  if (by === 0) return ref;
  if (by >= lane - 1) return put(w, 'ltS', lane, [ref, constantIn(w, 0, lane)]);
  if (lane > 8) return put(w, 'shrS', lane, [ref], by);
  const sign = constantIn(w, 0x80 >> by, lane);
  return put(w, 'sub', lane, [put(w, 'xor', lane, [shiftedRight(w, ref, by, lane, 8), sign]), sign]);
}

/** A word of which bits from `base` up stand in a lane. */
interface Part {
  readonly ref: Ref;
  readonly lane: Lane;
  readonly base: number;
}

/** The bits `low` to `top` of a word: in a lesser lane if they are wanted there and do not lie across two. */
export function partOf(w: Writer, x: Held, low: number, top: number, wanted: Lane): Part {
  const base = low - (low % wanted);
  if (wanted >= x.lane || top >= base + wanted) return { ref: inLane(w, x, x.lane), lane: x.lane, base: 0 };
  if (wanted === 8 && x.lane === 32) {
    // By way of the halves, which several bytes share.
    const half = partOf(w, x, low, top, 16);
    const held = { ref: half.ref, lane: half.lane, full: false, range: anything };
    const byte = partOf(w, held, low - half.base, top - half.base, 8);
    return { ...byte, base: byte.base + half.base };
  }
  const moved = shiftedRight(w, inLane(w, x, x.lane), base, x.lane, wanted);
  const known = base > 0 && base + wanted === x.lane;
  const range = known ? bitsInterval(wanted, false) : anything;
  return { ref: inLane(w, { ref: moved, lane: x.lane, full: known, range }, wanted), lane: wanted, base };
}

/** A mask of where a bit of a lane is 1. */
export function tested(w: Writer, ref: Ref, bit: number, lane: Lane): Ref {
  if (bit === lane - 1) return put(w, 'ltS', lane, [ref, constantIn(w, 0, lane)]);
  const one = constantIn(w, 2 ** bit, lane);
  return put(w, 'eq', lane, [put(w, 'and', lane, [ref, one]), one]);
}

/** The low `bits` bits of a lane, with zeros or copies of the highest of them above. */
export function cutTo(w: Writer, ref: Ref, bits: number, signed: boolean, lane: Lane): Ref {
  if (bits === lane) return ref;
  if (!signed) return put(w, 'and', lane, [ref, constantIn(w, 2 ** bits - 1, lane)]);
  if (bits === 1) return tested(w, ref, 0, lane);
  if (lane > 8) return put(w, 'shrS', lane, [put(w, 'shl', lane, [ref], lane - bits)], lane - bits);
  const low = put(w, 'and', lane, [ref, constantIn(w, 2 ** bits - 1, lane)]);
  const sign = constantIn(w, 2 ** (bits - 1), lane);
  return put(w, 'sub', lane, [put(w, 'xor', lane, [low, sign]), sign]);
}
