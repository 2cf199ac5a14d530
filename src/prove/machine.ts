import { unreachable } from '../base/index.js';
import {
  flatten,
  operands,
  type Compare,
  type Design,
  type Id,
  type Memory,
  type Module,
  type Node,
  type Write,
} from '../ir/index.js';
import {
  add,
  all,
  any,
  constant,
  equal,
  extend,
  less,
  muxWord,
  multiply,
  not,
  odd,
  or,
  shift,
  subtract,
  xor,
} from './word.js';

import { decidingBits, intervalsOf, type Interval, type Intervals } from './interval.js';
import { valuesOf, type Sum } from './value.js';
import { one, zero, type Bit, type Bits, type Graph } from './graph.js';

/** Something that holds bits from cycle to cycle: a register, a synchronous read, or a memory that is written. */
export interface Holder {
  readonly name: string;
  readonly kind: 'reg' | 'read' | 'memory';
  /** The node, or the number of the memory. */
  readonly of: number;
  /** Where its bits start among all state bits, and how many they are. */
  readonly at: number;
  readonly width: number;
  /** What it holds at power-up in the simulators. */
  readonly start: bigint;
  /** Whether the hardware is sure to hold that too: the contents of a memory. */
  readonly isSure: boolean;
}

/** A design as a machine: state bits and inputs of a cycle → outputs, and the state bits of the next cycle. */
export interface Machine {
  readonly module: Module;
  readonly holders: readonly Holder[];
  readonly stateBits: number;
}

/** The words of a cycle by port name. */
export type Inputs = ReadonlyMap<string, Bits>;

export interface Frame {
  readonly outputs: readonly Bits[];
  readonly next: Bits;
}

/** Flattens a design and numbers its state bits. */
export function machineOf(design: Design): Machine {
  const module = flatten(design);
  const holders: Holder[] = [];
  let at = 0;
  const hold = (holder: Omit<Holder, 'at'>): void => {
    holders.push({ ...holder, at });
    at += holder.width;
  };
  module.nodes.forEach((node, id) => {
    const name = node.name ?? `%${id}`;
    const of = id;
    if (node.kind === 'reg')
      hold({ name, kind: 'reg', of, width: node.width, start: node.reset?.to ?? 0n, isSure: false });
    else if (node.kind === 'read' && module.memories[node.memory]!.synchronous)
      hold({ name, kind: 'read', of, width: node.width, start: 0n, isSure: false });
  });
  module.memories.forEach((memory, of) => {
    if (!isWritten(module, of)) return;
    const start = memory.contents.reduceRight((sum, word) => (sum << BigInt(memory.width)) | word, 0n);
    hold({ name: memory.name, kind: 'memory', of, width: memory.width * memory.depth, start, isSure: true });
  });
  return { module, holders, stateBits: at };
}

function isWritten(module: Module, memory: number): boolean {
  return module.nodes.some((node) => node.kind === 'write' && node.memory === memory);
}

/** All state bits as they are at power-up in the simulators. */
export function startOf(machine: Machine): Bits {
  return machine.holders.flatMap((holder) => constant(holder.start, holder.width));
}

/**
 * One cycle of the machine as bits of the graph.
 *
 * @param sums where to note the words that are sums or products
 */
export function frame(g: Graph, machine: Machine, state: Bits, inputs: Inputs, sums?: Sum[]): Frame {
  const { module, holders } = machine;
  const words: Bits[] = [];
  const values = valuesOf(words);
  const intervals = intervalsOf(g, words);
  const held = new Map<Id, Bits>();
  const stored = new Map<number, Bits>();
  for (const { kind, of, at, width } of holders)
    (kind === 'memory' ? stored : held).set(of, state.slice(at, at + width));
  const needed = neededBits(module);
  const contents = (memory: number): Bits[] => memoryWords(module.memories[memory]!, stored.get(memory));
  module.nodes.forEach((node, id) => {
    const interval = intervals.enter(node, id);
    if (held.has(id)) words[id] = held.get(id)!;
    else if (node.kind === 'read') words[id] = readWord(g, contents(node.memory), words[node.address]!);
    else if (node.kind === 'reg' || node.kind === 'write') words[id] = [];
    else words[id] = wordOf(g, node, { words, intervals, interval, needed: needed[id]!, inputs });
    if (needed[id] === node.width) intervals.share(id);
    const value = sums && values.enter(node, id);
    if (value) sums.push({ bits: words[id]!.slice(0, needed[id]!), value });
  });
  const next = holders.flatMap(({ kind, of }) => {
    if (kind === 'memory') return writeAll(g, module, of, contents(of), words).flat();
    const node = module.nodes[of]!;
    return node.kind === 'read'
      ? readWord(g, contents(node.memory), words[node.address]!)
      : nextOf(g, node, words[of]!, words);
  });
  return { outputs: module.outputs.map((port) => words[port.value]!), next };
}

/** How many of a node's low bits anything reads. */
function neededBits(module: Module): number[] {
  const needed = module.nodes.map(() => 0);
  const reach = (id: Id, bits: number): void => {
    needed[id] = Math.max(needed[id]!, bits);
  };
  for (const node of module.nodes) {
    if (node.kind === 'slice') reach(node.a, node.low + node.width);
    else for (const id of operands(node)) reach(id, module.nodes[id]!.width);
  }
  for (const port of module.outputs) reach(port.value, port.width);
  return needed;
}

/** What the word of a node is made from. */
interface Sources {
  readonly words: readonly Bits[];
  readonly intervals: Intervals;
  /** That of the node itself. */
  readonly interval: Interval;
  /** How many low bits of it anything reads. */
  readonly needed: number;
  readonly inputs: Inputs;
}

function wordOf(
  g: Graph,
  node: Exclude<Node, { kind: 'reg' | 'read' | 'write' }>,
  { words, intervals, interval, needed, inputs }: Sources,
): Bits {
  const of = (id: Id): Bits => words[id]!;
  const deciding = decidingBits(interval);
  const low = Math.min(needed, deciding.width, node.width);
  const lowOf = (id: Id): Bits => of(id).slice(0, low);
  // Bits that the interval decides are the same nodes however wide a form of the design computes the word.
  const widened = (bits: Bits): Bits => extend(bits, node.width, deciding.signed && low === deciding.width);
  switch (node.kind) {
    case 'input':
      return inputs.get(node.name)!;
    case 'const':
      return constant(node.value, node.width);
    case 'not':
      return of(node.a).map(not);
    case 'binary':
      return widened(binary(g, node.op, lowOf(node.a), lowOf(node.b)));
    case 'mul':
      return widened(multiply(g, of(node.a), of(node.b), node.signed, low));
    case 'compare':
      return [compared(g, node, words, intervals)];
    case 'shift':
      return shift(g, of(node.a), of(node.by), node.op === 'left', node.signed);
    case 'mux':
      return widened(muxWord(g, of(node.when)[0]!, lowOf(node.yes), lowOf(node.no)));
    case 'slice':
      return of(node.a).slice(node.low, node.low + node.width);
    case 'concat':
      return node.parts.flatMap(of);
    case 'extend':
      return extend(of(node.a), node.width, node.signed);
    case 'reduce':
      return [{ and: all, or: any, xor: odd }[node.op](g, of(node.a))];
    case 'instance':
    case 'output':
      throw new Error(`a flat module has a ${node.kind}`);
    default:
      return unreachable(node);
  }
}

function compared(g: Graph, node: Compare, words: readonly Bits[], intervals: Intervals): Bit {
  const { op, a, b, signed } = node;
  const settled = intervals.compared(op, a, b, signed);
  if (settled !== undefined) return settled ? one : zero;
  return op === 'eq' ? equal(g, words[a]!, words[b]!) : less(g, words[a]!, words[b]!, signed);
}

function binary(g: Graph, op: 'and' | 'or' | 'xor' | 'add' | 'sub', a: Bits, b: Bits): Bits {
  switch (op) {
    case 'and':
      return a.map((bit, i) => g.and(bit, b[i]!));
    case 'or':
      return a.map((bit, i) => or(g, bit, b[i]!));
    case 'xor':
      return a.map((bit, i) => xor(g, bit, b[i]!));
    case 'add':
      return add(g, a, b, zero).sum;
    case 'sub':
      return subtract(g, a, b);
    default:
      return unreachable(op);
  }
}

function nextOf(g: Graph, node: Node, now: Bits, words: readonly Bits[]): Bits {
  if (node.kind !== 'reg') throw new Error(`a ${node.kind} is no register`);
  const next = words[node.next]!;
  const loaded = node.enable === undefined ? next : muxWord(g, words[node.enable]![0]!, next, now);
  if (!node.reset) return loaded;
  return muxWord(g, words[node.reset.by]![0]!, loaded, constant(node.reset.to, node.width));
}

/** The words of a memory from its state bits, or from its contents where nobody writes it. */
function memoryWords(memory: Memory, bits: Bits | undefined): Bits[] {
  return Array.from(
    { length: memory.depth },
    (_, address) =>
      bits?.slice(address * memory.width, (address + 1) * memory.width) ??
      constant(memory.contents[address] ?? 0n, memory.width),
  );
}

/** The word at an address; zero beyond the depth. */
function readWord(g: Graph, words: readonly Bits[], address: Bits): Bits {
  const width = words[0]!.length;
  const ranks = Math.ceil(Math.log2(words.length));
  let row: Bits[] = [...words];
  for (let rank = 0; rank < ranks; rank++) {
    const when = address[rank] ?? zero;
    const half = Math.ceil(row.length / 2);
    row = Array.from({ length: half }, (_, i) =>
      muxWord(g, when, row[2 * i + 1] ?? constant(0n, width), row[2 * i]!),
    );
  }
  const beyond = any(g, address.slice(ranks));
  return row[0]!.map((bit) => g.and(bit, not(beyond)));
}

/** The words of a memory behind the clock edge; of two writes to one address the later node wins. */
function writeAll(
  g: Graph,
  module: Module,
  memory: number,
  before: readonly Bits[],
  words: readonly Bits[],
): Bits[] {
  const writes = module.nodes.filter(
    (node): node is Write => node.kind === 'write' && node.memory === memory,
  );
  return before.map((word, place) =>
    writes.reduce((now, write) => written(g, now, place, write, words), word),
  );
}

function written(g: Graph, now: Bits, place: number, write: Write, words: readonly Bits[]): Bits {
  const address = words[write.address]!;
  if (place >= 2 ** address.length) return now;
  const here: Bit = equal(g, address, constant(BigInt(place), address.length));
  return muxWord(g, g.and(here, words[write.enable]![0]!), words[write.data]!, now);
}
