import { heapOf } from './heap.js';
import type { Bit, Graph } from './graph.js';
import { satisfy } from './solver.js';

/** How hard the equality of two bits is sought. */
export interface Effort {
  /** Conflicts of a search over a part of what lies behind the bits, and over all of it. */
  readonly conflicts: number;
  /** In milliseconds, as `performance.now()` counts them: no search goes on behind it. */
  readonly deadline?: number;
}

/** Whether the time is used up. */
export function isOver({ deadline = Infinity }: Effort): boolean {
  return performance.now() > deadline;
}

export type Equality =
  | { readonly kind: 'equal' }
  /** Values of variables, by node, under which the bits differ; the other variables do not matter. */
  | { readonly kind: 'different'; readonly values: ReadonlyMap<number, boolean> }
  | { readonly kind: 'unknown' };

/** How many nodes a search may look at before it looks at all: most equalities show near the bits. */
const windows = [60, 600];

/**
 * Whether two bits of a graph are equal for all values of its variables. First the nearest nodes behind them are
 * looked at, with everything farther back free: what is equal then is equal for sure.
 */
export function areEqual(graph: Graph, a: Bit, b: Bit, effort: Effort): Equality {
  if (a === b) return { kind: 'equal' };
  if ((a ^ 1) === b) return { kind: 'different', values: new Map() };
  if (isOver(effort)) return { kind: 'unknown' };
  for (const window of [...windows, Infinity]) {
    const cone = coneOf(graph, [a >> 1, b >> 1], window);
    const answer = compare(graph, a, b, cone, effort);
    if (answer.kind === 'equal' || cone.isWhole) return answer;
  }
  return { kind: 'unknown' };
}

interface Cone {
  /** The nodes from the highest number down; those beyond `inner` are free. */
  readonly nodes: readonly number[];
  readonly inner: ReadonlySet<number>;
  /** Whether only variables are free. */
  readonly isWhole: boolean;
}

/** Nodes behind those given, the nearest `most` of them with their operands. */
function coneOf(graph: Graph, roots: readonly number[], most: number): Cone {
  return most === Infinity ? wholeCone(graph, roots) : nearCone(graph, roots, most);
}

function wholeCone(graph: Graph, roots: readonly number[]): Cone {
  const found = new Set<number>(roots);
  const stack = [...found];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node === 0 || graph.isVariable(node)) continue;
    for (const bit of graph.operandsOf(node))
      if (!found.has(bit >> 1)) {
        found.add(bit >> 1);
        stack.push(bit >> 1);
      }
  }
  const nodes = [...found].sort((a, b) => b - a);
  const inner = new Set(nodes.filter((node) => node !== 0 && !graph.isVariable(node)));
  return { nodes, inner, isWhole: true };
}

function nearCone(graph: Graph, roots: readonly number[], most: number): Cone {
  // Nodes are numbered in evaluation order, so going on at the highest number keeps the cut a cut.
  const nodes: number[] = [];
  const inner = new Set<number>();
  const found = new Map<number, number>();
  const score = new Float64Array(2 * most + 4);
  const open = heapOf(score);
  const reach = (node: number): void => {
    if (found.has(node)) return;
    const slot = nodes.length;
    found.set(node, slot);
    nodes.push(node);
    score[slot] = node;
    open.push(slot);
  };
  roots.forEach(reach);
  let isWhole = true;
  while (open.size() > 0) {
    const node = nodes[open.pop()]!;
    if (node === 0 || graph.isVariable(node)) continue;
    if (inner.size >= most) {
      isWhole = false;
      break;
    }
    inner.add(node);
    for (const bit of graph.operandsOf(node)) reach(bit >> 1);
  }
  return { nodes: nodes.sort((a, b) => b - a), inner, isWhole };
}

function compare(graph: Graph, a: Bit, b: Bit, { nodes, inner }: Cone, effort: Effort): Equality {
  const numbers = new Map<number, number>();
  for (let i = nodes.length - 1; i >= 0; i--) numbers.set(nodes[i]!, numbers.size);
  const literal = (bit: Bit): number => 2 * numbers.get(bit >> 1)! + (bit & 1);
  const clauses: number[] = [];
  if (numbers.has(0)) clauses.push(1, 2 * numbers.get(0)! + 1);
  for (const node of inner) {
    const operands = graph.operandsOf(node);
    const [out, x, y] = [2 * numbers.get(node)!, literal(operands[0]), literal(operands[1])];
    clauses.push(2, out ^ 1, x, 2, out ^ 1, y, 3, out, x ^ 1, y ^ 1);
  }
  clauses.push(2, literal(a), literal(b), 2, literal(a) ^ 1, literal(b) ^ 1);
  const answer = satisfy(nodes.length, clauses, effort);
  if (answer.kind === 'unsatisfiable') return { kind: 'equal' };
  if (answer.kind === 'unknown') return answer;
  const values = new Map<number, boolean>();
  for (const node of nodes)
    if (node !== 0 && graph.isVariable(node)) values.set(node, answer.value(numbers.get(node)!));
  return { kind: 'different', values };
}
