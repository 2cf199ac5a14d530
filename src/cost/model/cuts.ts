import { kindNumber } from './elements.js';
import { arrangementsOf, type Arrangement, type Table } from './gates.js';
import { arity, type Sketch } from './sketch.js';

/**
 * Sets of up to four elements, leaves, that others are functions of. Each element has `mostCuts` places for its own, in the order of how
 * soon it is there by them, and last the element itself.
 */
export interface Cuts {
  /** Four of each cut, in ascending order: the variables of its table. */
  leaves: Int32Array;
  sizes: Uint8Array;
  /** A bit for each leaf, by the low bits of its number: where two cuts have more than four together, so have their leaves. */
  marks: Int32Array;
  tables: Uint16Array;
  /** How soon the element is there, nominally, and how its gate is arranged. */
  cutTimes: Float64Array;
  ways: Arrangement[];
  /** How many an element has, and how soon it is there by the best of them. */
  counts: Uint8Array;
  times: Float64Array;
}

/** Elements that are mapped to gates: the others are cells already, or inputs. */
export function isLogic(kind: number): boolean {
  return kind >= AND && kind <= CARRY;
}

const { and: AND, mux: MUX, carry: CARRY } = kindNumber;

/** Inputs of a gate, and cuts of an element that are kept. */
export const widest = 4;
export const mostCuts = 7;
/** Nominal delay of an adder cell. */
export const cellDelay = 3;
const wire: Table = 0xaaaa;

const cuts: Cuts = room(1024);
/** The leaves that are being joined. */
const pair = new Int32Array(widest);
const joined = new Int32Array(widest);

function room(count: number): Cuts {
  return {
    leaves: new Int32Array(count * mostCuts * widest),
    sizes: new Uint8Array(count * mostCuts),
    marks: new Int32Array(count * mostCuts),
    tables: new Uint16Array(count * mostCuts),
    cutTimes: new Float64Array(count * mostCuts),
    ways: [],
    counts: new Uint8Array(count),
    times: new Float64Array(count),
  };
}

/**
 * Finds the cuts of all elements, however often what lies between is read. Paths that part and meet again before a gate has five inputs
 * are so looked through, and bits that make no difference fall away. What it gives is overwritten by the next call.
 */
export function cutsOf({ count, kind, a, b, c }: Sketch): Readonly<Cuts> {
  if (cuts.counts.length < count) Object.assign(cuts, room(2 * count));
  for (let id = 0; id < count; id++) {
    const k = kind[id]!;
    cuts.counts[id] = 0;
    cuts.times[id] = 0;
    if (isLogic(k)) {
      if (k < MUX) joinTwo(id, k, a[id]!, b[id]!);
      else joinThree(id, k, a[id]!, b[id]!, c[id]!);
      cuts.times[id] = cuts.cutTimes[mostCuts * id]!;
    } else if (arity[k]! > 1) {
      const operands = [a[id]!, b[id]!, c[id]!].map((literal) => cuts.times[literal >> 1]!);
      cuts.times[id] = cellDelay + Math.max(...operands);
    }
    addItself(id);
  }
  return cuts;
}

function addItself(id: number): void {
  const place = mostCuts * id + cuts.counts[id]!++;
  cuts.leaves[widest * place] = id;
  cuts.sizes[place] = 1;
  cuts.marks[place] = 1 << (id & 31);
  cuts.tables[place] = wire;
}

function joinTwo(id: number, kind: number, a: number, b: number): void {
  const [x, y] = [a >> 1, b >> 1];
  for (let i = mostCuts * x; i < mostCuts * x + cuts.counts[x]!; i++)
    for (let j = mostCuts * y; j < mostCuts * y + cuts.counts[y]!; j++) {
      if (isWide(cuts.marks[i]! | cuts.marks[j]!)) continue;
      const size = union(cuts.leaves, widest * i, cuts.sizes[i]!, j, joined);
      if (size === 0 || isKnown(id, size)) continue;
      const s = placed(i, size, a);
      const t = placed(j, size, b);
      offer(id, kind === AND ? s & t : s ^ t, size);
    }
}

function joinThree(id: number, kind: number, a: number, b: number, c: number): void {
  const [x, y, z] = [a >> 1, b >> 1, c >> 1];
  for (let i = mostCuts * x; i < mostCuts * x + cuts.counts[x]!; i++)
    for (let j = mostCuts * y; j < mostCuts * y + cuts.counts[y]!; j++) {
      const marks = cuts.marks[i]! | cuts.marks[j]!;
      if (isWide(marks)) continue;
      const some = union(cuts.leaves, widest * i, cuts.sizes[i]!, j, pair);
      if (some === 0) continue;
      for (let k = mostCuts * z; k < mostCuts * z + cuts.counts[z]!; k++) {
        if (isWide(marks | cuts.marks[k]!)) continue;
        const size = union(pair, 0, some, k, joined);
        if (size === 0 || isKnown(id, size)) continue;
        const s = placed(i, size, a);
        const t = placed(j, size, b);
        const u = placed(k, size, c);
        offer(id, kind === MUX ? (s & t) | (~s & u) : (s & t) | (s & u) | (t & u), size);
      }
    }
}

/** Whether the leaves in `joined` are a cut that is kept already. */
function isKnown(id: number, size: number): boolean {
  const first = mostCuts * id;
  for (let cut = first; cut < first + cuts.counts[id]!; cut++) if (isSame(cut, size)) return true;
  return false;
}

/** Whether there are more than four marks. */
function isWide(marks: number): boolean {
  let rest = marks;
  for (let k = 0; k < widest; k++) rest &= rest - 1;
  return rest !== 0;
}

/** The leaves of both sets, in order; gives how many, or 0 if there are too many. */
function union(first: Int32Array, from: number, size: number, cut: number, into: Int32Array): number {
  const { leaves, sizes } = cuts;
  const end = from + size;
  let other = widest * cut;
  const otherEnd = other + sizes[cut]!;
  let found = 0;
  while (from < end || other < otherEnd) {
    if (found === widest) return 0;
    const one = from < end ? first[from]! : Infinity;
    const two = other < otherEnd ? leaves[other]! : Infinity;
    if (one <= two) from++;
    if (two <= one) other++;
    into[found++] = one < two ? one : two;
  }
  return found;
}

/** A cut's table over the leaves in `joined`; its complement for an odd literal. */
function placed(cut: number, size: number, literal: number): Table {
  let table: Table = cuts.tables[cut]!;
  let next = widest * cut;
  const end = next + cuts.sizes[cut]!;
  for (let variable = 0; variable < size; variable++)
    if (next < end && cuts.leaves[next] === joined[variable]) next++;
    else for (let at = widest - 2; at >= variable; at--) table = exchanged(table, at);
  return literal & 1 ? table ^ 0xffff : table;
}

/** The table with a variable and the next one in each other's place. */
function exchanged(table: Table, variable: number): Table {
  if (variable === 0) return (table & 0x9999) | ((table & 0x2222) << 1) | ((table & 0x4444) >> 1);
  if (variable === 1) return (table & 0xc3c3) | ((table & 0x0c0c) << 2) | ((table & 0x3030) >> 2);
  return (table & 0xf00f) | ((table & 0x00f0) << 4) | ((table & 0x0f00) >> 4);
}

const whereZero = [0x5555, 0x3333, 0x0f0f, 0x00ff];

/** Keeps a function of the leaves in `joined` among the cuts of an element, if it is one of the soonest. */
function offer(id: number, word: number, width: number): void {
  let table: Table = word & 0xffff;
  let size = width;
  for (let variable = size - 1; variable >= 0; variable--) {
    if (((table ^ (table >> (1 << variable))) & whereZero[variable]!) !== 0) continue;
    for (let at = variable; at < widest - 1; at++) table = exchanged(table, at);
    joined.copyWithin(variable, variable + 1, size);
    size--;
  }
  if (size < width && isKnown(id, size)) return;
  let time = Infinity;
  let best: Arrangement | undefined;
  for (const way of arrangementsOf(table)) {
    let last = 0;
    for (let variable = 0; variable < size; variable++) {
      const there = cuts.times[joined[variable]!]! + way.delays[variable]!;
      if (there > last) last = there;
    }
    if (last < time) [time, best] = [last, way];
  }
  insert(id, table, size, time, best!);
}

/** The last place is left for the element itself. */
function insert(id: number, table: Table, size: number, time: number, way: Arrangement): void {
  const { sizes, counts, cutTimes } = cuts;
  const first = mostCuts * id;
  let at = first + counts[id]!;
  while (at > first && (cutTimes[at - 1]! > time || (cutTimes[at - 1] === time && sizes[at - 1]! > size)))
    at--;
  if (at === first + mostCuts - 1) return;
  const last = first + Math.min(counts[id]!, mostCuts - 2);
  for (let cut = last; cut > at; cut--) moveUp(cut);
  cuts.marks[at] = 0;
  for (let k = 0; k < size; k++) {
    cuts.leaves[widest * at + k] = joined[k]!;
    cuts.marks[at]! |= 1 << (joined[k]! & 31);
  }
  sizes[at] = size;
  cuts.tables[at] = table;
  cutTimes[at] = time;
  cuts.ways[at] = way;
  counts[id] = last + 1 - first;
}

/** Puts into a place what is in the place before. */
function moveUp(cut: number): void {
  const { leaves, sizes, marks, tables, cutTimes, ways } = cuts;
  for (let k = widest * cut; k < widest * (cut + 1); k++) leaves[k] = leaves[k - widest]!;
  sizes[cut] = sizes[cut - 1]!;
  marks[cut] = marks[cut - 1]!;
  tables[cut] = tables[cut - 1]!;
  cutTimes[cut] = cutTimes[cut - 1]!;
  ways[cut] = ways[cut - 1]!;
}

function isSame(cut: number, size: number): boolean {
  if (cuts.sizes[cut] !== size) return false;
  for (let k = 0; k < size; k++) if (cuts.leaves[widest * cut + k] !== joined[k]) return false;
  return true;
}
