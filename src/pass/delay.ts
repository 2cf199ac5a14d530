import { unreachable } from '../base/index.js';
import { operands, type Design, type Module, type Node } from '../ir/index.js';

/**
 * A rough delay of a node in units of a simple gate, for balancing stages: adders as logarithmic carry trees,
 * multipliers as compressor trees with a final adder, wiring for nothing. Technology's own figures come from
 * synthesis.
 */
export function delayOf(node: Node, module: Module, children: ReadonlyMap<string, number>): number {
  const width = (operand: number): number => module.nodes[operands(node)[operand]!]!.width;
  switch (node.kind) {
    case 'input':
    case 'const':
    case 'slice':
    case 'concat':
    case 'extend':
    case 'reg':
    case 'write':
    case 'output':
      return 0;
    case 'not':
      return 0.5;
    case 'binary':
      return node.op === 'add' || node.op === 'sub' ? carry(node.width) : 1;
    case 'mul':
      return 1 + 3.5 * Math.log2(1 + Math.min(width(0), width(1))) + carry(node.width);
    case 'compare':
      return node.op === 'eq' ? 1 + Math.log2(width(0)) : carry(width(0));
    case 'shift':
      return 1.5 * Math.min(width(1), Math.log2(1 + node.width));
    case 'mux':
      return 1.5;
    case 'reduce':
      return Math.log2(1 + width(0));
    case 'read':
      return module.memories[node.memory]!.synchronous
        ? 0
        : 2 * Math.log2(1 + module.memories[node.memory]!.depth);
    case 'instance':
      return children.get(node.module) ?? 0;
    default:
      return unreachable(node);
  }
}

function carry(width: number): number {
  return 2 + 2 * Math.log2(width);
}

/** The longest combinational path of every module, through its instances. */
export function depths(design: Design): Map<string, number> {
  const known = new Map<string, number>();
  for (const module of design.modules) known.set(module.name, depthOf(module, known));
  return known;
}

function depthOf(module: Module, children: ReadonlyMap<string, number>): number {
  const arrival: number[] = [];
  let deepest = 0;
  module.nodes.forEach((node, id) => {
    const from = node.kind === 'reg' || node.kind === 'write' ? [] : operands(node);
    arrival[id] = Math.max(0, ...from.map((operand) => arrival[operand]!)) + delayOf(node, module, children);
    deepest = Math.max(deepest, arrival[id]!);
  });
  return deepest;
}
