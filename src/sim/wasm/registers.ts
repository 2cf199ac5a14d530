import type { Id, Module, Node } from '../../ir/index.js';
import { bitsInterval, anything, type Interval } from './interval.js';
import type { Graph, Ref } from './graph.js';
import { limb, limbCount, signForm, topBits, unsignedLimbs, type Limbs } from './word.js';

/**
 * What a register's slots hold above its width: whatever came (`raw`), zeros, or copies of the sign. Fixed before
 * the register's next value is known, so that its readers know what they read.
 */
export type Form = 'raw' | 'zero' | 'sign';

/** The form in which each register's readers want it; `raw` where none of them minds. Others' entries mean nothing. */
export function wantedForms(module: Module): readonly Form[] {
  const forms: Form[] = module.nodes.map(() => 'raw');
  const want = (id: Id | undefined, form: Form): void => {
    if (id !== undefined && forms[id] !== 'sign') forms[id] = form;
  };
  for (const node of module.nodes) wants(node, want);
  return forms;
}

function wants(node: Node, want: (id: Id | undefined, form: Form) => void): void {
  switch (node.kind) {
    case 'extend':
      return want(node.a, node.signed ? 'sign' : 'zero');
    case 'mul':
    case 'compare':
      want(node.a, node.signed ? 'sign' : 'zero');
      return want(node.b, node.signed ? 'sign' : 'zero');
    case 'shift':
      want(node.by, 'zero');
      if (node.op === 'right') want(node.a, node.signed ? 'sign' : 'zero');
      return;
    case 'mux':
      return want(node.when, 'sign');
    case 'concat':
      return node.parts.slice(0, -1).forEach((part) => want(part, 'zero'));
    case 'reduce':
      return want(node.a, node.op === 'xor' ? 'zero' : 'sign');
    case 'read':
      return want(node.address, 'zero');
    case 'write':
      want(node.address, 'zero');
      want(node.data, 'zero');
      return want(node.enable, 'sign');
    case 'reg':
      want(node.enable, 'sign');
      return want(node.reset?.by, 'sign');
    default:
      return;
  }
}

/** What limb `index` of a register of that form can be. */
export function slotRange(width: number, index: number, form: Form): Interval {
  const top = index === limbCount(width) - 1;
  return top && form !== 'raw' ? bitsInterval(topBits(width), form === 'sign') : anything;
}

/** All limbs of a word as a register of that form holds them. */
export function slotLimbs(g: Graph, word: Limbs, form: Form): Ref[] {
  const held = form === 'sign' ? signForm(g, word) : word;
  const zeros = form === 'zero' ? unsignedLimbs(g, word) : undefined;
  return Array.from({ length: limbCount(word.width) }, (_, i) =>
    zeros ? (zeros[i] ?? g.constant(0)) : limb(g, held, i),
  );
}
