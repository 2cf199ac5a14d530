import type { Id, Node } from '../../ir/index.js';
import type { Rebuilding } from '../rebuild.js';
import type { HeapCells } from './cells.js';
import type { Bit } from './column.js';

/** Where a bit of the heap comes from. */
export interface Source {
  readonly word: Id;
  readonly index: number;
}

/** A heap being filled: its bits by column, what they are, and the constant to be added to them. */
export interface Heap {
  readonly to: Rebuilding;
  readonly cells: HeapCells;
  /** -1 where the heap adds up the negative of the sum, less one: the complement of the sum is that modulo 2^width. */
  readonly direction: 1 | -1;
  readonly columns: readonly Bit[][];
  readonly sources: Map<Bit, Source>;
  constant: bigint;
}

export function emptyHeap(to: Rebuilding, cells: HeapCells, width: number, direction: 1 | -1): Heap {
  const columns = Array.from({ length: width }, () => []);
  return { to, cells, direction, columns, sources: new Map(), constant: direction === 1 ? 0n : -1n };
}

/** A row of bits of equal arrival to be added: bit i counts `signs[i] · 2^(shift + i)`. */
export interface Row {
  readonly word: Id;
  readonly shift: number;
  readonly signs: readonly (1 | -1)[];
  readonly at: number;
  /** Whether the complement of the word costs less than the word itself. */
  readonly inverted: boolean;
  readonly name?: string | undefined;
}

/**
 * Puts a row into the heap. Cells that keep signs add up bits of sign + only: there the complement stands for a bit that is
 * to be subtracted, as −x = (1 − x) − 1. Cells that invert take bits of either sign.
 */
export function addRow(heap: Heap, row: Row): void {
  const room = heap.columns.length - row.shift;
  const signs = row.signs.slice(0, Math.max(0, room)).map((sign) => (sign === heap.direction ? 1 : -1));
  if (signs.length === 0) return;
  const complement = signs.map((sign) => (heap.cells.inverts ? row.inverted : sign === -1));
  const word = partlyInverted(heap.to, row.word, complement, row.name);
  signs.forEach((sign, index) => {
    const column = row.shift + index;
    if (complement[index]!) heap.constant += BigInt(sign) << BigInt(column);
    const bit: Bit = { sign: complement[index]! ? (-sign as 1 | -1) : sign, at: row.at };
    heap.columns[column]!.push(bit);
    heap.sources.set(bit, { word, index });
  });
}

/** Adds a constant to the sum. */
export function addConstant(heap: Heap, value: bigint): void {
  heap.constant += BigInt(heap.direction) * value;
}

/** The low bits of a word, those that `which` names complemented. */
function partlyInverted(to: Rebuilding, word: Id, which: readonly boolean[], name: string | undefined): Id {
  const width = which.length;
  const node = to.node(word);
  const low = node.width === width ? word : to.add({ kind: 'slice', width, a: word, low: 0 });
  if (!which.includes(true)) return low;
  if (!which.includes(false)) return to.add(named({ kind: 'not', width, a: low }, name));
  const value = which.reduce((mask, flip, i) => (flip ? mask | (1n << BigInt(i)) : mask), 0n);
  const mask = to.add({ kind: 'const', width, value });
  return to.add(named({ kind: 'binary', op: 'xor', width, a: low, b: mask }, name));
}

/** One bit of a word. */
export function bitOf(to: Rebuilding, { word, index }: Source): Id {
  return to.node(word).width === 1 ? word : to.add({ kind: 'slice', width: 1, a: word, low: index });
}

/** The node with that name, where there is one to give. */
export function named(node: Node, name: string | undefined): Node {
  return name === undefined ? node : { ...node, name };
}
