import { random, type Random } from '../../base/index.js';
import { kindNumber } from './elements.js';
import type { Sketch } from './sketch.js';

const { and: AND, xor: XOR, mux: MUX, carry: CARRY, register: REGISTER, input: INPUT } = kindNumber;
const { fullSum: FULL_SUM, fullCarry: FULL_CARRY, halfSum: HALF_SUM, halfCarry: HALF_CARRY } = kindNumber;

/** Words of 32 vectors, each vector a sample of its own, for what no feedback has a part in. */
const wide = 4;
/** Cycles of 32 streams, for what is behind feedback, after some in which the reset is low. */
const cycles = 48;
const resetCycles = 2;

/**
 * How often each element changes in a mean cycle under uniform random inputs, new ones in every cycle, without hazards.
 * That is 2·p·(1 − p), where p is the share of ones among vectors. Behind a register that waits for itself, changes are
 * counted cycle by cycle, from the reset on, with the words that the rest of the circuit has for the vectors.
 */
export function activityOf(sketch: Sketch): Float32Array {
  const behind = behindFeedback(sketch);
  const counts = new Int32Array(sketch.count);
  const rounds = forward(sketch, behind, counts);
  cycled(sketch, behind, rounds, counts);
  const vectors = 32 * wide;
  const changes = new Float32Array(sketch.count);
  for (let id = 1; id < sketch.count; id++) {
    const n = counts[id]!;
    // The mean of p·(1 − p) over samples is short by a share of 1/vectors.
    changes[id] = behind.is[id] ? n / (32 * cycles) : (2 * n * (vectors - n)) / (vectors * (vectors - 1));
  }
  return changes;
}

/** The elements that depend on feedback or on the reset, in order, and those that they read from outside. */
interface Behind {
  readonly is: Uint8Array;
  readonly order: Int32Array;
  readonly registers: Int32Array;
  readonly border: Int32Array;
}

function behindFeedback({ count: size, kind, a, b, c, reset }: Sketch): Behind {
  const is = new Uint8Array(size);
  if (reset > 0) is[reset] = 1;
  for (let id = 1; id < size; id++) if (kind[id] === REGISTER && a[id]! >> 1 >= id) is[id] = 1;
  for (let id = 1; id < size; id++) is[id]! |= is[a[id]! >> 1]! | is[b[id]! >> 1]! | is[c[id]! >> 1]!;
  const order = idsWhere(size, (id) => is[id] === 1 && kind[id] !== REGISTER && id !== reset);
  const registers = idsWhere(size, (id) => is[id] === 1 && kind[id] === REGISTER);
  const isRead = new Uint8Array(size);
  for (const id of [...order, ...registers])
    isRead[a[id]! >> 1] = isRead[b[id]! >> 1] = isRead[c[id]! >> 1] = 1;
  return { is, order, registers, border: idsWhere(size, (id) => isRead[id] === 1 && is[id] === 0) };
}

function idsWhere(size: number, holds: (id: number) => boolean): Int32Array {
  const ids = new Int32Array(size);
  let found = 0;
  for (let id = 1; id < size; id++) if (holds(id)) ids[found++] = id;
  return ids.subarray(0, found);
}

/** The words of the elements without feedback, round by round, and their ones in `counts`; those behind it stay 0. */
function forward(sketch: Sketch, { is }: Behind, counts: Int32Array): Int32Array[] {
  const source = random(1);
  const order = idsWhere(sketch.count, (id) => is[id] === 0);
  return Array.from({ length: wide }, () => {
    const values = new Int32Array(sketch.count);
    step(sketch, order, values, counts, source);
    return values;
  });
}

/** Counts changes behind feedback. */
function cycled(
  sketch: Sketch,
  { order, registers, border }: Behind,
  rounds: readonly Int32Array[],
  counts: Int32Array,
): void {
  if (registers.length === 0) return;
  const values = new Int32Array(sketch.count);
  const next = new Int32Array(registers.length);
  const unused = new Int32Array(sketch.count);
  const source = random(2);
  for (let cycle = 0; cycle <= resetCycles + cycles; cycle++) {
    const into = cycle > resetCycles ? counts : unused;
    for (let k = 0; k < registers.length; k++) {
      const id = registers[k]!;
      into[id]! += bitCount(next[k]! ^ values[id]!);
      values[id] = next[k]!;
    }
    if (sketch.reset > 0) values[sketch.reset] = cycle < resetCycles ? 0 : -1;
    // Streams are dealt anew in every cycle, all words alike, so that a few vectors make many cycles.
    const turn = source.below(32);
    const given = rounds[source.below(wide)]!;
    for (let k = 0; k < border.length; k++) {
      const word = given[border[k]!]!;
      values[border[k]!] = (word << turn) | (word >>> (32 - turn));
    }
    step(sketch, order, values, into, source);
    for (let k = 0; k < registers.length; k++) next[k] = valueOf(values, sketch.a[registers[k]!]!);
  }
}

function valueOf(values: Int32Array, literal: number): number {
  return values[literal >> 1]! ^ -(literal & 1);
}

/**
 * Gives the elements of `order` their next values for 32 vectors, and counts the bits that change. A register has what came
 * one vector before: the vectors are cycles, one after the other.
 */
function step(
  { kind, a, b, c }: Sketch,
  order: Int32Array,
  values: Int32Array,
  counts: Int32Array,
  source: Random,
): void {
  for (let k = 0; k < order.length; k++) {
    const id = order[k]!;
    const x = valueOf(values, a[id]!);
    let next = x;
    switch (kind[id]) {
      case INPUT:
        next = source.uint32() | 0;
        break;
      case AND:
      case HALF_CARRY:
        next = x & valueOf(values, b[id]!);
        break;
      case XOR:
      case HALF_SUM:
        next = x ^ valueOf(values, b[id]!);
        break;
      case MUX:
        next = (x & valueOf(values, b[id]!)) | (~x & valueOf(values, c[id]!));
        break;
      case FULL_SUM:
        next = x ^ valueOf(values, b[id]!) ^ valueOf(values, c[id]!);
        break;
      case CARRY:
      case FULL_CARRY: {
        const [y, z] = [valueOf(values, b[id]!), valueOf(values, c[id]!)];
        next = (x & y) | (z & (x | y));
        break;
      }
      case REGISTER:
        next = (x << 1) | (x >>> 31);
        break;
    }
    counts[id]! += bitCount(next ^ values[id]!);
    values[id] = next;
  }
}

function bitCount(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
