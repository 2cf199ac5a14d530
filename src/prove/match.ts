import { addersIn } from './adder.js';
import { isOver, type Effort } from './equal.js';
import { factsOf, topsOf, type Facts, type Known } from './fact.js';
import { zero, type Bit, type Bits, type Graph } from './graph.js';
import { accumulate, bitTerms, nodesOf, renamed, type Ranged } from './polynomial.js';
import { vanishes } from './rewrite.js';
import { coneOf, substitute } from './substitute.js';
import type { ValueOf } from './value.js';

/** A word of a graph that is congruent to a polynomial modulo 2^width, and equal to it where its bounds fit the word. */
export interface Sum {
  readonly bits: Bits;
  readonly value: ValueOf;
}

/** The sums and products of two machines, in evaluation order. */
export interface Sums {
  readonly own: Sum[];
  /** Those of the machine whose bits are looked at. */
  readonly others: Sum[];
}

/** Fewest bits of a sum that have to look like others of which nothing is known yet. */
const fewestBits = 2;

/** The part of the time that sums may take: what they are not needed for shows by search. */
const share = 0.5;

/**
 * Bits that are equal to `roots`, made as far as possible of the bits of sums: words behind the roots that are a sum's although
 * they are made in another way, as by a tree of adders, give way to it. For every sum, the bits behind the roots that
 * look like its own are taken for a word, and the difference of both is shown to vanish. What was found is put in
 * at once, so that later sums are compared with trees that start from it.
 */
export function matchSums(g: Graph, { own, others }: Sums, roots: Bits, effort: Effort): Bits {
  if (own.length === 0 || roots.length === 0) return roots;
  const started = performance.now();
  const { deadline = Infinity } = effort;
  const limited = { ...effort, deadline: started + share * (deadline - started) };
  let now = sightOf(g, roots, knownOf(others));
  let left: readonly Sum[] = distinct(own);
  for (let isFound = true; isFound && !isOver(limited);) {
    const open: Sum[] = [];
    for (const sum of left) {
      const found = isOver(limited) ? undefined : withSum(g, sum, now, limited);
      if (!found) open.push(sum);
      else now = found;
    }
    isFound = open.length < left.length;
    left = open;
  }
  return now.roots;
}

/** The sight with a sum's bits in place of a word that is made in another way; undefined where none is found. */
function withSum(g: Graph, sum: Sum, sight: Sight, effort: Effort): Sight | undefined {
  const first = counterpart(sum, sight);
  if (first.length === 0) return undefined;
  const now = withLeaves(g, sum, first, sight, effort);
  const word = now === sight ? first : counterpart(sum, now);
  if (word.length === 0 || !isSame(g, sum, word, now, effort)) return undefined;
  const equal = new Map<number, Bit>();
  word.forEach((bit, i) => equate(equal, bit, sum.bits[i]!));
  signCopies(sum).forEach(([bit, other]) => equate(equal, bit, other));
  return replaced(g, now, equal);
}

/** The sight with the bits that a sum starts from in place of those that a search shows to be equal. */
function withLeaves(g: Graph, sum: Sum, word: Bits, sight: Sight, effort: Effort): Sight {
  const behind = behindOf(g, sum, word);
  const leaves = [...(sum.value(cutAt(behind))?.terms.keys() ?? [])].flatMap(nodesOf);
  const missing = [...new Set(leaves)].filter((node) => !behind.has(node));
  const pairs = missing.flatMap((node) => sight.alike(2 * node).map((bit) => [bit, 2 * node] as const));
  if (pairs.length === 0 || isOver(effort)) return sight;
  g.sweep(true);
  const made = substitute(
    g,
    pairs.map(([bit]) => bit),
    (variable) => 2 * variable,
  );
  g.sweep(false);
  const equal = new Map<number, Bit>();
  pairs.forEach(([bit, leaf], i) => {
    if (made[i] === leaf) equate(equal, bit, leaf);
  });
  return equal.size === 0 ? sight : replaced(g, sight, equal);
}

/** The nodes that a word is made of where it is not the sum's own. */
function behindOf(g: Graph, { bits }: Sum, word: Bits): ReadonlySet<number> {
  return new Set(
    coneOf(
      g,
      word.filter((bit, i) => bit !== bits[i]),
    ),
  );
}

/** Tells the words that are made of those nodes. */
function cutAt(nodes: ReadonlySet<number>): (word: Bits) => boolean {
  return (word) => word.length > 1 && word.every((bit) => bit <= 1 || nodes.has(bit >> 1));
}

/** Sums without those of the same bits as an earlier one. */
function distinct(sums: readonly Sum[]): Sum[] {
  return [...new Map(sums.map((sum) => [sum.bits.join(), sum])).values()];
}

function knownOf(sums: readonly Sum[]): Known[] {
  return distinct(sums).flatMap(({ bits, value }) => {
    const polynomial = value();
    return polynomial ? [{ bits, value: polynomial }] : [];
  });
}

/** What matching sees of the graph: it changes with every word that is found. */
interface Sight {
  readonly roots: Bits;
  /** Sums of the roots' own machine. */
  readonly others: readonly Known[];
  readonly added: AddedBy;
  /** Nodes behind the roots that look like a bit, and are none that others are compared with. */
  readonly alike: (bit: Bit) => Bits;
}

function sightOf(g: Graph, roots: Bits, others: readonly Known[]): Sight {
  const made = coneOf(g, roots).filter((node) => !g.isVariable(node) && !g.isKept(node));
  return { roots, others, added: addedBy(others), alike: g.alike(made) };
}

/** The sight with earlier bits in place of nodes. */
function replaced(g: Graph, { roots, others }: Sight, equal: ReadonlyMap<number, Bit>): Sight {
  const from = [...new Set(others.flatMap(({ value }) => [...value.terms.keys()].flatMap(nodesOf)))];
  const bits = [...roots, ...from.map((node) => 2 * node), ...others.flatMap((sum) => sum.bits)];
  const made = substitute(g, bits, (variable) => 2 * variable, equal);
  const now = new Map(from.map((node, i) => [node, made[roots.length + i]!]));
  let at = roots.length + from.length;
  const words = others.map(({ bits, value }) => ({
    bits: made.slice(at, (at += bits.length)),
    value: { ...value, terms: renamed(value.terms, now) },
  }));
  return sightOf(g, made.slice(0, roots.length), words);
}

/**
 * The bits that look like those of a sum, up to the highest that there is; without copies of the top one. Where there is none,
 * the sum's own is taken: there both may be made alike. Of several that look like a bit, one that an adder made
 * together with most of the others is taken, or else the nearest to the next higher one.
 */
function counterpart({ bits }: Sum, { alike, added }: Sight): Bits {
  const choices = bits.map(alike);
  // The sum and how far its bits stand below those that they look like.
  const seats = (bit: Bit, i: number): string[] =>
    (added.get(bit >> 1) ?? []).map(([number, place]) => `${number} ${i - place}`);
  const adder = mostCommon(choices.map((found, i) => found.flatMap((bit) => seats(bit, i))));
  const word: Bit[] = [];
  for (let i = choices.findLastIndex((found) => found.length > 0); i >= 0; i--) {
    const found = choices[i]!.length > 0 ? choices[i]! : [bits[i]!];
    const next = word[0] ?? found.at(-1)!;
    const own = found.find((bit) => seats(bit, i).includes(adder!));
    word.unshift(own ?? found.reduce((a, b) => (Math.abs(b - next) < Math.abs(a - next) ? b : a)));
  }
  while (word.length > 1 && word.at(-1) === word.at(-2)) word.pop();
  return word.filter((bit, i) => bit !== bits[i]).length < fewestBits ? [] : word;
}

/** By node, the sums that it is a bit of, by number, and its place in them. */
type AddedBy = ReadonlyMap<number, readonly (readonly [number: number, place: number])[]>;

function addedBy(sums: readonly Known[]): AddedBy {
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

/**
 * Whether the word is shown to be the sum. The sum is taken apart down to words that the word is made of too, and then, if that
 * does not do, down to what all sums start from.
 */
function isSame(g: Graph, sum: Sum, word: Bits, sight: Sight, effort: Effort): boolean {
  const { bits, value } = sum;
  const [near, far] = [value(cutAt(behindOf(g, sum, word))), value()];
  const facts = factsOf(sight.others);
  const own = (ranged: Ranged | undefined): Known[] => (ranged ? [{ bits, value: ranged }] : []);
  const values = [...new Map([...own(near), ...own(far)].map((one) => [one.value.terms.size, one])).values()];
  return values.some((one) => isValue(g, one.value, word, facts, effort));
}

function isValue(g: Graph, value: Ranged, word: Bits, facts: Facts, effort: Effort): boolean {
  const difference = new Map<string, bigint>();
  accumulate(difference, value.terms, -1n);
  word.forEach((bit, i) => accumulate(difference, bitTerms(bit), 1n << BigInt(i)));
  const stops = new Set([...value.terms.keys()].flatMap(nodesOf));
  const adders = addersIn(g, coneOf(g, word), topsOf(facts));
  return vanishes({ g, adders, stops, facts }, difference, word.length, effort);
}

/** Pairs of a sum's top bits that are equal by the bounds of its value: copies of its sign, or zeros. */
function signCopies({ bits, value }: Sum): (readonly [Bit, Bit])[] {
  const range = value();
  if (!range) return [];
  const { least, greatest } = range;
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
