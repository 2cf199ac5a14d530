import type { Bit, Bits, Graph } from './graph.js';

const none: ReadonlyMap<number, Bit> = new Map();

/**
 * The functions of those bits with other bits in place of variables; `to` gives those by the variable's node.
 *
 * @param equal earlier bits that nodes are known to be equal to
 */
export function substitute(
  g: Graph,
  bits: Bits,
  to: (variable: number) => Bit,
  equal: ReadonlyMap<number, Bit> = none,
): Bits {
  const done = new Map<number, Bit>([[0, 0]]);
  for (const node of coneOf(g, bits, equal)) {
    const other = equal.get(node);
    if (other !== undefined) done.set(node, done.get(other >> 1)! ^ (other & 1));
    else if (g.isVariable(node)) done.set(node, to(node));
    else {
      const [a, b] = g.operandsOf(node);
      done.set(node, g.and(done.get(a >> 1)! ^ (a & 1), done.get(b >> 1)! ^ (b & 1)));
    }
  }
  return bits.map((bit) => done.get(bit >> 1)! ^ (bit & 1));
}

/** All nodes behind those bits in evaluation order, without the constant; behind what they are equal to, where that is known. */
export function coneOf(g: Graph, bits: Bits, equal: ReadonlyMap<number, Bit> = none): number[] {
  const found = new Set<number>();
  const stack: number[] = [];
  const reach = (bit: Bit): void => {
    const node = bit >> 1;
    if (node === 0 || found.has(node)) return;
    found.add(node);
    stack.push(node);
  };
  bits.forEach(reach);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const other = equal.get(node);
    if (other !== undefined) reach(other);
    else if (!g.isVariable(node)) g.operandsOf(node).forEach(reach);
  }
  return [...found].sort((a, b) => a - b);
}
