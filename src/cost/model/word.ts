import { zero, type Bits, type Elements } from './elements.js';
import { bounds, built, holds, scaled, type Sum, type Term } from './heap.js';

/** A node's word while a module is being taken apart: a sum is built when its bits are asked for. */
export interface Word {
  readonly width: number;
  bits?: Bits;
  readonly sum?: Sum;
  /** Whether one other node alone reads it, so that a sum may become part of another. */
  readonly single: boolean;
  /** Whether it is a sum that was widened by its sign. */
  readonly extended?: boolean;
  /** Fewer bits that say the same: the word before it was widened. */
  readonly narrow?: { readonly bits: Bits; readonly signed: boolean };
}

export function plain(bits: Bits): Word {
  return { width: bits.length, bits, single: false };
}

export function bitsOf(e: Elements, word: Word): Bits {
  word.bits ??= built(e, word.sum!, word.width);
  return word.bits;
}

/**
 * The word as a sum, to be added to another one: its terms where nobody else reads it, or itself as the only term. Yosys looks
 * through a widening by the sign only where both words are widened so.
 */
export function sumOf(e: Elements, word: Word, other: Word): Sum {
  const isJoined = !word.extended || isSignExtended(other);
  if (word.sum && word.single && !word.bits && isJoined) return word.sum;
  const { bits, signed } = word.narrow ?? { bits: bitsOf(e, word), signed: false };
  const value = constantOf(bits, signed);
  if (value !== undefined) return { terms: [], constant: value, low: Number(value), high: Number(value) };
  const term: Term = { ...trimmed(bits, signed), shift: 0, sign: 1 };
  return { terms: [term], constant: 0n, ...bounds(term.bits.length, term.signed) };
}

function isSignExtended({ extended, narrow, bits }: Word): boolean {
  if (extended || narrow?.signed) return true;
  return bits !== undefined && bits.length > 1 && bits.at(-1) === bits.at(-2);
}

/** Without the zeros at the top of an unsigned word and the repeated sign bits of a signed one. */
export function trimmed(bits: Bits, signed: boolean): { readonly bits: Bits; readonly signed: boolean } {
  let length = bits.length;
  if (signed) while (length > 1 && bits[length - 1] === bits[length - 2]) length--;
  if (signed && bits[length - 1] === zero && length > 1) return trimmed(bits.slice(0, length - 1), false);
  if (!signed) while (length > 1 && bits[length - 1] === zero) length--;
  return { bits: length === bits.length ? bits : bits.slice(0, length), signed };
}

/** The number that a word of constant bits stands for. */
function constantOf(bits: Bits, signed: boolean): bigint | undefined {
  let value = 0n;
  for (let i = bits.length - 1; i >= 0; i--) {
    if (bits[i]! > 1) return undefined;
    value = 2n * value + BigInt(bits[i]!);
  }
  return signed ? BigInt.asIntN(bits.length, value) : value;
}

/** The word widened by zeros or its sign; a sum stays one where its number does not change by that. */
export function widened(e: Elements, word: Word, width: number, signed: boolean, single: boolean): Word {
  if (word.sum && word.single && !word.bits && holds(word.sum, word.width, signed))
    return { width, sum: word.sum, single, extended: signed && width > word.width };
  const bits = bitsOf(e, word);
  const narrow = word.narrow?.signed && signed ? word.narrow : { bits, signed };
  const fill = signed ? bits.at(-1)! : zero;
  const more = Array.from({ length: width - bits.length }, () => fill);
  return { width, bits: [...bits, ...more], narrow, single };
}

/** The low bits of a word. */
export function lowest(e: Elements, word: Word, width: number, single: boolean): Word {
  if (word.sum && word.single && !word.bits)
    return { width, sum: { ...word.sum, low: -Infinity, high: Infinity }, single };
  return plain(bitsOf(e, word).slice(0, width));
}

/** The word with zeros below it. */
export function raised(word: Word, shift: number, single: boolean): Word | undefined {
  if (!word.sum || !word.single || word.bits) return undefined;
  return { width: word.width + shift, sum: scaled(word.sum, shift), single };
}
