import { operands, type Module, type Node } from '../../ir/index.js';

/** Whether a node only picks, joins or widens bits, and so costs nothing wherever it is repeated. */
export function isWiring(node: Node): boolean {
  return node.kind === 'slice' || node.kind === 'concat' || node.kind === 'extend';
}

/** How many nodes that compute, and ports, read each node, whether directly or through wiring. */
export function readerCounts(module: Module): number[] {
  const counts = new Array<number>(module.nodes.length).fill(0);
  for (const port of module.outputs) counts[port.value]!++;
  for (let id = module.nodes.length - 1; id >= 0; id--) {
    const node = module.nodes[id]!;
    for (const operand of operands(node)) counts[operand]! += isWiring(node) ? counts[id]! : 1;
  }
  return counts;
}
