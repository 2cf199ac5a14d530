import type { Bits } from './graph.js';
import { accumulate, fits, wordTerms, type Polynomial, type Ranged } from './polynomial.js';

/** A word of a graph whose value is known: congruent modulo 2^width, equal where the bounds fit. */
export interface Known {
  readonly bits: Bits;
  readonly value: Ranged;
}

/** A polynomial that is 0: a word less its value. */
export interface Fact {
  readonly terms: Polynomial;
  /** The nodes of the word's bits that are no part of its value, from the lowest. */
  readonly own: readonly number[];
}

export type Facts = ReadonlyMap<number, readonly Fact[]>;

/**
 * What is known of words whose value fits them, signed or unsigned, by the node of the top bit. Without it, a word with copies
 * of its sign above it could only be taken apart if every carry out of its top were there.
 */
export function factsOf(words: readonly Known[]): Facts {
  const facts = new Map<number, Fact[]>();
  for (const { bits, value } of words)
    for (const signed of [true, false]) {
      if (bits.length < 2 || !fits(value, bits.length, signed)) continue;
      const terms = new Map(wordTerms(bits, signed).terms);
      accumulate(terms, value.terms, -1n);
      const isOwn = (node: number): boolean => terms.has(String(node)) && !value.terms.has(String(node));
      const top = bits.at(-1)! >> 1;
      const own = bits.map((bit) => bit >> 1).filter(isOwn);
      if (own.length < 2 || own.at(-1) !== top) continue;
      facts.set(top, [...(facts.get(top) ?? []), { terms, own }]);
    }
  return facts;
}

/** For the nodes of words whose value is known, that of the top bit. */
export function topsOf(facts: Facts): ReadonlyMap<number, number> {
  const tops = new Map<number, number>();
  for (const [top, list] of facts)
    for (const { own } of list) for (const node of own) if (node !== top) tops.set(node, top);
  return tops;
}

/** How often a fact's word is in a polynomial modulo 2^width, by its top bit and its lowest; 0 where these do not agree. */
export function multipleOf({ terms, own }: Fact, top: number, left: Polynomial, width: number): bigint {
  const low = left.get(String(own[0])) ?? 0n;
  const unit = terms.get(String(own[0]))!;
  if (low % unit !== 0n) return 0n;
  const place = (unit < 0n ? -unit : unit).toString(2).length - 1;
  const factor = BigInt.asIntN(Math.max(1, width - place), low / unit);
  const due = BigInt.asUintN(width, factor * terms.get(String(top))!);
  return due === (left.get(String(top)) ?? 0n) ? factor : 0n;
}
