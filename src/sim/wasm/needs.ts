import type { Ref, Vector } from './graph.js';
import type { InnerProduct } from './inner.js';
import { bitsInterval, within, type Interval } from './interval.js';
import type { Program } from './program.js';

/** Bits of a lane: 16, 8 or 4 streams in a word. */
export type Lane = 8 | 16 | 32;

export const lanes: readonly Lane[] = [8, 16, 32];

/** The least lane of that many bits, 0 to 32. */
export function laneOf(bits: number): Lane {
  return bits <= 8 ? 8 : bits <= 16 ? 16 : 32;
}

/** The least lane that holds every number of the range, as a signed number or as an unsigned one. */
export function fittingLane(range: Interval): Lane {
  return lanes.find((lane) => fits(range, lane, true) || fits(range, lane, false))!;
}

export function fits(range: Interval, lane: Lane, signed: boolean): boolean {
  return within(range, bitsInterval(lane, signed));
}

/** What has to be known of a vector. */
export interface Need {
  /** How many of its low bits. */
  readonly bits: number;
  /** Whether more of them are looked at than its numbers have: then `bits` are a lane's, and the lane holds the number. */
  readonly full: boolean;
}

/**
 * How many low bits of each vector somebody looks at, 0 where nobody does. A vector of which few bits matter, or
 * whose numbers are small, fits a lane of 8 or 16 bits.
 */
export function neededBits(program: Program): readonly Need[] {
  const { vectors } = program.graph;
  const slots = new Uint8Array(program.nexts.length).fill(1);
  for (;;) {
    const asked = backward(program, slots);
    const needs = vectors.map((vector, ref) => needOf(vector, asked[ref]!));
    let changed = false;
    vectors.forEach(({ op, at }, ref) => {
      if (op !== 'state' || needs[ref]!.bits <= slots[at]!) return;
      slots[at] = needs[ref]!.bits;
      changed = true;
    });
    if (!changed) return needs;
  }
}

function needOf({ op, range }: Vector, asked: number): Need {
  if (asked === 0) return { bits: 0, full: false };
  const lane = fittingLane(range);
  const full = asked > widthOf(range);
  // There are no products of 8-bit lanes.
  const least = op === 'mul' ? 16 : 1;
  return { bits: Math.max(least, full ? lane : asked), full: full || asked === 32 };
}

/** The bits that tell the numbers of a range apart. */
function widthOf({ lo, hi }: Interval): number {
  return lo >= 0 ? 32 - Math.clz32(hi) : 33 - Math.clz32(Math.max(hi, -lo - 1));
}

/** The bits that are asked for, when so many of each slot of the state are. */
function backward(program: Program, slots: Uint8Array): Uint8Array {
  const { vectors } = program.graph;
  const asked = new Uint8Array(vectors.length);
  const ask = (ref: Ref, bits: number): void => {
    if (asked[ref]! < bits) asked[ref] = Math.min(bits, 32);
  };
  for (const { port, value } of program.stores) ask(value, 8 * program.outputs[port]!.elementBytes);
  for (const { slot, value } of program.nexts) ask(value, slots[slot]!);
  for (const { offset, data } of program.writes) for (const ref of [offset, ...data]) ask(ref, 32);
  for (let ref = vectors.length - 1; ref >= 0; ref--)
    if (asked[ref]! > 0) askOperands(program, vectors[ref]!, needOf(vectors[ref]!, asked[ref]!).bits, ask);
  return asked;
}

function askOperands(
  { graph: g }: Program,
  { op, operands, at, inner }: Vector,
  bits: number,
  ask: (ref: Ref, bits: number) => void,
): void {
  const [x = 0, y = 0] = operands;
  switch (op) {
    case 'constant':
    case 'load':
    case 'state':
      return;
    case 'and': {
      const mask = g.valueOf(y) ?? -1;
      ask(x, mask < 0 ? bits : Math.min(bits, 32 - Math.clz32(mask)));
      return ask(y, bits);
    }
    case 'not':
    case 'andnot':
    case 'or':
    case 'xor':
    case 'add':
    case 'sub':
    case 'mul':
    case 'select':
      return operands.forEach((ref) => ask(ref, bits));
    case 'shl':
      return ask(x, Math.max(1, bits - at));
    case 'shrS':
    case 'shrU':
      return ask(x, Math.min(32, bits + at));
    case 'eq':
      return operands.forEach((ref) => ask(ref, comparedLane(g.at(x).range, g.at(y).range)));
    case 'inner':
      return askFactors(inner!, ask);
    case 'exp2':
      return ask(x, 8);
    case 'mulHighS':
    case 'mulHighU':
    case 'ltS':
    case 'ltU':
    case 'minS':
    case 'maxS':
    case 'minU':
    case 'gather':
      return operands.forEach((ref) => ask(ref, 32));
    default:
      throw new Error(`${op} in a program of lanes of 32 bits`);
  }
}

function askFactors({ sums, pairs, rest }: InnerProduct, ask: (ref: Ref, bits: number) => void): void {
  rest.forEach((ref) => ask(ref, 32));
  for (const { x, y } of [...sums.flatMap(({ terms }) => terms), ...pairs.flat()])
    for (const factor of [x, y]) if (factor.kind === 'vector') ask(factor.ref, 16);
}

/** The least lane in which numbers of these ranges are equal only where they are equal as a whole. */
export function comparedLane(x: Interval, y: Interval): Lane {
  const span = Math.max(x.hi, y.hi) - Math.min(x.lo, y.lo);
  return span < 2 ** 8 ? 8 : span < 2 ** 16 ? 16 : 32;
}
