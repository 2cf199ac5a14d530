import { unreachable } from '../../base/index.js';
import { resetName, type Id, type Module, type Node } from '../../ir/index.js';
import { binaryWord, chosen, notWord, product, reduced } from './arithmetic.js';
import { equalWords, lessWords } from './compare.js';
import { findCutLoads } from './cuts.js';
import { graph, type Graph, type Ref } from './graph.js';
import { findInnerProducts } from './inner.js';
import { bitsInterval } from './interval.js';
import { memoryLayout, portLayout, type MemoryLayout, type PortLayout } from './layout.js';
import { readOffset, writeOffset } from './memories.js';
import { slotLimbs, slotRange, wantedForms, type Form } from './registers.js';
import { concatenation, extended, shifted, sliced, whole } from './shifts.js';
import type { Effect, Program, Setting } from './program.js';
import { constantWord, limbCount, maskOf, topBits, type Limbs, type Word } from './word.js';

/** What the lowering of a module needs at hand. */
interface Context {
  readonly g: Graph;
  readonly module: Module;
  readonly setting: Setting;
  readonly inputs: readonly PortLayout[];
  readonly memories: readonly MemoryLayout[];
  readonly forms: readonly Form[];
  readonly words: (Word | undefined)[];
  /** What each slot of the state holds at power-up. */
  readonly powerUp: number[];
}

/** Translates a flat module into vectors. */
export function lower(module: Module, setting: Setting): Program {
  const written = new Set(module.nodes.flatMap((node) => (node.kind === 'write' ? [node.memory] : [])));
  const context: Context = {
    g: graph(),
    module,
    setting,
    inputs: module.inputs
      .filter((port) => setting.drivenReset || port.name !== resetName)
      .map((port) => portLayout(port, setting.broadcast.has(port.name))),
    memories: module.memories.map((memory, index) => memoryLayout(memory, !written.has(index))),
    forms: wantedForms(module),
    words: [],
    powerUp: [],
  };
  const { g, inputs, memories, powerUp } = context;
  for (const node of module.nodes) context.words.push(translate(context, node, context.words.length));
  const outputs = module.outputs.map((port) => portLayout(port, false));
  const stores = outputs.flatMap((layout, port) => outputStores(context, layout, port));
  const nexts = nextSlots(context);
  const writes = module.nodes.flatMap((node) => (node.kind === 'write' ? [write(context, node)] : []));
  const slotLanes = powerUp.map(() => 32 as const);
  const program = { graph: g, inputs, outputs, memories, powerUp, slotLanes, stores, nexts, writes };
  return findInnerProducts(findCutLoads(program));
}

function translate(context: Context, node: Node, id: Id): Word | undefined {
  const { g, words } = context;
  const word = (operand: Id): Limbs => whole(g, words[operand]!);
  switch (node.kind) {
    case 'input':
      return inputWord(context, node.name);
    case 'const':
      return constantWord(g, node.value, node.width);
    case 'not':
      return notWord(g, word(node.a));
    case 'binary':
      return binaryWord(g, node.op, word(node.a), word(node.b));
    case 'mul':
      return product(g, word(node.a), word(node.b), node.signed);
    case 'compare':
      return node.op === 'eq'
        ? equalWords(g, word(node.a), word(node.b))
        : lessWords(g, word(node.a), word(node.b), node.signed);
    case 'shift':
      return shifted(g, word(node.a), word(node.by), node.op === 'left', node.signed);
    case 'mux':
      return chosen(g, word(node.when), word(node.yes), word(node.no));
    case 'slice':
      return sliced(g, words[node.a]!, node.low, node.width);
    case 'concat':
      return concatenation(node.parts.map((part) => words[part]!));
    case 'extend':
      return extended(g, word(node.a), node.width, node.signed);
    case 'reduce':
      return reduced(g, node.op, word(node.a));
    case 'reg':
      return registerWord(context, constantWord(g, node.reset?.to ?? 0n, node.width), context.forms[id]!);
    case 'read':
      return context.module.memories[node.memory]!.synchronous
        ? registerWord(context, constantWord(g, 0n, node.width), 'zero')
        : storedWord(context, node.memory, node.address);
    case 'write':
      return undefined;
    case 'instance':
    case 'output':
      throw new Error(`a ${node.kind} in a flat module`);
    default:
      return unreachable(node);
  }
}

function inputWord({ g, inputs, setting }: Context, name: string): Word {
  const index = inputs.findIndex(({ port }) => port.name === name);
  const layout = inputs[index];
  if (!layout && name !== resetName) throw new Error(`no port for the input ${name}`);
  if (!layout) return constantWord(g, 1n, 1);
  const lanes = Array.from({ length: layout.port.lanes }, (_, lane): Limbs => {
    const limbs = Array.from({ length: layout.limbsPerLane }, (_, limb) =>
      g.load(index, lane * layout.limbsPerLane + limb, loadRange(layout, limb, setting), layout.broadcast),
    );
    return { width: layout.laneBits, limbs };
  });
  return concatenation(lanes);
}

function loadRange({ laneBits, elementBytes, port }: PortLayout, limb: number, { inRange }: Setting) {
  if (limb < limbCount(laneBits) - 1) return bitsInterval(32, true);
  return bitsInterval(inRange ? topBits(laneBits) : 8 * elementBytes, port.signed);
}

function outputStores({ g, words, module }: Context, layout: PortLayout, port: number) {
  const word = words[module.outputs[port]!.value]!;
  const { laneBits, limbsPerLane, elementBytes } = layout;
  const exact = 8 * elementBytes === laneBits;
  return Array.from({ length: layout.port.lanes }, (_, lane) => {
    const element = whole(g, sliced(g, word, lane * laneBits, laneBits));
    const form = exact ? 'raw' : layout.port.signed ? 'sign' : 'zero';
    return slotLimbs(g, element, form).map((value, limb): Effect & { kind: 'store' } => ({
      kind: 'store',
      port,
      row: lane * limbsPerLane + limb,
      value,
    }));
  }).flat();
}

/** A register's word, its slots the next free ones. */
function registerWord({ g, powerUp }: Context, initial: Limbs, form: Form): Limbs {
  const limbs = slotLimbs(g, initial, form).map((value, index) => {
    powerUp.push(g.valueOf(value)!);
    return g.state(powerUp.length - 1, slotRange(initial.width, index, form));
  });
  return { width: initial.width, limbs };
}

/** The next value of every slot, in the order in which `translate` handed them out. */
function nextSlots(context: Context): (Effect & { kind: 'next' })[] {
  const { g, module } = context;
  const values = module.nodes.flatMap((node, id): Ref[] => {
    if (node.kind === 'reg') return slotLimbs(g, nextWord(context, node, id), context.forms[id]!);
    if (node.kind !== 'read' || !module.memories[node.memory]!.synchronous) return [];
    return slotLimbs(g, storedWord(context, node.memory, node.address), 'zero');
  });
  return values.map((value, slot) => ({ kind: 'next', slot, value }));
}

function nextWord({ g, words }: Context, reg: Node & { kind: 'reg' }, id: Id): Limbs {
  const word = (operand: Id): Limbs => whole(g, words[operand]!);
  const { enable, reset } = reg;
  const taken = enable === undefined ? word(reg.next) : chosen(g, word(enable), word(reg.next), word(id));
  return reset ? chosen(g, word(reset.by), taken, constantWord(g, reset.to, reg.width)) : taken;
}

function storedWord({ g, memories, words }: Context, memory: number, address: Id): Limbs {
  const layout = memories[memory]!;
  const { width } = layout.memory;
  const offset = readOffset(g, layout, whole(g, words[address]!));
  const limbs = Array.from({ length: layout.limbs }, (_, index) =>
    g.gather(memory, index, offset, slotRange(width, index, 'zero'), layout.shared && g.at(offset).uniform),
  );
  return { width, limbs };
}

function write({ g, memories, words }: Context, node: Node & { kind: 'write' }): Effect & { kind: 'write' } {
  const layout = memories[node.memory]!;
  const enable = maskOf(g, whole(g, words[node.enable]!));
  const offset = writeOffset(g, layout, whole(g, words[node.address]!), enable);
  const data = slotLimbs(g, whole(g, words[node.data]!), 'zero');
  return { kind: 'write', memory: node.memory, offset, data };
}
