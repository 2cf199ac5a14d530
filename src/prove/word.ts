import { one, zero, type Bit, type Bits, type Graph } from './graph.js';

/** Arithmetic on words of bits. Every bit of a sum or product depends on operand bits up to its own place only. */

export function not(a: Bit): Bit {
  return a ^ 1;
}

export function or(g: Graph, a: Bit, b: Bit): Bit {
  return g.and(a ^ 1, b ^ 1) ^ 1;
}

export function xor(g: Graph, a: Bit, b: Bit): Bit {
  // The signs are taken out first, so that all four cases share their nodes.
  const sign = (a & 1) ^ (b & 1);
  const [x, y] = [a & ~1, b & ~1];
  return (g.and(g.and(x, y) ^ 1, g.and(x ^ 1, y ^ 1) ^ 1) ^ sign) as Bit;
}

export function mux(g: Graph, when: Bit, yes: Bit, no: Bit): Bit {
  if (yes === no) return yes;
  if (yes === (no ^ 1)) return xor(g, when, no);
  return or(g, g.and(when, yes), g.and(when ^ 1, no));
}

export function muxWord(g: Graph, when: Bit, yes: Bits, no: Bits): Bits {
  return yes.map((bit, i) => mux(g, when, bit, no[i]!));
}

export function constant(value: bigint, width: number): Bits {
  return Array.from({ length: width }, (_, i) => Number((value >> BigInt(i)) & 1n));
}

/** The word cut or widened to `width` bits. */
export function extend(a: Bits, width: number, signed: boolean): Bits {
  const fill = signed ? a.at(-1)! : zero;
  return Array.from({ length: width }, (_, i) => a[i] ?? fill);
}

/** The sum with a carry in, and the carry out of the top. */
export function add(g: Graph, a: Bits, b: Bits, carryIn: Bit): { readonly sum: Bits; readonly carry: Bit } {
  let carry = carryIn;
  const sum = a.map((x, i) => {
    const y = b[i]!;
    const odd = xor(g, x, y);
    const bit = xor(g, odd, carry);
    carry = or(g, g.and(x, y), g.and(odd, carry));
    return bit;
  });
  return { sum, carry };
}

export function subtract(g: Graph, a: Bits, b: Bits): Bits {
  return add(g, a, b.map(not), one).sum;
}

export function less(g: Graph, a: Bits, b: Bits, signed: boolean): Bit {
  const [x, y] = signed ? [flipTop(a), flipTop(b)] : [a, b];
  return not(add(g, x, y.map(not), one).carry);
}

function flipTop(a: Bits): Bits {
  return [...a.slice(0, -1), not(a.at(-1)!)];
}

/** All bits combined; an `and` of none is 1. */
export function all(g: Graph, bits: Bits): Bit {
  return tree(bits, (a, b) => g.and(a, b), one);
}

export function any(g: Graph, bits: Bits): Bit {
  return not(all(g, bits.map(not)));
}

export function odd(g: Graph, bits: Bits): Bit {
  return tree(bits, (a, b) => xor(g, a, b), zero);
}

function tree(bits: Bits, join: (a: Bit, b: Bit) => Bit, none: Bit): Bit {
  if (bits.length === 0) return none;
  let row = [...bits];
  while (row.length > 1) {
    const next: Bit[] = [];
    for (let i = 0; i < row.length; i += 2)
      next.push(i + 1 < row.length ? join(row[i]!, row[i + 1]!) : row[i]!);
    row = next;
  }
  return row[0]!;
}

export function equal(g: Graph, a: Bits, b: Bits): Bit {
  return all(
    g,
    a.map((bit, i) => not(xor(g, bit, b[i]!))),
  );
}

/** `a` shifted by the unsigned number `by`; what comes in is zeros, or from the left copies of the sign. */
export function shift(g: Graph, a: Bits, by: Bits, toLeft: boolean, signed: boolean): Bits {
  const fill = signed && !toLeft ? a.at(-1)! : zero;
  const ranks = Math.ceil(Math.log2(a.length + 1));
  let word = a;
  for (let rank = 0; rank < Math.min(ranks, by.length); rank++) {
    const distance = 2 ** rank * (toLeft ? -1 : 1);
    const moved = word.map((_, i) => word[i + distance] ?? fill);
    word = muxWord(g, by[rank]!, moved, word);
  }
  const beyond = any(g, by.slice(ranks));
  return word.map((bit) => mux(g, beyond, fill, bit));
}

/**
 * The low `width` bits of the product. Both factors are read as signed or both as unsigned; bits that are copies of
 * a sign are not multiplied, and what lies above the product's own width is its sign.
 */
export function multiply(g: Graph, a: Bits, b: Bits, signed: boolean, width: number): Bits {
  const x = shortest(extend(a, width, signed));
  const y = shortest(extend(b, width, signed));
  const isSigned = x.signed || y.signed;
  const own = Math.max(1, x.size + y.size);
  const needed = Math.min(width, own);
  const [rows, columns] = comesBefore(x.bits, y.bits) ? [x, y] : [y, x];
  let sum = constant(0n, needed);
  const column = extend(columns.bits, needed, true);
  const row = extend(rows.bits, needed, true);
  for (let j = 0; j < needed; j++) {
    if (row[j] === zero) continue;
    const product = column.map((_, i) => (i < j ? zero : g.and(column[i - j]!, row[j]!)));
    sum = [...sum.slice(0, j), ...add(g, sum.slice(j), product.slice(j), zero).sum];
  }
  return extend(sum, width, isSigned);
}

/** A word without the copies of its sign; `size` does not count the sign of a number that is never negative. */
function shortest(a: Bits): { readonly bits: Bits; readonly size: number; readonly signed: boolean } {
  let length = a.length;
  while (length > 1 && a[length - 1] === a[length - 2]) length--;
  const bits = a.slice(0, length);
  const signed = bits.at(-1) !== zero;
  return { bits, size: signed ? length : length - 1, signed };
}

/** An order of words that stays when both are cut: constants first, else by the lowest bits that differ. */
function comesBefore(a: Bits, b: Bits): boolean {
  const [x, y] = [a.every((bit) => bit <= 1), b.every((bit) => bit <= 1)];
  if (x !== y) return x;
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! < b[i]!;
  return a.length <= b.length;
}
