import { cutsIn, majorityTables, oddTables, type Cut } from './cut.js';
import type { Bit, Graph } from './graph.js';
import { accumulate, bitTerms, multiplied, nodesOf, type Polynomial } from './polynomial.js';

/** The majority of three bits, those inverted first whose bit is set in `inverted`. */
interface Majority {
  readonly node: number;
  readonly inverted: number;
}

/** What nodes of a graph are made of, as sums where they can be seen as such. */
export interface Adders {
  /**
   * A polynomial of earlier nodes that a node is equal to; or, if only the lowest bit of it counts, congruent to
   * modulo 2.
   */
  replacement(node: number, isTop: boolean): Polynomial;
  /** Greater than that of all nodes in its replacement. */
  rank(node: number): number;
}

/**
 * The adders among the nodes of a cone, which are given in evaluation order.
 *
 * @param tops for bits of words, the word's top bit: what is made of one is ranked higher than the other too
 */
export function addersIn(g: Graph, cone: readonly number[], tops: ReadonlyMap<number, number>): Adders {
  const cuts = cutsIn(g);
  const majorities = new Map<string, Majority>();
  for (const node of cone)
    for (const { leaves, table } of cuts(node)) {
      const inverted = leaves.length === 3 ? majorityTables.indexOf(table) : -1;
      if (inverted >= 0) majorities.set(leaves.join(), { node, inverted });
    }
  const replaced = new Map<number, Polynomial>();
  const ranks = new Map<number, number>();

  function replacementOf(node: number): Polynomial {
    const known = replaced.get(node);
    if (known) return known;
    const made = fullSum(node) ?? halfSum(node) ?? conjunction(g.operandsOf(node));
    replaced.set(node, made);
    return made;
  }

  /** The third output bit: what was added less twice the carry, if something computes that carry. */
  function fullSum(node: number): Polynomial | undefined {
    for (const cut of cuts(node)) {
      const parity = parityOf(cut, 3);
      const carry = parity === undefined ? undefined : majorities.get(cut.leaves.join());
      if (parity === undefined || carry === undefined || carry.node === node) continue;
      const sum = new Map<string, bigint>();
      let flips = parity;
      cut.leaves.forEach((leaf, i) => {
        const inverted = (carry.inverted >> i) & 1;
        flips ^= inverted;
        accumulate(sum, bitTerms(2 * leaf + inverted));
      });
      accumulate(sum, bitTerms(2 * carry.node), -2n);
      return flips ? opposite(sum) : sum;
    }
    return undefined;
  }

  function halfSum(node: number): Polynomial | undefined {
    const cut = cuts(node).find((one) => parityOf(one, 2) !== undefined);
    if (!cut) return undefined;
    const [x, y] = cut.leaves as [number, number];
    const sum = new Map<string, bigint>(bitTerms(2 * x));
    accumulate(sum, bitTerms(2 * y));
    accumulate(sum, conjunction([2 * x, 2 * y]), -2n);
    return parityOf(cut, 2) ? opposite(sum) : sum;
  }

  /** The sum of what an exclusive or is made of, which has the same lowest bit. */
  function lowest(node: number): Polynomial | undefined {
    const cut = cuts(node).find((one) => parityOf(one, 3) !== undefined || parityOf(one, 2) !== undefined);
    if (!cut) return undefined;
    const sum = new Map<string, bigint>();
    for (const leaf of cut.leaves) accumulate(sum, bitTerms(2 * leaf));
    return parityOf(cut, cut.leaves.length as 2 | 3) ? opposite(sum) : sum;
  }

  function rank(root: number): number {
    const stack = [root];
    const begun = new Set<number>();
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      begun.add(node);
      const made = node === 0 || g.isVariable(node) ? new Map() : replacementOf(node);
      const from = [...made.keys()].flatMap(nodesOf);
      const whole = from.flatMap((one) => tops.get(one) ?? []).filter((top) => top !== tops.get(node));
      const waiting = [...from, ...whole].filter((one) => !ranks.has(one) && !begun.has(one));
      if (waiting.length > 0) {
        stack.push(...waiting);
        continue;
      }
      stack.pop();
      const before = [...from, ...whole].map((one) => ranks.get(one) ?? 0);
      ranks.set(node, 1 + before.reduce((a, b) => Math.max(a, b), 0));
    }
    return ranks.get(root)!;
  }

  return {
    replacement: (node, isTop) => (isTop ? lowest(node) : undefined) ?? replacementOf(node),
    rank: (node) => ranks.get(node) ?? rank(node),
  };
}

/** Whether the cut is the sum of so many bits modulo 2 (0), or the opposite (1). */
function parityOf({ leaves, table }: Cut, size: 2 | 3): 0 | 1 | undefined {
  if (leaves.length !== size) return undefined;
  const place = (oddTables[size] as readonly number[]).indexOf(table);
  return place < 0 ? undefined : (place as 0 | 1);
}

function opposite(terms: Polynomial): Polynomial {
  const made = new Map([['', 1n]]);
  accumulate(made, terms, -1n);
  return made;
}

function conjunction([a, b]: readonly [Bit, Bit]): Polynomial {
  return multiplied(bitTerms(a), bitTerms(b), 4)!;
}
