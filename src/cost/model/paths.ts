import { coverOf, type Gate } from './cover.js';
import { isLogic, widest } from './cuts.js';
import { kinds, kindNumber } from './elements.js';
import { arity, type Sketch } from './sketch.js';

/** What has a delay by the number of its readers: where paths start, gates, and the outputs of adder cells. */
export const sourceNames = [
  'input',
  'register',
  'gate',
  'fullSum',
  'fullCarry',
  'halfSum',
  'halfCarry',
] as const;
type SourceName = (typeof sourceNames)[number];

/** Readers beyond this many are as many as this. */
export const mostReaders = 255;

/** Gates and cells between registers and ports, of which the longest path is looked for; equal ones are one, and 0 is there at once. */
export interface Paths {
  /** What each reads, four of them; 0 for nothing. */
  readonly from: Int32Array;
  /** By which of `pins` it reads them. */
  readonly pin: Uint16Array;
  /** The place of its delay among those of sources. */
  readonly at: Uint16Array;
  /** Those that registers and outputs take their bits from, and how many bits from each. */
  readonly registers: Ends;
  readonly outputs: Ends;
  readonly hasAdders: boolean;
}

/** Where paths end. */
export interface Ends {
  readonly from: Int32Array;
  readonly bits: Int32Array;
}

const { register: REGISTER, fullSum: FIRST_CELL, halfCarry: LAST_CELL } = kindNumber;
const isCarryOut = (kind: number): boolean => kind === kindNumber.fullCarry || kind === kindNumber.halfCarry;

/** Numbers of the sources by the kind of element; gates for all logic. */
const sourceOf = kinds.map((kind) => {
  const own = sourceNames.indexOf(kind as SourceName);
  return own < 0 ? sourceNames.indexOf('gate') : own;
});

/** Picks gates for the elements of a design, those that something depends on. */
export function pathsOf(sketch: Sketch): Paths {
  const { count, kind, a, outputs } = sketch;
  const chosen = coverOf(sketch);
  const readers = readersOf(sketch, chosen);
  const same = merged(count);
  const place = new Int32Array(count);
  const nexts: number[] = [];
  let hasAdders = false;
  for (let id = 1; id < count; id++) {
    const k = kind[id]!;
    if (k === REGISTER) nexts.push(a[id]!);
    if (readers[id] === 0) continue;
    if (k >= FIRST_CELL && k <= LAST_CELL) hasAdders = true;
    const at = sourceOf[k]! * (mostReaders + 1) + Math.min(mostReaders, readers[id]!);
    const way = chosen[id]?.way.pins;
    const read = k === REGISTER ? [] : readBy(sketch, chosen, id);
    place[id] = same.placeOf(
      at,
      read.map((each, variable) => ({ from: place[each]!, pin: way?.[variable] ?? 0 })),
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
  return { ...same.done(), registers: ends(nexts), outputs: ends(outputs), hasAdders };
}

/** What an element's gate reads, or an adder cell, or a register; nothing for an input. */
function readBy(
  { kind, a, b, c }: Sketch,
  chosen: readonly (Gate | undefined)[],
  id: number,
): readonly number[] {
  const k = kind[id]!;
  if (isLogic(k)) return chosen[id]!.leaves;
  return [a, b, c].slice(0, arity[k]).map((operands) => operands[id]! >> 1);
}

/** How often each element is read by what is needed for outputs and registers; sum and carry of an adder cell read with one pin. */
function readersOf(sketch: Sketch, chosen: readonly (Gate | undefined)[]): Uint32Array {
  const { count, kind, outputs } = sketch;
  const readers = new Uint32Array(count);
  const stack: number[] = [];
  const isNeeded = new Uint8Array(count);
  const need = (id: number): void => {
    if (isNeeded[id]) return;
    isNeeded[id] = 1;
    stack.push(id);
  };
  const read = (id: number, pinCount: number): void => {
    readers[id]! += pinCount;
    need(id);
  };
  for (const literal of outputs) read(literal >> 1, 1);
  for (let id = 1; id < count; id++) if (kind[id] === REGISTER) need(id);
  for (let id = stack.pop(); id !== undefined; id = stack.pop())
    for (const each of readBy(sketch, chosen, id)) read(each, isCarryOut(kind[id]!) ? 0 : 1);
  return readers;
}

interface Read {
  readonly from: number;
  readonly pin: number;
}

/** At most `count` of different places and reads, each kept once. */
function merged(count: number) {
  const from = new Int32Array(widest * count);
  const pin = new Uint16Array(widest * count);
  const at = new Uint16Array(count);
  const mask = 2 ** Math.ceil(Math.log2(2 * count)) - 1;
  const slots = new Int32Array(mask + 1);
  let size = 1;
  const isAt = (id: number, place: number, reads: readonly Read[]): boolean => {
    if (at[id] !== place) return false;
    for (let k = 0; k < widest; k++)
      if (from[widest * id + k] !== (reads[k]?.from ?? 0) || pin[widest * id + k] !== (reads[k]?.pin ?? 0))
        return false;
    return true;
  };
  return {
    placeOf(place: number, given: readonly Read[]): number {
      const reads = [...given].sort((x, y) => x.from - y.from || x.pin - y.pin);
      let hash = place;
      for (const each of reads)
        hash = Math.imul(hash ^ (each.from * 64 + each.pin), 0x9e3779b1) ^ (hash >>> 15);
      let slot = (hash ^ (hash >>> 15)) & mask;
      for (let id = slots[slot]!; id !== 0; id = slots[slot]!) {
        if (isAt(id, place, reads)) return id;
        slot = (slot + 1) & mask;
      }
      slots[slot] = size;
      at[size] = place;
      reads.forEach((each, k) => {
        from[widest * size + k] = each.from;
        pin[widest * size + k] = each.pin;
      });
      return size++;
    },
    done: () => ({
      from: from.slice(0, widest * size),
      pin: pin.slice(0, widest * size),
      at: at.slice(0, size),
    }),
  };
}
