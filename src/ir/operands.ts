import { unreachable } from '../base/index.js';
import type { Id, Node } from './node.js';

/** What a node reads, in a fixed order. The one definition: liveness, depth, printing and checking stand on it. */
export function operands(node: Node): readonly Id[] {
  switch (node.kind) {
    case 'input':
    case 'const':
      return [];
    case 'not':
    case 'slice':
    case 'extend':
    case 'reduce':
      return [node.a];
    case 'binary':
    case 'mul':
    case 'compare':
      return [node.a, node.b];
    case 'shift':
      return [node.a, node.by];
    case 'mux':
      return [node.when, node.yes, node.no];
    case 'concat':
      return node.parts;
    case 'reg':
      return [
        node.next,
        ...(node.enable === undefined ? [] : [node.enable]),
        ...(node.reset ? [node.reset.by] : []),
      ];
    case 'read':
      return [node.address];
    case 'write':
      return [node.address, node.data, node.enable];
    case 'instance':
      return node.inputs;
    case 'output':
      return [node.instance];
    default:
      return unreachable(node);
  }
}

/** The same node reading `to(id)` wherever it read `id`. */
export function withOperands(node: Node, to: (id: Id) => Id): Node {
  switch (node.kind) {
    case 'input':
    case 'const':
      return node;
    case 'not':
    case 'slice':
    case 'extend':
    case 'reduce':
      return { ...node, a: to(node.a) };
    case 'binary':
    case 'mul':
    case 'compare':
      return { ...node, a: to(node.a), b: to(node.b) };
    case 'shift':
      return { ...node, a: to(node.a), by: to(node.by) };
    case 'mux':
      return { ...node, when: to(node.when), yes: to(node.yes), no: to(node.no) };
    case 'concat':
      return { ...node, parts: node.parts.map(to) };
    case 'reg':
      return {
        ...node,
        next: to(node.next),
        ...(node.enable !== undefined && { enable: to(node.enable) }),
        ...(node.reset && { reset: { by: to(node.reset.by), to: node.reset.to } }),
      };
    case 'read':
      return { ...node, address: to(node.address) };
    case 'write':
      return { ...node, address: to(node.address), data: to(node.data), enable: to(node.enable) };
    case 'instance':
      return { ...node, inputs: node.inputs.map(to) };
    case 'output':
      return { ...node, instance: to(node.instance) };
    default:
      return unreachable(node);
  }
}

/** Whether the node's operands take effect at the clock edge only, and so may point forward. */
export function isSequential(node: Node): boolean {
  return node.kind === 'reg' || node.kind === 'write';
}
