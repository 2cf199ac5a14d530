import type { Ref, Vector } from './graph.js';
import { cutTo, partOf, shiftedRight, shiftedSigned, tested } from './lane-shifts.js';
import { inLane, put, type Held, type Writer } from './lanes.js';
import { laneOf } from './needs.js';

/** A shift right of a vector of the old program. */
export function shifted(w: Writer, vector: Vector, ref: Ref): Held {
  const { op, operands, at: by, range } = vector;
  const { bits, full } = w.needs[ref]!;
  const signed = op === 'shrS';
  const field = fieldOf(w, vector, ref);
  if (field) return { ...field, range };
  const x = w.held[operands[0]!]!;
  const negative = x.range.lo < 0;
  // Where zeros come in from above they are those of a word of 32 bits.
  if (!signed && negative && (bits + by > x.lane || (full && x.full && x.lane === 32)))
    return { ref: put(w, 'shrU', 32, [inLane(w, x, 32)], by), lane: 32, full: true, range };
  if (x.full && (signed || !negative) && (full || bits + by > x.lane)) {
    const whole = inLane(w, x, x.lane);
    const moved = negative ? shiftedSigned(w, whole, by, x.lane) : shiftedRight(w, whole, by, x.lane, x.lane);
    return { ref: moved, lane: x.lane, full: true, range };
  }
  const part = partOf(w, x, by, by + bits - 1, full ? x.lane : w.wanted[ref]!);
  const low = shiftedRight(w, part.ref, by - part.base, part.lane, bits);
  const held = { ref: low, lane: part.lane, full: false, range };
  if (!full) return held;
  const lane = laneOf(bits);
  return { ref: inLane(w, held, lane), lane, full, range };
}

/** A shift right of a shift left: a field of bits that is cut out where it stands. */
function fieldOf(w: Writer, { op, operands, at: down }: Vector, ref: Ref): Omit<Held, 'range'> | undefined {
  const left = w.from.graph.at(operands[0]!);
  if (left.op !== 'shl' || left.at > down) return undefined;
  const x = w.held[left.operands[0]!]!;
  const { bits, full } = w.needs[ref]!;
  const low = down - left.at;
  const known = x.full ? x.lane : w.needs[left.operands[0]!]!.bits;
  const top = full ? 31 - left.at : low + bits - 1;
  if (top >= x.lane || top >= known) return undefined;
  const part = partOf(w, x, low, top, w.wanted[ref]!);
  const from = low - part.base;
  const { lane } = part;
  if (!full) return { ref: shiftedRight(w, part.ref, from, lane, bits), lane, full };
  const width = 32 - down;
  const signed = op === 'shrS';
  if (signed && width === 1) return { ref: tested(w, part.ref, from, lane), lane, full };
  if (signed && lane > 8) {
    const up = lane - 1 - (top - part.base);
    const raised = up === 0 ? part.ref : put(w, 'shl', lane, [part.ref], up);
    return { ref: shiftedSigned(w, raised, lane - width, lane), lane, full };
  }
  return { ref: cutTo(w, shiftedRight(w, part.ref, from, lane, width), width, signed, lane), lane, full };
}
