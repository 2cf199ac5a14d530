import type { Graph } from './graph.js';

/** A few nodes that decide a node, in rising order, and the node's function of them: bit i for the i-th assignment. */
export interface Cut {
  readonly leaves: readonly number[];
  readonly table: number;
}

/** Nodes that may decide another one together. */
const mostLeaves = 3;

/** Cuts that are kept of a node. */
const mostCuts = 16;

/** The variables' tables over three leaves. */
const leafTables = [0xaa, 0xcc, 0xf0] as const;

/** The sum of two or three bits, or its opposite. */
export const oddTables = { 2: [0x66, 0x99], 3: [0x96, 0x69] } as const;

/** The tables over three leaves that are the majority of them, with those leaves inverted whose bit is set in the index. */
export const majorityTables: readonly number[] = Array.from({ length: 8 }, (_, inverted) => {
  let table = 0;
  for (let row = 0; row < 8; row++) {
    const ones = [0, 1, 2].filter((leaf) => (((row ^ inverted) >> leaf) & 1) === 1).length;
    if (ones >= 2) table |= 1 << row;
  }
  return table;
});

/** Finds cuts of nodes of a graph; those found are kept. */
export function cutsIn(g: Graph): (node: number) => readonly Cut[] {
  const known = new Map<number, readonly Cut[]>();

  function own(node: number): Cut {
    return { leaves: [node], table: leafTables[0] };
  }

  function make(node: number): readonly Cut[] {
    if (node === 0) return [{ leaves: [], table: 0 }];
    if (g.isVariable(node)) return [own(node)];
    const [a, b] = g.operandsOf(node);
    const found = new Map<string, Cut>();
    for (const x of known.get(a >> 1)!)
      for (const y of known.get(b >> 1)!) {
        const leaves = union(x.leaves, y.leaves);
        if (leaves.length > mostLeaves || found.has(leaves.join())) continue;
        const table = (spread(x, leaves) ^ -(a & 1)) & (spread(y, leaves) ^ -(b & 1)) & 0xff;
        found.set(leaves.join(), { leaves, table });
      }
    const cuts = [...found.values()].filter((cut) => !isDominated(cut, found));
    return [own(node), ...cuts.slice(0, mostCuts)];
  }

  return (root) => {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      const waiting =
        known.has(node) || node === 0 || g.isVariable(node)
          ? []
          : g.operandsOf(node).flatMap((bit) => (known.has(bit >> 1) ? [] : [bit >> 1]));
      if (waiting.length > 0) {
        stack.push(...waiting);
        continue;
      }
      stack.pop();
      if (!known.has(node)) known.set(node, make(node));
    }
    return known.get(root)!;
  };
}

function union(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

/** Whether fewer of its leaves decide the node too. */
function isDominated({ leaves }: Cut, all: ReadonlyMap<string, Cut>): boolean {
  if (leaves.length === 0) return false;
  for (const other of all.values())
    if (other.leaves.length < leaves.length && other.leaves.every((leaf) => leaves.includes(leaf)))
      return true;
  return false;
}

/** The table of a cut over more leaves. */
function spread({ leaves, table }: Cut, over: readonly number[]): number {
  const places = leaves.map((leaf) => over.indexOf(leaf));
  let wide = 0;
  for (let row = 0; row < 8; row++) {
    let narrow = 0;
    places.forEach((place, i) => (narrow |= ((row >> place) & 1) << i));
    if ((table >> narrow) & 1) wide |= 1 << row;
  }
  return wide;
}
