import type { Graph, Ref, Vector } from './graph.js';
import { anything, truth, within, type Interval } from './interval.js';
import { fits, lanes, type Lane, type Need } from './needs.js';
import type { Program } from './program.js';

/** A vector of the program that is being written. */
export interface Held {
  readonly ref: Ref;
  readonly lane: Lane;
  /** Whether the lane holds the number itself, signed or unsigned; else only its low bits that matter. */
  readonly full: boolean;
  readonly range: Interval;
}

/** A program that is written in lanes of 8, 16 and 32 bits. */
export interface Writer {
  readonly g: Graph;
  readonly from: Program;
  readonly needs: readonly Need[];
  /** The greatest lane in which those want a vector that only take its low bits. */
  readonly wanted: readonly Lane[];
  /** Of each vector of the old program what stands for it; nothing where nobody reads it. */
  readonly held: (Held | undefined)[];
}

/** Puts an operation of one lane. */
export function put(w: Writer, op: Vector['op'], lane: Lane, operands: readonly Ref[], at = 0): Ref {
  const uniform = operands.every((ref) => w.g.at(ref).uniform);
  return w.g.place({ op, operands, at, row: 0, range: anything, uniform, lane });
}

/** A constant in all lanes of that many bits. */
export function constantIn(w: Writer, value: number, lane: Lane): Ref {
  const word = lane === 8 ? (value & 0xff) * 0x1010101 : lane === 16 ? (value & 0xffff) * 0x10001 : value;
  const at = word | 0;
  return w.g.place({ op: 'constant', operands: [], at, row: 0, range: anything, uniform: true, lane });
}

/** A vector in lanes of that many bits: its number where it is known and fits, else its low bits. */
export function inLane(w: Writer, held: Held, lane: Lane): Ref {
  if (held.range.lo === held.range.hi) return constantIn(w, held.range.lo, lane);
  return held.lane < lane ? widened(w, held, lane) : narrowed(w, held, lane);
}

function widened(w: Writer, { ref, lane: from, full, range }: Held, to: Lane): Ref {
  // A word beside itself is the same as its sign beside it where all bits are alike.
  const op = !full || within(range, truth) ? 'double' : fits(range, from, true) ? 'widenS' : 'widenU';
  const between = lanes.filter((lane) => lane > from && lane <= to);
  return between.reduce((wide, lane) => put(w, op, lane, [wide]), ref);
}

function narrowed(w: Writer, held: Held, to: Lane): Ref {
  if (held.lane === to) return held.ref;
  const known = held.full && (fits(held.range, to, true) || fits(held.range, to, false));
  let { ref } = held;
  let { range } = held;
  if (!known) {
    range = { lo: 0, hi: 2 ** to - 1 };
    ref = put(w, 'and', held.lane, [ref, constantIn(w, range.hi, held.lane)]);
  }
  const between = lanes.filter((lane) => lane < held.lane && lane >= to).reverse();
  return between.reduce(
    (wide, lane) => put(w, fits(range, lane, true) ? 'narrowS' : 'narrowU', lane, [wide]),
    ref,
  );
}
