import { random } from '../../base/index.js';
import { kindNumber } from './elements.js';
import type { Sketch } from './sketch.js';

const { and: AND, xor: XOR, mux: MUX, carry: CARRY, register: REGISTER, input: INPUT } = kindNumber;

/** Words of 32 vectors: for a circuit without feedback, of which each is a sample of its own. */
const wide = 4;
/** Cycles of 32 streams, for one with feedback. */
const cycles = 48;

/**
 * How often each element changes in a mean cycle under uniform random inputs, new ones in every cycle, without hazards.
 * Without feedback that is 2·p·(1 − p), where p is the share of ones among vectors; with feedback, changes are counted from
 * all registers at 0.
 */
export function activityOf(sketch: Sketch): Float32Array {
  for (let id = 1; id < sketch.count; id++)
    if (sketch.kind[id] === REGISTER && sketch.a[id]! >> 1 >= id) return counted(sketch);
  return estimated(sketch);
}

function estimated(sketch: Sketch): Float32Array {
  const { count } = sketch;
  const ones = new Float32Array(count);
  const values = new Int32Array(count);
  const source = random(1);
  for (let round = 0; round < wide; round++) {
    step(sketch, values, source.uint32, rotated);
    for (let id = 1; id < count; id++) ones[id]! += bitCount(values[id]!);
  }
  const vectors = 32 * wide;
  // The mean of p·(1 − p) over samples is short by a share of 1/vectors.
  return ones.map((n) => (2 * n * (vectors - n)) / (vectors * (vectors - 1)));
}

function counted(sketch: Sketch): Float32Array {
  const { count } = sketch;
  const changes = new Float32Array(count);
  const values = new Int32Array(count);
  const before = new Int32Array(count);
  const source = random(1);
  for (let cycle = 0; cycle <= cycles; cycle++) {
    before.set(values);
    step(sketch, values, source.uint32, (next) => (next >> 1 === 0 ? -(next & 1) : valueOf(before, next)));
    if (cycle > 0) for (let id = 1; id < count; id++) changes[id]! += bitCount(values[id]! ^ before[id]!);
  }
  return changes.map((n) => n / (32 * cycles));
}

/** A register as it is if 32 vectors are cycles one after the other: what came one vector before. */
function rotated(next: number, values: Int32Array): number {
  const value = valueOf(values, next);
  return (value << 1) | (value >>> 31);
}

function valueOf(values: Int32Array, literal: number): number {
  return values[literal >> 1]! ^ -(literal & 1);
}

/** Gives every element its value for 32 vectors. */
function step(
  { count, kind, a, b, c, reset }: Sketch,
  values: Int32Array,
  next: () => number,
  held: (next: number, values: Int32Array) => number,
): void {
  for (let id = 1; id < count; id++) {
    const x = valueOf(values, a[id]!);
    switch (kind[id]) {
      case INPUT:
        values[id] = id === reset ? -1 : next() | 0;
        break;
      case AND:
        values[id] = x & valueOf(values, b[id]!);
        break;
      case XOR:
        values[id] = x ^ valueOf(values, b[id]!);
        break;
      case MUX:
        values[id] = (x & valueOf(values, b[id]!)) | (~x & valueOf(values, c[id]!));
        break;
      case CARRY: {
        const [y, z] = [valueOf(values, b[id]!), valueOf(values, c[id]!)];
        values[id] = (x & y) | (z & (x | y));
        break;
      }
      case REGISTER:
        values[id] = held(a[id]!, values);
        break;
    }
  }
}

function bitCount(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
