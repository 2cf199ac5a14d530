import { ones, wrap, type Place } from '../base/index.js';
import {
  resetName,
  resetPort,
  type ClockWish,
  type Memory,
  type Module,
  type OutputPort,
  type Port,
  type StreamPorts,
} from './module.js';
import { ordered } from './order.js';
import type { BinaryOp, CompareOp, Id, Node, ReduceOp, ShiftOp } from './node.js';

/** What may be said of a register besides its next value. */
export interface RegOptions {
  readonly enable?: Id | undefined;
  readonly reset?: { readonly by: Id; readonly to: bigint } | undefined;
}

/**
 * A module under construction. Functions that make nodes return their ids and check widths; a wrong width is a
 * bug of the caller and throws.
 */
export interface Draft {
  readonly name: string;
  /** The place that nodes made from now on carry. */
  place: Place | undefined;
  widthOf(id: Id): number;
  nodeOf(id: Id): Node;
  /** Calls the node's word `name` if it has no name yet, or only a hint; ports keep theirs. */
  label(id: Id, name: string): void;
  /** The same with a name that gives way to a label. */
  hint(id: Id, name: string): void;
  input(port: Port): Id;
  /** The active-low synchronous reset; declared at its first use. */
  reset(): Id;
  constant(value: bigint, width: number): Id;
  not(a: Id): Id;
  binary(op: BinaryOp, a: Id, b: Id): Id;
  mul(a: Id, b: Id, signed: boolean): Id;
  compare(op: CompareOp, a: Id, b: Id, signed: boolean): Id;
  shift(op: ShiftOp, a: Id, by: Id, signed: boolean): Id;
  mux(when: Id, yes: Id, no: Id): Id;
  slice(a: Id, low: number, width: number): Id;
  /** `parts[0]` in the least significant bits. */
  concat(parts: readonly Id[]): Id;
  extend(a: Id, width: number, signed: boolean): Id;
  reduce(op: ReduceOp, a: Id): Id;
  /** A word that is said later what it is, once, with `bind`: what a unit is told by the one behind it. */
  wire(width: number): Id;
  bind(wire: Id, to: Id): void;
  /** A register whose next value is connected later. */
  reg(width: number, name?: string): Id;
  connect(reg: Id, next: Id, options?: RegOptions): void;
  memory(memory: Memory): number;
  read(memory: number, address: Id): Id;
  write(memory: number, address: Id, data: Id, enable: Id): void;
  /** An instance of `module`; returns its outputs in order. */
  instance(module: Module, inputs: readonly Id[], name?: string): Id[];
  output(port: Port, value: Id): void;
  /** Declares that ports which are already there hand over words by valid and ready. */
  stream(stream: StreamPorts): void;
  /** Asks the pipelining pass for that many stages. */
  pipeline(stages: number): void;
  /** Asks for as many stages as that clock needs, to be found before the pipelining pass. */
  pipelineFor(clock: ClockWish): void;
  finish(about: string): Module;
}

/** Starts a module called `name`. */
export function draft(name: string): Draft {
  const nodes: Node[] = [];
  const inputs: Port[] = [];
  const outputs: OutputPort[] = [];
  const memories: Memory[] = [];
  const streams: StreamPorts[] = [];
  const wires = new Map<Id, Id>();
  const hints = new Set<Id>();
  let stages = 0;
  let clock: ClockWish | undefined;
  let resetId: Id | undefined;

  const widthOf = (id: Id): number => nodeOf(id).width;

  function nodeOf(id: Id): Node {
    const node = nodes[id];
    if (!node) throw new Error(`${name}: no node ${id}`);
    return node;
  }

  function same(a: Id, b: Id, what: string): number {
    const width = widthOf(a);
    if (width !== widthOf(b)) throw new Error(`${name}: ${what} of ${width} and ${widthOf(b)} bits`);
    return width;
  }

  function add(node: Node): Id {
    nodes.push(self.place && !node.place ? { ...node, place: self.place } : node);
    return nodes.length - 1;
  }

  const self: Draft = {
    name,
    place: undefined,
    widthOf,
    nodeOf,
    label(id, label) {
      const node = nodeOf(id);
      if (node.name === undefined || hints.has(id)) nodes[id] = { ...node, name: label };
      hints.delete(id);
    },
    hint(id, label) {
      const node = nodeOf(id);
      if (node.name !== undefined) return;
      nodes[id] = { ...node, name: label };
      hints.add(id);
    },
    input(port) {
      inputs.push(port);
      return add({ kind: 'input', width: port.width, name: port.name });
    },
    reset() {
      resetId ??= add({ kind: 'input', width: 1, name: resetName });
      return resetId;
    },
    constant: (value, width) => add({ kind: 'const', width, value: wrap(value, width) }),
    not: (a) => add({ kind: 'not', width: widthOf(a), a }),
    binary: (op, a, b) => add({ kind: 'binary', width: same(a, b, op), op, a, b }),
    mul: (a, b, signed) => add({ kind: 'mul', width: widthOf(a) + widthOf(b), signed, a, b }),
    compare(op, a, b, signed) {
      same(a, b, op);
      return add({ kind: 'compare', width: 1, op, signed: op === 'lt' && signed, a, b });
    },
    shift: (op, a, by, signed) =>
      add({ kind: 'shift', width: widthOf(a), op, signed: op === 'right' && signed, a, by }),
    mux(when, yes, no) {
      if (widthOf(when) !== 1) throw new Error(`${name}: mux on ${widthOf(when)} bits`);
      return add({ kind: 'mux', width: same(yes, no, 'mux'), when, yes, no });
    },
    slice(a, low, width) {
      if (low < 0 || width < 1 || low + width > widthOf(a))
        throw new Error(`${name}: bits ${low}+${width} of ${widthOf(a)}`);
      return low === 0 && width === widthOf(a) ? a : add({ kind: 'slice', width, a, low });
    },
    concat(parts) {
      if (parts.length === 1) return parts[0]!;
      return add({ kind: 'concat', width: parts.reduce((sum, part) => sum + widthOf(part), 0), parts });
    },
    extend(a, width, signed) {
      if (width < widthOf(a)) throw new Error(`${name}: extend ${widthOf(a)} bits to ${width}`);
      return width === widthOf(a) ? a : add({ kind: 'extend', width, signed, a });
    },
    reduce: (op, a) => (widthOf(a) === 1 ? a : add({ kind: 'reduce', width: 1, op, a })),
    wire(width) {
      const id = add({ kind: 'input', width, name: 'wire' });
      wires.set(id, -1);
      return id;
    },
    bind(id, to) {
      same(id, to, 'wire');
      if (wires.get(id) !== -1) throw new Error(`${name}: wire ${id} is bound twice`);
      wires.set(id, to);
    },
    reg: (width, label) => add({ kind: 'reg', width, next: -1, ...(label !== undefined && { name: label }) }),
    connect(id, next, options = {}) {
      const reg = nodeOf(id);
      if (reg.kind !== 'reg') throw new Error(`${name}: node ${id} is no register`);
      same(id, next, 'register');
      const { enable, reset } = options;
      if (reset && reset.to > ones(reg.width)) throw new Error(`${name}: reset value too wide`);
      nodes[id] = { ...reg, next, ...(enable !== undefined && { enable }), ...(reset && { reset }) };
    },
    memory: (memory) => memories.push(memory) - 1,
    read: (memory, address) => add({ kind: 'read', width: memories[memory]!.width, memory, address }),
    write(memory, address, data, enable) {
      add({ kind: 'write', width: 0, memory, address, data, enable });
    },
    instance(module, ids, label) {
      const id = add({
        kind: 'instance',
        width: 0,
        module: module.name,
        inputs: ids,
        ...(label !== undefined && { name: label }),
      });
      return module.outputs.map((port, index) =>
        add({ kind: 'output', width: port.width, instance: id, port: index, name: port.name }),
      );
    },
    output(port, value) {
      if (widthOf(value) !== port.width)
        throw new Error(`${name}: output ${port.name} of ${widthOf(value)} bits`);
      outputs.push({ ...port, value });
    },
    stream(declared) {
      streams.push(declared);
    },
    pipeline(wish) {
      stages = wish;
    },
    pipelineFor(wish) {
      clock = wish;
    },
    finish(about) {
      const all = resetId === undefined ? inputs : [resetPort, ...inputs];
      const made: Module = {
        name,
        about,
        nodes,
        inputs: all,
        outputs,
        memories,
        latency: 0,
        stages,
        ...(clock && { clock }),
      };
      const whole = streams.length > 0 ? { ...made, streams } : made;
      return wires.size > 0 ? ordered(whole, wires) : whole;
    },
  };
  return self;
}
