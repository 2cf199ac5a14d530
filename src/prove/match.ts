import { addersIn } from './adder.js';
import { isOver, type Effort } from './equal.js';
import { factsOf, topsOf, type Facts } from './fact.js';
import { zero, type Bit, type Bits, type Graph } from './graph.js';
import { accumulate, bitTerms, nodesOf, type Ranged } from './polynomial.js';
import { vanishes } from './rewrite.js';
import { coneOf } from './substitute.js';

/** A word of a graph that is congruent to a polynomial modulo 2^width, and equal to it where its bounds fit the word. */
export interface Sum {
  readonly bits: Bits;
  readonly value: Ranged;
}

/** The sums and products of two machines. */
export interface Sums {
  readonly own: Sum[];
  /** Those of the machine whose bits are looked at. */
  readonly others: Sum[];
}

/** Fewest bits of a sum that have to look like others of which nothing is known yet. */
const fewestBits = 2;

/**
 * Bits that are equal to a sum's although they are made in another way, as by a tree of adders: what such a node is equal to, by
 * node. For every sum, the bits behind `roots` that look like its own are taken for a word, and the difference of both is
 * shown to vanish.
 */
export function matchSums(
  g: Graph,
  { own: sums, others }: Sums,
  roots: Bits,
  effort: Effort,
): Map<number, Bit> {
  const equal = new Map<number, Bit>();
  if (sums.length === 0) return equal;
  let known: readonly Sum[] = [...sums, ...others];
  const added = addedBy(others);
  let left: readonly Sum[] = sums.toReversed();
  for (let found = true; found && !isOver(effort);) {
    found = false;
    const again: Sum[] = [];
    for (const sum of left) {
      // What only a word is made of that was found need not be looked at any more.
      const word = counterpart(sum, othersAlike(g, roots, equal), added, equal);
      if (word.length === 0 || isOver(effort)) continue;
      if (isSame(g, sum, word, factsOf(known), effort)) {
        word.forEach((bit, i) => equate(equal, bit, sum.bits[i]!));
        signCopies(sum).forEach(([bit, other]) => equate(equal, bit, other));
        known = [...known, { bits: word, value: sum.value }];
        found = true;
      }
      again.push(sum);
    }
    left = again;
  }
  return equal;
}

/** Finds what looks like a bit among the nodes behind `roots` that others are not compared with. */
function othersAlike(g: Graph, roots: Bits, equal: ReadonlyMap<number, Bit>): (bit: Bit) => Bits {
  return g.alike(coneOf(g, roots, equal).filter((node) => !g.isVariable(node) && !g.isKept(node)));
}

/**
 * The bits that look like those of a sum, up to the highest that there is; without copies of the top one. Where there is none,
 * the sum's own is taken: there both may be made alike. Of several that look like a bit, one that an adder made
 * together with most of the others is taken, or else the nearest to the next higher one.
 */
function counterpart(
  { bits }: Sum,
  alike: (bit: Bit) => Bits,
  added: AddedBy,
  equal: ReadonlyMap<number, Bit>,
): Bits {
  const choices = bits.map(alike);
  const isOpen = (bit: Bit): boolean => !equal.has(bit >> 1);
  // The sum and how far its bits stand below those that they look like.
  const seats = (bit: Bit, i: number): string[] =>
    (added.get(bit >> 1) ?? []).map(([number, place]) => `${number} ${i - place}`);
  const adder = mostCommon(choices.map((found, i) => found.filter(isOpen).flatMap((bit) => seats(bit, i))));
  const word: Bit[] = [];
  for (let i = choices.findLastIndex((found) => found.length > 0); i >= 0; i--) {
    const found = choices[i]!.length > 0 ? choices[i]! : [bits[i]!];
    const next = word[0] ?? found.at(-1)!;
    const own = found.find((bit) => seats(bit, i).includes(adder!));
    word.unshift(own ?? found.reduce((a, b) => (Math.abs(b - next) < Math.abs(a - next) ? b : a)));
  }
  while (word.length > 1 && word.at(-1) === word.at(-2)) word.pop();
  return word.filter((bit, i) => bit !== bits[i] && isOpen(bit)).length < fewestBits ? [] : word;
}

/** By node, the sums that it is a bit of, by number, and its place in them. */
type AddedBy = ReadonlyMap<number, readonly (readonly [number: number, place: number])[]>;

function addedBy(sums: readonly Sum[]): AddedBy {
  const places = new Map<number, (readonly [number, number])[]>();
  sums.forEach(({ bits }, number) =>
    bits.forEach((bit, place) => {
      const known = places.get(bit >> 1);
      if (known) known.push([number, place]);
      else places.set(bit >> 1, [[number, place]]);
    }),
  );
  return places;
}

/** The text that is in the most of those lists. */
function mostCommon(lists: readonly (readonly string[])[]): string | undefined {
  const counts = new Map<string, number>();
  for (const list of lists) for (const one of new Set(list)) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].reduce<[string | undefined, number]>((a, b) => (b[1] > a[1] ? b : a), [undefined, 0])[0];
}

function isSame(g: Graph, { value }: Sum, word: Bits, facts: Facts, effort: Effort): boolean {
  const difference = new Map<string, bigint>();
  accumulate(difference, value.terms, -1n);
  word.forEach((bit, i) => accumulate(difference, bitTerms(bit), 1n << BigInt(i)));
  const stops = new Set([...value.terms.keys()].flatMap(nodesOf));
  const adders = addersIn(g, coneOf(g, word), topsOf(facts));
  return vanishes({ g, adders, stops, facts }, difference, word.length, effort);
}

/** Pairs of a sum's top bits that are equal by the bounds of its value: copies of its sign, or zeros. */
function signCopies({ bits, value: { least, greatest } }: Sum): (readonly [Bit, Bit])[] {
  const size = (number: bigint): number => (number < 0n ? ~number : number).toString(2).length;
  const length = Math.max(least === 0n ? 0 : size(least), greatest === 0n ? 0 : size(greatest));
  if (length >= bits.length) return [];
  const sign = least < 0n ? bits[length]! : zero;
  return bits.slice(least < 0n ? length + 1 : length).map((bit) => [bit, sign] as const);
}

/** Notes that a bit is equal to an earlier one. */
function equate(equal: Map<number, Bit>, bit: Bit, to: Bit): void {
  if (bit >> 1 > to >> 1) equal.set(bit >> 1, to ^ (bit & 1));
}
