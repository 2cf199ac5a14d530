import type { Id, Module, Node, Reg } from '../ir/index.js';
import { perModule } from './pass.js';

/** Turns a register that selects between a new word and its own into one with an enable. */
export const enable = perModule('enable', 'finds the enables of registers that hold their word', findEnables);

function findEnables(module: Module): Module {
  const nodes: Node[] = [...module.nodes];
  module.nodes.forEach((node, id) => {
    if (node.kind === 'reg') nodes[id] = enabled(node, id, nodes);
  });
  return { ...module, nodes };
}

function enabled(reg: Reg, id: Id, nodes: Node[]): Reg {
  const next = nodes[reg.next]!;
  if (reg.enable !== undefined || next.kind !== 'mux' || next.no !== id) return reg;
  return { ...reg, next: next.yes, enable: next.when };
}
