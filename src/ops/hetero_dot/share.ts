import { priorityQueue } from './queue.js';

/** A word that a sum adds or subtracts. */
export interface Term {
  readonly word: number;
  readonly negative: boolean;
}

/** The word a + b, or a − b. */
export interface Adder {
  readonly a: number;
  readonly b: number;
  readonly subtract: boolean;
}

/** Sums as a graph of adders: the inputs are the words 0 to inputs − 1, and adder k makes word inputs + k. */
export interface SumPlan {
  readonly inputs: number;
  readonly adders: readonly Adder[];
  /** The word of each sum, to be negated where it is negative; undefined for an empty sum. */
  readonly roots: readonly (Term | undefined)[];
}

/**
 * Adders for sums of signed inputs, no input twice in one sum. With `share`, pairs that occur in several sums are
 * added once: the signed pair (x + y or x − y, up to the sign of the whole) that most sums have becomes a word of its
 * own, until no pair is left in two sums. Of equally frequent pairs the one of less depth is taken, then the one
 * of the lower words. What is left of each sum is added in a tree, the words of least depth first.
 *
 * This is the greedy extraction of two-term common subexpressions (Potkonjak, Srivastava, Chandrakasan, IEEE TCAD
 * 15(2), 1996; Hartley, IEEE TCAS-II 43(10), 1996), with signs.
 */
export function planSums(inputs: number, sums: readonly (readonly Term[])[], share: boolean): SumPlan {
  const graph = startGraph(inputs);
  const left = share ? extractPairs(graph, sums) : sums;
  const roots = left.map((terms) => addTree(graph, terms));
  return { inputs, adders: graph.adders, roots };
}

interface Graph {
  readonly adders: Adder[];
  /** How many adders are on the longest way to each word. */
  readonly depths: number[];
  /** Adds an adder and gives its word. */
  add(a: number, b: number, subtract: boolean): number;
}

function startGraph(inputs: number): Graph {
  const adders: Adder[] = [];
  const depths = Array<number>(inputs).fill(0);
  return {
    adders,
    depths,
    add(a, b, subtract) {
      adders.push({ a, b, subtract });
      return depths.push(1 + Math.max(depths[a]!, depths[b]!)) - 1;
    },
  };
}

function addTree(graph: Graph, terms: readonly Term[]): Term | undefined {
  const queue = priorityQueue<Term>(
    (a, b) => graph.depths[a.word]! - graph.depths[b.word]! || a.word - b.word,
  );
  terms.forEach((term) => queue.push(term));
  for (;;) {
    const first = queue.pop();
    const second = queue.pop();
    if (!first || !second) return first;
    queue.push(addPair(graph, first, second));
  }
}

function addPair(graph: Graph, x: Term, y: Term): Term {
  if (x.negative === y.negative) return { word: graph.add(x.word, y.word, false), negative: x.negative };
  const [plus, minus] = x.negative ? [y, x] : [x, y];
  return { word: graph.add(plus.word, minus.word, true), negative: false };
}

/** The sums that have a word, and those that subtract it: bit s of element ⌊s/32⌋ stands for sum s. */
interface Uses {
  readonly plus: Int32Array;
  readonly minus: Int32Array;
}

/** Words a < b, which `count` sums have with the same signs, or with different ones where `opposite`. */
interface Pair {
  readonly a: number;
  readonly b: number;
  readonly opposite: boolean;
  readonly count: number;
  readonly depth: number;
}

function extractPairs(graph: Graph, sums: readonly (readonly Term[])[]): Term[][] {
  const uses = usesOf(graph.depths.length, sums);
  const queue = priorityQueue<Pair>(moreUseful);
  const offer = (a: number, b: number, opposite: boolean): void => {
    const count = members(uses[a]!, uses[b]!, opposite).reduce((sum, set) => sum + ones(set), 0);
    const depth = Math.max(graph.depths[a]!, graph.depths[b]!);
    if (count >= 2) queue.push({ a, b, opposite, count, depth });
  };
  const offerAll = (b: number): void => {
    for (let a = 0; a < b; a++)
      if (isUsed(uses[a]!)) [false, true].forEach((opposite) => offer(a, b, opposite));
  };
  uses.forEach((_, word) => offerAll(word));
  for (let pair = queue.pop(); pair; pair = queue.pop()) {
    const [plus, minus] = members(uses[pair.a]!, uses[pair.b]!, pair.opposite);
    // Sums lose pairs but never gain old ones: a pair that has become rarer waits for its new turn.
    if (ones(plus) + ones(minus) < pair.count) {
      offer(pair.a, pair.b, pair.opposite);
      continue;
    }
    for (const word of [pair.a, pair.b]) take(uses[word]!, plus, minus);
    uses.push({ plus, minus });
    offerAll(graph.add(pair.a, pair.b, pair.opposite));
  }
  return sums.map((_, sum) => uses.flatMap((use, word) => termOf(use, word, sum)));
}

function moreUseful(x: Pair, y: Pair): number {
  return (
    y.count - x.count ||
    x.depth - y.depth ||
    x.b - y.b ||
    x.a - y.a ||
    Number(x.opposite) - Number(y.opposite)
  );
}

function usesOf(words: number, sums: readonly (readonly Term[])[]): Uses[] {
  const size = Math.ceil(sums.length / 32);
  const uses = Array.from({ length: words }, () => ({
    plus: new Int32Array(size),
    minus: new Int32Array(size),
  }));
  sums.forEach((terms, sum) => {
    for (const { word, negative } of terms) {
      const set = negative ? uses[word]!.minus : uses[word]!.plus;
      set[sum >> 5]! |= 1 << (sum & 31);
    }
  });
  return uses;
}

/** The sums that have a and b with like (or opposite) signs: those that add a, and those that subtract it. */
function members(a: Uses, b: Uses, opposite: boolean): [plus: Int32Array, minus: Int32Array] {
  const [plus, minus] = opposite ? [b.minus, b.plus] : [b.plus, b.minus];
  return [a.plus.map((set, i) => set & plus[i]!), a.minus.map((set, i) => set & minus[i]!)];
}

/** Removes a word from the sums that have it in a pair. */
function take(use: Uses, first: Int32Array, second: Int32Array): void {
  for (const set of [use.plus, use.minus])
    set.forEach((bits, i) => (set[i] = bits & ~(first[i]! | second[i]!)));
}

function isUsed({ plus, minus }: Uses): boolean {
  return plus.some((set) => set !== 0) || minus.some((set) => set !== 0);
}

function termOf({ plus, minus }: Uses, word: number, sum: number): Term[] {
  const bit = 1 << (sum & 31);
  if (plus[sum >> 5]! & bit) return [{ word, negative: false }];
  return minus[sum >> 5]! & bit ? [{ word, negative: true }] : [];
}

function ones(set: Int32Array): number {
  let count = 0;
  for (let bits of set) for (; bits !== 0; bits &= bits - 1) count++;
  return count;
}

/** How many adders a plan has, those that negate a sum among them. */
export function adderCount({ adders, roots }: SumPlan): number {
  return adders.length + roots.filter((root) => root?.negative).length;
}
