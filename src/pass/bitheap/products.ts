import type { Id } from '../../ir/index.js';
import type { Rebuilding } from '../rebuild.js';
import { addRow, bitOf, named, type Heap } from './heap.js';
import type { HeapCells } from './cells.js';
import type { Word } from './terms.js';

/** A product to be added: `sign · 2^shift · a · b`, with the words' arrivals. */
export interface Product {
  readonly sign: 1 | -1;
  readonly shift: number;
  readonly a: Word;
  readonly b: Word;
  readonly at: number;
  readonly name: string | undefined;
}

/** The signs that a word's bits count with. */
export function bitSigns({ width, signed }: Word, sign: 1 | -1): (1 | -1)[] {
  return Array.from({ length: width }, (_, i) => (signed && i === width - 1 ? (-sign as 1 | -1) : sign));
}

/** Puts a product into the heap: recoded where that takes less area by a twentieth, else a gate for each pair of bits. */
export function addProduct(heap: Heap, product: Product): void {
  const [narrow, wide] = product.a.width < product.b.width ? [product.a, product.b] : [product.b, product.a];
  const ordered = { ...product, a: wide, b: narrow };
  if (isRecoded(ordered, heap.cells)) addRecoded(heap, ordered);
  else addRows(heap, ordered);
}

/** Every bit of the heap costs a gate, or several, and a full adder; a recoded row has one bit more, and one for its sign. */
function isRecoded({ a, b }: Product, { areas }: HeapCells): boolean {
  const plain = a.width * b.width * (areas.fullAdder + areas.and);
  const rows = recodedRows(b);
  const row = (a.width + 1) * (areas.fullAdder + areas.recoded) + areas.fullAdder + 2 * areas.recoded;
  return rows * row < 0.95 * plain;
}

function recodedRows({ width, signed }: Word): number {
  return signed ? Math.ceil(width / 2) : Math.floor(width / 2) + 1;
}

/**
 * A row for each bit of the narrower factor. The signs of the factors' top bits make single bits of the rows count
 * negative, as Baugh and Wooley (1973) have it; the heap gathers their constants.
 */
function addRows(heap: Heap, { a, b, at, sign, shift, name }: Product): void {
  const { to } = heap;
  bitSigns(b, sign).forEach((rowSign, j) => {
    const width = Math.min(a.width, heap.columns.length - shift - j);
    if (width < 1) return;
    const left = lowBits(to, a.id, width);
    const right = spread(to, bitOf(to, { word: b.id, index: j }), width);
    const label = name && `${name}_row_${j}`;
    const word = to.add(named({ kind: 'binary', op: 'and', width, a: left, b: right }, label));
    const signs = bitSigns(a, rowSign);
    addRow(heap, {
      word,
      shift: shift + j,
      signs,
      at: at + heap.cells.and,
      inverted: true,
      name: label && `${label}_n`,
    });
  });
}

/**
 * A row for each two bits of the narrower factor, by its digits −2, −1, 0, 1, 2 in base 4 (Booth, 1951; MacSorley, 1961).
 * A row is 0, a or 2a, complemented where the digit is negative, which is then also added as a one.
 */
function addRecoded(heap: Heap, product: Product): void {
  const { to } = heap;
  const { a, b, shift } = product;
  const zero = to.add({ kind: 'const', width: 1, value: 0n });
  const bit = (index: number): Id =>
    index < 0 || (index >= b.width && !b.signed)
      ? zero
      : bitOf(to, { word: b.id, index: Math.min(index, b.width - 1) });
  // The widest row is 2a; a signed one keeps its sign on top.
  const width = a.width + 1;
  const factor = lowBits(to, a.id, a.width);
  const once = to.add({ kind: 'extend', width, signed: a.signed, a: factor });
  const twice = to.add({ kind: 'concat', width, parts: [zero, factor] });
  for (let j = 0; j < recodedRows(b); j++) {
    if (shift + 2 * j >= heap.columns.length) return;
    const [top, middle, low] = [bit(2 * j + 1), bit(2 * j), bit(2 * j - 1)];
    const odd = binary(to, 'xor', middle, low);
    const even = binary(to, 'and', binary(to, 'xor', top, middle), not(to, odd));
    const magnitude = binary(
      to,
      'or',
      binary(to, 'and', once, spread(to, odd, width)),
      binary(to, 'and', twice, spread(to, even, width)),
    );
    addSigned(heap, product, j, magnitude, top === zero ? undefined : top);
  }
}

/**
 * Adds a recoded row, `magnitude`, negated where the bit `negative` is 1. That is the complement and a one; in the lowest place
 * both together are the magnitude's own bit again, and a carry where that is 0.
 */
function addSigned(
  heap: Heap,
  { a, at, sign, shift, name }: Product,
  row: number,
  magnitude: Id,
  negative: Id | undefined,
): void {
  const { to, cells } = heap;
  const { width } = to.node(magnitude);
  const column = shift + 2 * row;
  const late = at + 2 * cells.xor + cells.and;
  const put = (word: Id, from: number, signs: readonly (1 | -1)[], when: number): void =>
    addRow(heap, { word, shift: column + from, signs, at: when, inverted: false });
  const signs = bitSigns({ id: magnitude, width, signed: a.signed }, sign);
  if (negative === undefined) return put(magnitude, 0, signs, late);
  const lowest = bitOf(to, { word: magnitude, index: 0 });
  const high = to.add({ kind: 'slice', width: width - 1, a: magnitude, low: 1 });
  const flipped = binary(to, 'xor', high, spread(to, negative, width - 1), name && `${name}_row_${row}`);
  put(lowest, 0, signs.slice(0, 1), late);
  put(flipped, 1, signs.slice(1), late + cells.xor);
  put(binary(to, 'and', negative, not(to, lowest)), 1, [sign], late + cells.and);
  // The complement of an unsigned row has ones above it: together they count −2^width.
  if (!a.signed) put(negative, width, [sign === 1 ? -1 : 1], at);
}

function binary(to: Rebuilding, op: 'and' | 'or' | 'xor', a: Id, b: Id, name?: string): Id {
  return to.add(named({ kind: 'binary', op, width: to.node(a).width, a, b }, name));
}

function not(to: Rebuilding, a: Id): Id {
  return to.add({ kind: 'not', width: to.node(a).width, a });
}

export function lowBits(to: Rebuilding, id: Id, width: number): Id {
  return to.node(id).width === width ? id : to.add({ kind: 'slice', width, a: id, low: 0 });
}

/** A bit in every place of a word. */
function spread(to: Rebuilding, bit: Id, width: number): Id {
  return width === 1 ? bit : to.add({ kind: 'extend', width, signed: true, a: bit });
}
