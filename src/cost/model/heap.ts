import { adder, inverted, prefixAdder } from './adder.js';
import { one, zero, type Bits, type Elements, type Literal } from './elements.js';

/** `sign · 2^shift ·` a word, or the product of two; the bits are a number read as `signed` says. */
export interface Term {
  readonly bits: Bits;
  readonly by?: Bits | undefined;
  readonly signed: boolean;
  readonly shift: number;
  readonly sign: 1 | -1;
}

/**
 * A word that is a sum and not built yet, as it may become part of a wider one. The number that it stands for lies
 * between `low` and `high`; its word is that number modulo 2^width.
 */
export interface Sum {
  readonly terms: readonly Term[];
  readonly constant: bigint;
  readonly low: number;
  readonly high: number;
}

/** The least and the greatest number of a word of `width` bits. */
export function bounds(width: number, isSigned: boolean): { readonly low: number; readonly high: number } {
  return isSigned
    ? { low: -(2 ** (width - 1)), high: 2 ** (width - 1) - 1 }
    : { low: 0, high: 2 ** width - 1 };
}

/** Whether the sum's number is what a word of `width` bits is, read as signed or unsigned. */
export function holds({ low, high }: Sum, width: number, isSigned: boolean): boolean {
  const limits = bounds(width, isSigned);
  return low >= limits.low && high <= limits.high;
}

export function added(a: Sum, b: Sum, sign: 1 | -1): Sum {
  const [low, high] = sign === 1 ? [a.low + b.low, a.high + b.high] : [a.low - b.high, a.high - b.low];
  const other =
    sign === 1 ? b.terms : b.terms.map((term) => ({ ...term, sign: term.sign === 1 ? -1 : 1 }) as Term);
  return {
    terms: [...a.terms, ...other],
    constant: a.constant + BigInt(sign) * b.constant,
    low,
    high,
  };
}

export function scaled(sum: Sum, shift: number): Sum {
  return {
    terms: sum.terms.map((term) => ({ ...term, shift: term.shift + shift })),
    constant: sum.constant << BigInt(shift),
    low: sum.low * 2 ** shift,
    high: sum.high * 2 ** shift,
  };
}

/**
 * The bits of a sum: rows of product bits, carry-save adders by threes, and one adder at the end, in the order in which
 * Yosys does it. Two words alone go to the adder at once.
 */
export function built(e: Elements, { terms, constant }: Sum, width: number): Bits {
  const [first, second] = terms;
  const plain = terms.every((term) => term.by === undefined);
  if (constant === 0n && plain && terms.length === 1 && first!.sign === 1) return placed(first!, width);
  if (constant === 0n && plain && terms.length === 2 && first!.sign + second!.sign >= 0) {
    const [a, b] = first!.sign === 1 ? [first!, second!] : [second!, first!];
    return adder(e, placed(a, width), signedRow(b, width), b.sign === 1 ? zero : one).sum;
  }
  if (plain && terms.length === 1 && first!.sign === 1)
    return adder(e, placed(first!, width), constantBits(constant, width)).sum;
  const heap: Heap = { e, width, words: emptyColumns(width), products: emptyColumns(width), constant };
  for (const term of terms) addTerm(heap, term);
  const ones = constantBits(heap.constant, width);
  const columns = heap.words.map((bits, i) => [
    ...(ones[i] === one ? [one] : []),
    ...bits,
    ...heap.products[i]!,
  ]);
  return compressed(e, columns);
}

/** Bits to be added, by column; those of products come last, as they do in Yosys. */
interface Heap {
  readonly e: Elements;
  readonly width: number;
  readonly words: readonly Literal[][];
  readonly products: readonly Literal[][];
  constant: bigint;
}

function emptyColumns(width: number): Literal[][] {
  return Array.from({ length: width }, () => []);
}

function constantBits(value: bigint, width: number): Bits {
  const word = BigInt.asUintN(width, value);
  const low = Array.from(word.toString(2), Number).reverse();
  return Array.from({ length: width }, (_, i) => low[i] ?? zero);
}

/** A word's bits in its places, widened to `width`. */
function placed({ bits, signed, shift }: Term, width: number): Literal[] {
  const fill = signed ? bits.at(-1)! : zero;
  return Array.from({ length: width }, (_, i) => (i < shift ? zero : (bits[i - shift] ?? fill)));
}

function signedRow(term: Term, width: number): Bits {
  const row = placed(term, width);
  return term.sign === 1 ? row : inverted(row);
}

function addTerm(heap: Heap, term: Term): void {
  const { bits, by, signed, shift } = term;
  if (by === undefined) return addWord(heap, term);
  if (signed && bits.length > 1 && by.length > 1) return addSignedProduct(heap, term, bits, by);
  if (signed) return addByBit(heap, term, bits, by);
  addRows(heap, bits, by, shift, term.sign);
}

/** A word's bits; if it is subtracted, its complement and a one. */
function addWord(heap: Heap, term: Term): void {
  if (term.sign === -1) heap.constant += 1n;
  signedRow(term, heap.width).forEach((bit, i) => {
    if (bit === one) heap.constant += 1n << BigInt(i);
    else if (bit !== zero) heap.words[i]!.push(bit);
  });
}

/** A signed word times a signed bit, which counts −1. */
function addByBit(heap: Heap, { shift, sign }: Term, bits: Bits, by: Bits): void {
  const [word, [bit]] = bits.length > 1 ? [bits, by] : [by, bits];
  const row = word.map((x) => heap.e.and(x, bit!));
  addWord(heap, { bits: row, signed: true, shift, sign: sign === 1 ? -1 : 1 });
}

/** Rows of product bits. Each takes up all columns, as the places above and below it are found to be zero only later. */
function addRows(heap: Heap, a: Bits, b: Bits, shift: number, sign: 1 | -1): void {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  short.forEach((bit, k) => {
    const row = long.map((x) => heap.e.and(x, bit));
    const given = { bits: row, signed: false, shift: shift + k, sign };
    if (sign === -1) heap.constant += 1n;
    signedRow(given, heap.width).forEach((x, i) => heap.products[i]!.push(x));
  });
}

/** A signed product by unsigned rows, with the rows of the sign bits complemented (Baugh and Wooley, 1973). */
function addSignedProduct(heap: Heap, { shift, sign }: Term, bits: Bits, by: Bits): void {
  const [m, n] = [bits.length - 1, by.length - 1];
  const { e } = heap;
  const word = (row: Bits, at: number): void =>
    addWord(heap, { bits: row, signed: false, shift: shift + at, sign });
  const [a, s] = [bits.slice(0, m), bits[m]!];
  const [b, t] = [by.slice(0, n), by[n]!];
  addRows(heap, a, b, shift, sign);
  word([e.and(s, t)], m + n);
  word(
    b.map((x) => e.and(x, s) ^ 1),
    m,
  );
  word(
    a.map((x) => e.and(x, t) ^ 1),
    n,
  );
  const [M, N, at] = [BigInt(m), BigInt(n), BigInt(shift)];
  const rest = -(((1n << M) - 1n) << N) - (((1n << N) - 1n) << M);
  heap.constant += BigInt(sign) * (rest << at);
}

/**
 * Columns as rows, the first bit of each column in the first row, until all are taken; and bits of low columns that are
 * fed to the carry inputs of the lowest adders, of which each row beyond the second has one.
 */
function rowsOf(columns: readonly Literal[][]): { readonly rows: Literal[][]; readonly extra: Literal[] } {
  const next = columns.map(() => 0);
  const rows: Literal[][] = [];
  const extra: Literal[] = [];
  while (columns.some((column, i) => next[i]! < column.length)) {
    rows.push(columns.map((column, i) => column[next[i]!++] ?? zero));
    let free = rows.length - 2 - extra.length;
    for (let i = 0; i < columns.length && 2 ** i <= free; i++)
      while (next[i]! < columns[i]!.length && 2 ** i <= free) {
        const bit = columns[i]![next[i]!++]!;
        for (let k = 0; k < 2 ** i; k++, free--) extra.push(bit);
      }
  }
  return { rows, extra };
}

function compressed(e: Elements, columns: readonly Literal[][]): Bits {
  const { rows: first, extra } = rowsOf(columns);
  let rows = first;
  while (rows.length > 2) {
    const next: Literal[][] = [];
    let i = 0;
    for (; i + 2 < rows.length; i += 3)
      next.push(...carrySave(e, [rows[i]!, rows[i + 1]!, rows[i + 2]!], extra.pop() ?? zero));
    rows = [...next, ...rows.slice(i)];
  }
  const [a, b] = rows;
  if (!a) return columns.map(() => zero);
  // Constants in these rows are found only after the adder is made.
  return b ? prefixAdder(e, a, b).sum : a;
}

function carrySave(e: Elements, [a, b, c]: readonly [Bits, Bits, Bits], low: Literal): Literal[][] {
  const sum = a.map((bit, i) => e.xor(e.xor(bit, b[i]!), c[i]!));
  const carries = a.slice(0, -1).map((bit, i) => e.carry(bit, b[i]!, c[i]!));
  return [sum, [low, ...carries]];
}
