import { unreachable } from '../base/index.js';
import type { Id, Node, Reg } from './node.js';

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

/** The same node reading `to(id)` wherever it read `id`; the node itself where that changes nothing. */
export function withOperands(node: Node, to: (id: Id) => Id): Node {
  switch (node.kind) {
    case 'input':
    case 'const':
      return node;
    case 'not':
    case 'slice':
    case 'extend':
    case 'reduce': {
      const a = to(node.a);
      return a === node.a ? node : { ...node, a };
    }
    case 'binary':
    case 'mul':
    case 'compare': {
      const [a, b] = [to(node.a), to(node.b)];
      return a === node.a && b === node.b ? node : { ...node, a, b };
    }
    case 'shift': {
      const [a, by] = [to(node.a), to(node.by)];
      return a === node.a && by === node.by ? node : { ...node, a, by };
    }
    case 'mux': {
      const [when, yes, no] = [to(node.when), to(node.yes), to(node.no)];
      const same = when === node.when && yes === node.yes && no === node.no;
      return same ? node : { ...node, when, yes, no };
    }
    case 'concat': {
      const parts = node.parts.map(to);
      return areSame(parts, node.parts) ? node : { ...node, parts };
    }
    case 'reg':
      return regWith(node, to);
    case 'read': {
      const address = to(node.address);
      return address === node.address ? node : { ...node, address };
    }
    case 'write': {
      const [address, data, enable] = [to(node.address), to(node.data), to(node.enable)];
      const same = address === node.address && data === node.data && enable === node.enable;
      return same ? node : { ...node, address, data, enable };
    }
    case 'instance': {
      const inputs = node.inputs.map(to);
      return areSame(inputs, node.inputs) ? node : { ...node, inputs };
    }
    case 'output': {
      const instance = to(node.instance);
      return instance === node.instance ? node : { ...node, instance };
    }
    default:
      return unreachable(node);
  }
}

function regWith(node: Reg, to: (id: Id) => Id): Reg {
  const next = to(node.next);
  const enable = node.enable === undefined ? undefined : to(node.enable);
  const by = node.reset && to(node.reset.by);
  if (next === node.next && enable === node.enable && by === node.reset?.by) return node;
  return {
    ...node,
    next,
    ...(enable !== undefined && { enable }),
    ...(node.reset && by !== undefined && { reset: { by, to: node.reset.to } }),
  };
}

function areSame(a: readonly Id[], b: readonly Id[]): boolean {
  return a.every((id, k) => id === b[k]);
}

/** Whether the node's operands take effect at the clock edge only, and so may point forward. */
export function isSequential(node: Node): boolean {
  return node.kind === 'reg' || node.kind === 'write';
}
