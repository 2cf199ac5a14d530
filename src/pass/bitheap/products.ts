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
    const word = to.add(
      named({ kind: 'binary', op: 'and', width, a: left, b: right }, name && `${name}_row_${j}`),
    );
    const signs = bitSigns(a, rowSign);
    addRow(heap, { word, shift: shift + j, signs, at: at + heap.cells.and, inverted: true });
  });
}

/**
 * A row for each two bits of the narrower factor, by its digits −2, −1, 0, 1, 2 in base 4 (Booth, 1951; MacSorley, 1961).
 * A row is 0, a or 2a, complemented where the digit is negative, which is then also added as a one.
 */
function addRecoded(heap: Heap, { a, b, at, sign, shift, name }: Product): void {
  const { to } = heap;
  const digits = recodedRows(b);
  const zero = to.add({ kind: 'const', width: 1, value: 0n });
  const bit = (index: number): Id =>
    index < 0 || (index >= b.width && !b.signed)
      ? zero
      : bitOf(to, { word: b.id, index: Math.min(index, b.width - 1) });
  // The widest row is 2a; a signed one keeps its sign on top.
  const width = a.width + 1;
  const single = to.add({ kind: 'extend', width, signed: a.signed, a: lowBits(to, a.id, a.width) });
  const double = to.add({ kind: 'concat', width, parts: [zero, lowBits(to, a.id, a.width)] });
  for (let j = 0; j < digits; j++) {
    const column = shift + 2 * j;
    if (column >= heap.columns.length) return;
    const label = name && `${name}_row_${j}`;
    const [top, middle, low] = [bit(2 * j + 1), bit(2 * j), bit(2 * j - 1)];
    const one = binary(to, 'xor', middle, low, label && `${label}_once`);
    const two = binary(
      to,
      'and',
      binary(to, 'xor', top, middle),
      not(to, binary(to, 'xor', middle, low)),
      label && `${label}_twice`,
    );
    const word = to.add(
      named(
        {
          kind: 'binary',
          op: 'xor',
          width,
          a: binary(
            to,
            'or',
            binary(to, 'and', single, spread(to, one, width)),
            binary(to, 'and', double, spread(to, two, width)),
          ),
          b: spread(to, top, width),
        },
        label,
      ),
    );
    const late = at + 2 * heap.cells.xor + 2 * heap.cells.and;
    const signs = bitSigns({ id: word, width, signed: a.signed }, sign);
    addRow(heap, { word, shift: column, signs, at: late, inverted: false });
    if (top === zero) continue;
    addRow(heap, { word: top, shift: column, signs: [sign], at, inverted: false });
    // The complement of an unsigned row has ones above it: together they count −2^width.
    if (!a.signed)
      addRow(heap, { word: top, shift: column + width, signs: [-sign as 1 | -1], at, inverted: false });
  }
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
