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
 * own, until no pair is left in two sums. Of equally frequent pairs, the one that was found first is taken: those of
 * the inputs before those of sums. What is left of each sum is added in a tree, the words of least depth first.
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
  const depthOf = ({ word }: Term): number => graph.depths[word]!;
  const later = [...terms].sort((x, y) => depthOf(y) - depthOf(x) || y.word - x.word);
  let level: Term[] = [];
  for (let depth = 0; level.length + later.length > 1; depth++) {
    while (later.length > 0 && depthOf(later.at(-1)!) <= depth) level.push(later.pop()!);
    level = addNeighbours(graph, level);
  }
  return level[0] ?? later[0];
}

/** The sums of two neighbours each; the odd one left over comes first, so that it is added next. */
function addNeighbours(graph: Graph, terms: readonly Term[]): Term[] {
  const sums: Term[] = [];
  if (terms.length % 2 === 1) sums.push(terms[0]!);
  for (let k = terms.length % 2; k < terms.length; k += 2)
    sums.push(addPair(graph, terms[k]!, terms[k + 1]!));
  return sums;
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

/** Words a < b, which some sums have with the same signs, or with different ones where `opposite`. */
interface Pair {
  readonly a: number;
  readonly b: number;
  readonly opposite: boolean;
}

function extractPairs(graph: Graph, sums: readonly (readonly Term[])[]): Term[][] {
  const uses = usesOf(graph.depths.length, sums);
  // For each word its best pair with a lower one, by the number of sums that had it when it was found. Sums lose pairs
  // but never gain old ones, and a new word has no pair in more sums than it is in: so one way down meets them all.
  const found = Array.from({ length: sums.length + 1 }, (): Pair[] => []);
  let live = uses.map((_, word) => word);
  const offer = (b: number, limit: number): void => {
    const { pair, count } = bestPair(uses, live, b, limit);
    if (count >= 2) found[count]!.push(pair);
  };
  uses.forEach((_, word) => offer(word, sums.length));
  for (let count = sums.length; count >= 2; count--)
    for (const pair of found[count]!) {
      const { a, b, opposite } = pair;
      if (frequency(uses[a]!, uses[b]!, opposite) === count) {
        uses.push(extract(uses[a]!, uses[b]!, opposite));
        live = live.filter((word) => (word !== a && word !== b) || isUsed(uses[word]!));
        live.push(graph.add(a, b, opposite));
        offer(live.at(-1)!, count);
      }
      offer(b, count);
    }
  return sums.map((_, sum) => uses.flatMap((use, word) => termOf(use, word, sum)));
}

/** The pair of word `b` with a lower one that most sums have, the first of equal ones; and how many: at most `limit`. */
function bestPair(
  uses: readonly Uses[],
  live: readonly number[],
  b: number,
  limit: number,
): { pair: Pair; count: number } {
  let [best, opposite, most] = [0, false, 0];
  const own = uses[b]!;
  for (const a of live) {
    if (a >= b || most >= limit) break;
    const like = frequency(uses[a]!, own, false);
    const unlike = frequency(uses[a]!, own, true);
    if (Math.max(like, unlike) > most) [best, opposite, most] = [a, unlike > like, Math.max(like, unlike)];
  }
  return { pair: { a: best, b, opposite }, count: most };
}

/** How many sums have x and y with the same signs, or with different ones where `opposite`. */
function frequency(x: Uses, y: Uses, opposite: boolean): number {
  const [plus, minus] = opposite ? [y.minus, y.plus] : [y.plus, y.minus];
  let count = 0;
  for (let i = 0; i < plus.length; i++) {
    const both = (x.plus[i]! & plus[i]!) | (x.minus[i]! & minus[i]!);
    if (both !== 0) count += onesOf(both);
  }
  return count;
}

/** Takes a pair out of the sums that have it; gives the uses of the word that stands for it there. */
function extract(x: Uses, y: Uses, opposite: boolean): Uses {
  const [plus, minus] = opposite ? [y.minus, y.plus] : [y.plus, y.minus];
  const own = {
    plus: x.plus.map((set, i) => set & plus[i]!),
    minus: x.minus.map((set, i) => set & minus[i]!),
  };
  for (const set of [x.plus, x.minus, y.plus, y.minus])
    for (let i = 0; i < set.length; i++) set[i]! &= ~(own.plus[i]! | own.minus[i]!);
  return own;
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

function isUsed({ plus, minus }: Uses): boolean {
  return plus.some((set) => set !== 0) || minus.some((set) => set !== 0);
}

function termOf({ plus, minus }: Uses, word: number, sum: number): Term[] {
  const bit = 1 << (sum & 31);
  if (plus[sum >> 5]! & bit) return [{ word, negative: false }];
  return minus[sum >> 5]! & bit ? [{ word, negative: true }] : [];
}

/** How many bits of a 32-bit word are 1. */
function onesOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** How many adders a plan has, those that negate a sum among them. */
export function adderCount({ adders, roots }: SumPlan): number {
  return adders.length + roots.filter((root) => root?.negative).length;
}
