import { adderClasses, classes } from './classes.js';
import { kindNumber } from './elements.js';
import type { Formula } from './formula.js';
import type { Sketch } from './sketch.js';

/** The delays that formulas are given for: of each class of elements, and of three more things. */
export const delayNames = [...classes, 'select', 'setup', 'output'] as const;
export type DelayName = (typeof delayNames)[number];

/** Readers beyond this many are as many as this. */
const most = 255;

/** Delays in ps: by class and number of readers, and what is added at a selecting bit, a register, an output port. */
export interface Delays {
  /** At `class · 256 + readers`. */
  readonly elements: Float64Array;
  /** The same in designs with adder cells. */
  readonly besideAdders: Float64Array;
  readonly select: number;
  readonly setup: number;
  readonly output: number;
  /** How far paths scatter about their figures, as a share of the longest: the longest of many is longer than that of one. */
  readonly spread: number;
}

/** What delays are times, beside the formulas; both without a unit. */
export interface DelayShares {
  readonly spread: number;
  /** How much slower gates are in designs with adder cells, through which mapping does not see what is urgent. */
  readonly besideAdders: number;
}

/** Formulas over `fanout`, the number of readers, as tables. */
export function tabulated(formulas: Readonly<Record<DelayName, Formula>>, shares: DelayShares): Delays {
  const elements = new Float64Array(classes.length * (most + 1));
  const besideAdders = new Float64Array(elements.length);
  classes.forEach((name, k) => {
    const times = adderClasses.some((cell) => cell === name) ? 1 : shares.besideAdders;
    for (let readers = 0; readers <= most; readers++) {
      const delay = formulas[name]({ fanout: Math.max(1, readers) });
      elements[k * (most + 1) + readers] = delay;
      besideAdders[k * (most + 1) + readers] = times * delay;
    }
  });
  const once = (name: DelayName): number => formulas[name]({ fanout: 1 });
  return {
    elements,
    besideAdders,
    select: once('select'),
    setup: once('setup'),
    output: once('output'),
    spread: shares.spread,
  };
}

/** What the longest path of is looked for, elements that wait for the same in the same way being one; 0 is there at once. */
export interface Paths {
  /** Whose words an element waits for, three of each; 0 for what it does not wait for. */
  readonly from: Int32Array;
  /** The place of its delay in the table; negative, less one, for a selecting bit in front. */
  readonly at: Int16Array;
  /** The elements that registers and outputs take their bits from, and how many bits from each. */
  readonly registers: Ends;
  readonly outputs: Ends;
  readonly hasAdders: boolean;
}

interface Ends {
  readonly from: Int32Array;
  readonly bits: Int32Array;
}

const { mux: MUX, register: REGISTER, input: INPUT } = kindNumber;

export function pathsOf({ count, kind, a, b, c, fanout, outputs }: Sketch, own: Uint8Array): Paths {
  const same = merged(count);
  const place = new Int32Array(count);
  const nexts: number[] = [];
  for (let id = 1; id < count; id++) {
    const k = own[id]! * (most + 1) + Math.min(most, fanout[id]!);
    if (kind[id] === REGISTER) nexts.push(a[id]!);
    const isStart = kind[id] === REGISTER || kind[id] === INPUT;
    place[id] = isStart
      ? same.placeOf(k, 0, 0, 0)
      : same.placeOf(
          kind[id] === MUX ? -1 - k : k,
          place[a[id]! >> 1]!,
          place[b[id]! >> 1]!,
          place[c[id]! >> 1]!,
        );
  }
  const ends = (literals: Iterable<number>): Ends => {
    const bits = new Map<number, number>();
    for (const literal of literals) {
      const end = place[literal >> 1]!;
      if (end > 0) bits.set(end, (bits.get(end) ?? 0) + 1);
    }
    return { from: Int32Array.from(bits.keys()), bits: Int32Array.from(bits.values()) };
  };
  return { ...same.done(), registers: ends(nexts), outputs: ends(outputs), hasAdders: hasAdders(own) };
}

const firstAdder = classes.indexOf('fullSum');

function hasAdders(own: Uint8Array): boolean {
  return own.some((k) => k >= firstAdder);
}

/** Elements of at most `count` different places and operands, each kept once. */
function merged(count: number) {
  const from = new Int32Array(3 * count);
  const at = new Int16Array(count);
  const mask = 2 ** Math.ceil(Math.log2(2 * count)) - 1;
  const slots = new Int32Array(mask + 1);
  let size = 1;
  return {
    placeOf(place: number, x: number, first: number, second: number): number {
      const [y, z] = first < second ? [first, second] : [second, first];
      let slot =
        Math.imul(Math.imul(Math.imul(x, 0x9e3779b1) ^ y, 0x85ebca6b) ^ z, 0xc2b2ae35) ^ (place * 31);
      slot = (slot ^ (slot >>> 15)) & mask;
      for (let id = slots[slot]!; id !== 0; id = slots[slot]!) {
        if (at[id] === place && from[3 * id] === x && from[3 * id + 1] === y && from[3 * id + 2] === z)
          return id;
        slot = (slot + 1) & mask;
      }
      slots[slot] = size;
      at[size] = place;
      from.set([x, y, z], 3 * size);
      return size++;
    },
    done: () => ({ from: from.slice(0, 3 * size), at: at.slice(0, size) }),
  };
}

let times = new Float64Array(1024);

/**
 * The longest path, from inputs and registers through the elements to registers and outputs, in ps; longer by `spread` the more
 * bits there are whose paths are about as long.
 */
export function delayOf({ from, at, registers, outputs, hasAdders }: Paths, delays: Delays): number {
  const { select, setup, output, spread } = delays;
  const table = hasAdders ? delays.besideAdders : delays.elements;
  const count = at.length;
  if (times.length < count) times = new Float64Array(2 * count);
  for (let id = 1, k = 3; id < count; id++, k += 3) {
    const [x, y, z] = [times[from[k]!]!, times[from[k + 1]!]!, times[from[k + 2]!]!];
    const place = at[id]!;
    const first = place < 0 ? x + select : x;
    const later = y > z ? y : z;
    times[id] = (first > later ? first : later) + table[place < 0 ? -1 - place : place]!;
  }
  const worst = Math.max(latest(registers) + setup, latest(outputs) + output, 0);
  if (spread === 0 || worst === 0) return worst;
  const about =
    near(registers, worst - setup, spread * worst) + near(outputs, worst - output, spread * worst);
  return worst * (1 + spread * Math.log(about));
}

function latest({ from }: Ends): number {
  let worst = -Infinity;
  for (const id of from) worst = Math.max(worst, times[id]!);
  return worst;
}

/** How many bits there are about `worst`: less of each the more it comes before that. */
function near({ from, bits }: Ends, worst: number, scatter: number): number {
  let sum = 0;
  for (let k = 0; k < from.length; k++) {
    const early = (worst - times[from[k]!]!) / scatter;
    if (early < 8) sum += bits[k]! * Math.exp(-early);
  }
  return sum;
}
