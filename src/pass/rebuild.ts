import { isSequential, withOperands, type Id, type Module, type Node } from '../ir/index.js';

/** A module being made anew from another one. */
export interface Rebuilding {
  /** Adds a node that reads new ids. */
  add(node: Node): Id;
  /** The new node of that id. */
  node(id: Id): Node;
  /** The new node that stands for an old one, which must have come before. */
  moved(old: Id): Id;
}

/**
 * The module made anew, node by node in order. `visit` gets a node that already reads new ids and says which new
 * node stands for it: by default, itself. Registers and memory writes keep their place and are connected at the
 * end, as their operands may come later.
 */
export function rebuild(module: Module, visit: (node: Node, to: Rebuilding, old: Id) => Id): Module {
  const nodes: Node[] = [];
  const where: Id[] = [];
  const later: { readonly at: Id; readonly old: Node }[] = [];
  const to: Rebuilding = {
    add: (node) => nodes.push(node) - 1,
    node: (id) => nodes[id]!,
    moved: (id) => where[id]!,
  };
  const { moved } = to;
  module.nodes.forEach((old, id) => {
    if (isSequential(old)) {
      where[id] = to.add(old);
      later.push({ at: where[id]!, old });
    } else where[id] = visit(withOperands(old, moved), to, id);
    keepName(nodes, where[id]!, old);
  });
  for (const { at, old } of later) nodes[at] = withOperands(old, moved);
  return { ...module, nodes, outputs: module.outputs.map((port) => ({ ...port, value: moved(port.value) })) };
}

/** What stands for a named node takes its name, unless it has one or is a port. */
function keepName(nodes: Node[], id: Id, old: Node): void {
  const node = nodes[id]!;
  if (old.name === undefined || node.name !== undefined || node.kind === 'const') return;
  nodes[id] = { ...node, name: old.name };
}

/** How often each node is read: by other nodes and by output ports. */
export function useCounts(module: Module, operandsOf: (node: Node) => readonly Id[]): number[] {
  const counts = new Array<number>(module.nodes.length).fill(0);
  for (const node of module.nodes) for (const id of operandsOf(node)) counts[id]!++;
  for (const port of module.outputs) counts[port.value]!++;
  return counts;
}
