import { addersIn } from './adder.js';
import { isOver, type Effort } from './equal.js';
import { factsOf, topsOf, type Facts, type Known } from './fact.js';
import { zero, type Bit, type Bits, type Graph } from './graph.js';
import { accumulate, bitTerms, nodesOf, type Ranged } from './polynomial.js';
import { vanishes } from './rewrite.js';
import { counterpart, distinct, knownOf, replaced, replacedAgain, sightOf, type Sight } from './sight.js';
import { coneOf, substitute } from './substitute.js';
import type { Sum, Sums } from './value.js';

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
  const first = sightOf(g, roots, knownOf(others), new Map());
  let now = first;
  let left: readonly Sum[] = distinct(own);
  for (let isFound = true; isFound && !isOver(limited);) {
    const open: Sum[] = [];
    for (const sum of left) {
      const found = isOver(limited) ? undefined : withSum(g, sum, first, now, limited);
      if (!found) open.push(sum);
      else now = found;
    }
    isFound = open.length < left.length;
    left = open;
  }
  return now.roots;
}

/**
 * The sight with a sum's bits in place of a word that is made in another way; undefined where none is found. Trees that share
 * adders are sought as they were at first too: a part that gave way to another sum is missing in them now.
 */
function withSum(g: Graph, sum: Sum, first: Sight, sight: Sight, effort: Effort): Sight | undefined {
  const seen = counterpart(sum, sight);
  if (seen.length === 0) return undefined;
  const now = withLeaves(g, sum, seen, sight, effort);
  const isFound = (word: Bits, within: Sight): boolean =>
    word.length > 0 && isSame(g, sum, word, within, effort);
  const equal = new Map(now.equal);
  const note = (word: Bits): void => {
    word.forEach((bit, i) => equate(equal, bit, sum.bits[i]!));
    signCopies(sum).forEach(([bit, other]) => equate(equal, bit, other));
  };
  const word = now === sight ? seen : counterpart(sum, now);
  if (isFound(word, now)) {
    note(word);
    return replaced(g, now, equal);
  }
  const atFirst = now === first ? [] : counterpart(sum, first);
  if (!isFound(atFirst, first)) return undefined;
  note(atFirst);
  return replacedAgain(g, first, equal);
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
  const equal = new Map(sight.equal);
  pairs.forEach(([bit, leaf], i) => {
    if (made[i] === leaf) equate(equal, bit, leaf);
  });
  return equal.size === sight.equal.size ? sight : replaced(g, sight, equal);
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
