import { withOperands } from './operands.js';
import { topOf, type Design, type Memory, type Module } from './module.js';
import type { Id, Instance, Node } from './node.js';

/**
 * The top module with everything it instantiates in place of the instances: one module without `instance` and
 * `output` nodes, in evaluation order. Words and memories of instances are called `instance.name`; an instance
 * without a name is called after its module. Takes time in the size of the result, at any depth of hierarchy.
 *
 * @param design a design that `verifyDesign` finds no fault with
 */
export function flatten(design: Design): Module {
  const top = topOf(design);
  if (!top.nodes.some((node) => node.kind === 'instance')) return top;
  const nodes: Node[] = [];
  const memories: Memory[] = [...top.memories];
  const modules = new Map(design.modules.map((module) => [module.name, module]));
  const root = place(top, '', undefined, 0);
  // An explicit stack, since a hierarchy may be deeper than the call stack.
  const stack = [root];
  for (let here = stack.at(-1); here; here = stack.at(-1)) {
    const node = here.module.nodes[here.position++];
    if (!node) leave(stack, nodes);
    else if (node.kind === 'instance') stack.push(enter(here, node, modules, memories));
    else inline(here, node, nodes);
  }
  const outputs = top.outputs.map((port) => ({ ...port, value: root.ids[port.value]! }));
  return { ...top, nodes, outputs, memories };
}

/** A module that is being inlined: how far it has come, and where its words have gone. */
interface Placement {
  readonly module: Module;
  /** What stands before the names of its words. */
  readonly prefix: string;
  /** The flat ids of the words at its inputs, by name; undefined for the top module. */
  readonly inputs: ReadonlyMap<string, Id> | undefined;
  /** The flat number of its memory 0. */
  readonly firstMemory: number;
  /** Its own id → the flat id. */
  readonly ids: Int32Array;
  /** Flat ids of its nodes whose operands are still its own ids, since they may point forward. */
  readonly forward: Id[];
  /** Instances it has finished: the flat ids of their outputs. */
  readonly instances: Map<Id, Id[]>;
  position: number;
}

function place(
  module: Module,
  prefix: string,
  inputs: ReadonlyMap<string, Id> | undefined,
  firstMemory: number,
): Placement {
  const ids = new Int32Array(module.nodes.length).fill(-1);
  return { module, prefix, inputs, firstMemory, ids, forward: [], instances: new Map(), position: 0 };
}

function enter(
  here: Placement,
  node: Instance,
  modules: ReadonlyMap<string, Module>,
  memories: Memory[],
): Placement {
  const module = modules.get(node.module);
  if (!module) throw new Error(`no module ${node.module}`);
  const prefix = `${here.prefix}${node.name ?? node.module}.`;
  const inputs = new Map(module.inputs.map((port, i) => [port.name, here.ids[node.inputs[i]!]!]));
  const firstMemory = memories.length;
  for (const memory of module.memories) memories.push({ ...memory, name: prefix + memory.name });
  return place(module, prefix, inputs, firstMemory);
}

/** Connects what points forward in the module on top of the stack, and hands its outputs to its parent. */
function leave(stack: Placement[], nodes: Node[]): void {
  const done = stack.pop()!;
  for (const id of done.forward) nodes[id] = withOperands(nodes[id]!, (own) => done.ids[own]!);
  const parent = stack.at(-1);
  if (!parent) return;
  const outputs = done.module.outputs.map((port) => done.ids[port.value]!);
  parent.instances.set(parent.position - 1, outputs);
}

function inline(here: Placement, node: Exclude<Node, Instance>, nodes: Node[]): void {
  const own = here.position - 1;
  if (node.kind === 'output') {
    here.ids[own] = here.instances.get(node.instance)![node.port]!;
  } else if (node.kind === 'input' && here.inputs) {
    const outside = here.inputs.get(node.name);
    if (outside === undefined) throw new Error(`${here.module.name}: no port for its input ${node.name}`);
    here.ids[own] = outside;
  } else {
    here.ids[own] = nodes.length;
    if (node.kind === 'reg' || node.kind === 'write') here.forward.push(nodes.length);
    nodes.push(settled(here, node));
  }
}

/** The node under its flat name and memory, its operands flat unless they may point forward. */
function settled(here: Placement, node: Node): Node {
  const named = node.name === undefined ? node : { ...node, name: here.prefix + node.name };
  const housed =
    named.kind === 'read' || named.kind === 'write'
      ? { ...named, memory: named.memory + here.firstMemory }
      : named;
  const forward = node.kind === 'reg' || node.kind === 'write';
  return forward ? housed : withOperands(housed, (id) => here.ids[id]!);
}
