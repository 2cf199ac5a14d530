import { unreachable } from '../../base/index.js';
import {
  moduleOf,
  operands,
  resetName,
  topOf,
  type Binary,
  type Concat,
  type Design,
  type Id,
  type Module,
  type Mul,
  type Node,
  type Reduce,
  type Reg,
} from '../../ir/index.js';
import { inverted, lessThan, reduced, shifted } from './adder.js';
import { zero, type Bits, type Elements, type Literal } from './elements.js';
import { added } from './heap.js';
import { memoryOf, type MemoryElements } from './memories.js';
import { bitsOf, lowest, plain, raised, sumOf, trimmed, widened, type Word } from './word.js';

/** The ports of a design as bits; the constant 0 stands for a reset that there is not. */
export interface Ports {
  readonly inputs: readonly Bits[];
  readonly outputs: readonly Bits[];
  readonly reset: Literal;
}

/** Takes a design apart into elements. */
export function lowered(e: Elements, design: Design): Ports {
  const top = topOf(design);
  const inputs = top.inputs.map(({ width }) => bitsFrom(width, e.input));
  const reset = top.inputs.findIndex(({ name }) => name === resetName);
  return {
    inputs,
    outputs: lowerModule(e, design, top, inputs),
    reset: inputs[reset]?.[0] ?? zero,
  };
}

/** A module being taken apart. */
interface Scope {
  readonly e: Elements;
  readonly design: Design;
  readonly module: Module;
  readonly words: Word[];
  readonly readers: Uint16Array;
  readonly inputs: ReadonlyMap<string, Bits>;
  readonly memories: readonly MemoryElements[];
  readonly instances: Map<Id, readonly Bits[]>;
}

function lowerModule(e: Elements, design: Design, module: Module, inputs: readonly Bits[]): Bits[] {
  const scope: Scope = {
    e,
    design,
    module,
    words: [],
    readers: readersOf(module),
    inputs: new Map(module.inputs.map(({ name }, i) => [name, inputs[i]!])),
    memories: memoriesOf(e, module),
    instances: new Map(),
  };
  module.nodes.forEach((node, id) => scope.words.push(lowerNode(scope, node, id)));
  module.nodes.forEach((node, id) => connect(scope, node, id));
  scope.memories.forEach((memory) => memory.close());
  return module.outputs.map(({ value }) => bitsOf(e, scope.words[value]!));
}

function memoriesOf(e: Elements, { nodes, memories }: Module): MemoryElements[] {
  const written = new Set(nodes.flatMap((node) => (node.kind === 'write' ? [node.memory] : [])));
  return memories.map((memory, k) => memoryOf(e, memory, written.has(k)));
}

/** How many operands and ports each node's word is read by. */
function readersOf(module: Module): Uint16Array {
  const counts = new Uint16Array(module.nodes.length);
  for (const node of module.nodes) for (const operand of operands(node)) counts[operand]!++;
  for (const { value } of module.outputs) counts[value]!++;
  return counts;
}

function lowerNode(scope: Scope, node: Node, id: Id): Word {
  const { e, words } = scope;
  const bits = (operand: Id): Bits => bitsOf(e, words[operand]!);
  const single = scope.readers[id] === 1;
  switch (node.kind) {
    case 'input':
      return plain(scope.inputs.get(node.name)!);
    case 'const':
      return plain(constantBits(node.value, node.width));
    case 'not':
      return plain(inverted(bits(node.a)));
    case 'binary':
      return binary(scope, node, single);
    case 'mul':
      return product(scope, node, single);
    case 'compare':
      return plain([
        node.op === 'eq'
          ? equal(e, bits(node.a), bits(node.b))
          : lessThan(e, bits(node.a), bits(node.b), node.signed),
      ]);
    case 'shift':
      return plain(shifted(e, bits(node.a), bits(node.by), node.op === 'left', node.signed));
    case 'mux':
      return plain(select(e, bits(node.when)[0]!, bits(node.yes), bits(node.no)));
    case 'slice':
      return node.low === 0
        ? lowest(e, words[node.a]!, node.width, single)
        : plain(bits(node.a).slice(node.low, node.low + node.width));
    case 'concat':
      return concat(scope, node, single);
    case 'extend':
      return widened(e, words[node.a]!, node.width, node.signed, single);
    case 'reduce':
      return plain([reduce(e, node, bits(node.a))]);
    case 'reg':
      return register(scope, node, id);
    case 'read':
      return plain(scope.memories[node.memory]!.read(bits(node.address)));
    case 'instance':
      return instance(scope, id, node.module, node.inputs);
    case 'output':
      return plain(scope.instances.get(node.instance)![node.port]!);
    case 'write':
      return plain([]);
    default:
      return unreachable(node);
  }
}

/** Connects what is read at the clock edge. */
function connect(scope: Scope, node: Node, id: Id): void {
  const { e, words } = scope;
  const bits = (operand: Id): Bits => bitsOf(e, words[operand]!);
  if (node.kind === 'write')
    scope.memories[node.memory]!.write(bits(node.address), bits(node.data), bits(node.enable)[0]!);
  if (node.kind !== 'reg' || isDelay(node, id)) return;
  const held = bits(id);
  const next = bits(node.next);
  const kept = node.enable === undefined ? next : select(e, bits(node.enable)[0]!, next, held);
  nextOf(scope, node, kept).forEach((bit, i) => e.connect(held[i]!, bit));
}

/** Whether a register holds what came before it in the module, and so may be one with others of the same next value. */
function isDelay(node: Reg, id: Id): boolean {
  return node.enable === undefined && operands(node).every((operand) => operand < id);
}

function register(scope: Scope, node: Reg, id: Id): Word {
  if (!isDelay(node, id)) return plain(bitsFrom(node.width, scope.e.register));
  const given = nextOf(scope, node, bitsOf(scope.e, scope.words[node.next]!));
  return plain(given.map(scope.e.delayed));
}

function nextOf({ e, words }: Scope, { reset, width }: Reg, next: Bits): Bits {
  if (!reset) return next;
  return select(e, bitsOf(e, words[reset.by]!)[0]!, next, constantBits(reset.to, width));
}

function binary({ e, words }: Scope, { op, a, b, width }: Binary, single: boolean): Word {
  if (op === 'add' || op === 'sub') {
    const [x, y] = [sumOf(e, words[a]!, words[b]!), sumOf(e, words[b]!, words[a]!)];
    const sum = added(x, y, op === 'add' ? 1 : -1);
    return { width, sum, single };
  }
  const [x, y] = [bitsOf(e, words[a]!), bitsOf(e, words[b]!)];
  return plain(x.map((bit, i) => e[op](bit, y[i]!)));
}

function product({ e, words }: Scope, { a, b, signed, width }: Mul, single: boolean): Word {
  const factor = (id: Id): { readonly bits: Bits; readonly signed: boolean } => {
    const word = words[id]!;
    const narrow = word.narrow?.signed === signed ? word.narrow.bits : bitsOf(e, word);
    return trimmed(narrow, signed);
  };
  const [x, y] = [factor(a), factor(b)];
  // A factor that is never negative keeps its zero on top where the other one is signed.
  const bits = ({ bits: own, signed: isSigned }: typeof x): Bits =>
    isSigned || !(x.signed || y.signed) ? own : [...own, zero];
  const isSigned = x.signed || y.signed;
  const most = 2 ** (width - (isSigned ? 2 : 0));
  const low = isSigned ? -most : 0;
  const term = { bits: bits(x), by: bits(y), signed: isSigned, shift: 0, sign: 1 } as const;
  return { width, sum: { terms: [term], constant: 0n, low, high: isSigned ? most : most - 1 }, single };
}

function concat({ e, words }: Scope, { parts }: Concat, single: boolean): Word {
  const [low, high] = parts;
  if (parts.length === 2 && high !== undefined && words[low!]!.bits?.every((bit) => bit === zero)) {
    const made = raised(words[high]!, words[low!]!.width, single);
    if (made) return made;
  }
  return plain(parts.flatMap((part) => [...bitsOf(e, words[part]!)]));
}

function reduce(e: Elements, { op }: Reduce, bits: Bits): Literal {
  return reduced(bits, e[op]);
}

function equal(e: Elements, a: Bits, b: Bits): Literal {
  return (
    reduced(
      a.map((bit, i) => e.xor(bit, b[i]!)),
      e.or,
    ) ^ 1
  );
}

function select(e: Elements, when: Literal, yes: Bits, no: Bits): Bits {
  return yes.map((bit, i) => e.mux(when, bit, no[i]!));
}

function instance(scope: Scope, id: Id, name: string, inputs: readonly Id[]): Word {
  const { e, design, words } = scope;
  const module = moduleOf(design, name);
  const given = inputs.map((input) => bitsOf(e, words[input]!));
  const outputs = module.leaf === undefined ? within(e, design, module, given) : leaf(e, module, given);
  scope.instances.set(id, outputs);
  return plain([]);
}

/** A module's outputs; every instance is mapped by itself, whatever is around it. */
function within(e: Elements, design: Design, module: Module, inputs: readonly Bits[]): Bits[] {
  const beyond = (words: readonly Bits[]): Bits[] => words.map((bits) => bits.map(e.border));
  return beyond(lowerModule(e, design, module, beyond(inputs)));
}

/** A leaf is an adder cell, with sum and carry or their complements. */
function leaf(e: Elements, { name }: Module, inputs: readonly Bits[]): Bits[] {
  const outputs = e.adderCell(inputs.map(([bit]) => bit!));
  return outputs.map((bit) => [name.endsWith('_n') ? bit ^ 1 : bit]);
}

function constantBits(value: bigint, width: number): Bits {
  const low = Array.from(value.toString(2), Number).reverse();
  return Array.from({ length: width }, (_, i) => low[i] ?? zero);
}

function bitsFrom(width: number, make: () => Literal): Bits {
  return Array.from({ length: width }, make);
}
