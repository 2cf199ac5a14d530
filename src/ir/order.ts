import { isSequential, operands, withOperands } from './operands.js';
import type { Module } from './module.js';
import type { Id, Node } from './node.js';

/**
 * The module without its wires: what read a wire reads the word bound to it, and the nodes are in evaluation order
 * again. A loop of words through wires without a register in between is a bug of the caller and throws.
 *
 * @param wires node of each wire → the node bound to it, which may be a wire too
 */
export function ordered(module: Module, wires: ReadonlyMap<Id, Id>): Module {
  const meant = (id: Id): Id => {
    let here = id;
    for (let steps = 0; wires.has(here); steps++) {
      here = wires.get(here)!;
      if (here < 0 || steps > wires.size) throw new Error(`${module.name}: a wire is bound to nothing`);
    }
    return here;
  };
  const to = new Int32Array(module.nodes.length).fill(-1);
  const nodes: Node[] = [];
  const open = new Set<Id>();
  // An explicit stack, since a chain of words may be deeper than the call stack.
  for (let root = 0; root < module.nodes.length; root++) {
    const stack = wires.has(root) ? [] : [root];
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      if (to[id]! >= 0) {
        stack.pop();
        continue;
      }
      const node = module.nodes[id]!;
      const missing = isSequential(node)
        ? []
        : operands(node)
            .map(meant)
            .filter((one) => to[one]! < 0);
      if (missing.length === 0) {
        stack.pop();
        open.delete(id);
        to[id] = nodes.length;
        nodes.push(node);
      } else if (open.has(id)) throw new Error(`${module.name}: words ${[...open].join(', ')} form a loop`);
      else {
        open.add(id);
        stack.push(...missing);
      }
    }
  }
  const moved = (id: Id): Id => to[meant(id)]!;
  return {
    ...module,
    nodes: nodes.map((node) => withOperands(node, moved)),
    outputs: module.outputs.map((port) => ({ ...port, value: moved(port.value) })),
  };
}
