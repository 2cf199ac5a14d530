import { bitLength, clog2 } from '../base/index.js';
import {
  isSequential,
  moduleOf,
  operands,
  resetName,
  withOperands,
  type Design,
  type Id,
  type Module,
  type Node,
  type Shift,
} from '../ir/index.js';
import { names, type Names } from './names.js';
import { plainPorts, type PortNames } from './ports.js';
import { usedBits } from './usage.js';

/** A module ready to be printed: every word that gets a wire has its name, every quirk of a tool is dealt with. */
export interface Prepared {
  readonly module: Module;
  readonly names: Names;
  /** Verilog names by node; undefined for words that are written where they are read. */
  readonly wires: readonly (string | undefined)[];
  /** How many bits of a node's wire are declared: fewer than the node's for a product whose top is not read. */
  readonly widths: readonly number[];
  readonly used: readonly bigint[];
  readonly memories: readonly string[];
  readonly clocked: boolean;
  /** What its ports are called in Verilog. */
  readonly ports: PortNames;
}

/** Prepares the module called `name` of the design. */
export function prepare(design: Design, name: string, ports: PortNames = plainPorts): Prepared {
  const module = withoutWideShifts(moduleOf(design, name));
  const used = usedBits(module);
  const widths = module.nodes.map((node, id) =>
    node.kind === 'mul' ? Math.max(1, bitLength(used[id]!)) : node.width,
  );
  const taken = names();
  for (const port of [ports.clock, ports.reset]) taken.take(port);
  for (const port of module.inputs) if (port.name !== resetName) taken.take(ports.input(port.name));
  for (const port of module.outputs) taken.take(ports.output(port.name));
  return {
    module,
    names: taken,
    wires: nameWires(module, taken, widths, ports),
    widths,
    used,
    memories: module.memories.map((memory) => taken.take(memory.name)),
    clocked: isClocked(design, module),
    ports,
  };
}

/** Whether the module has a clock port: state of its own or in an instance. */
export function isClocked(design: Design, module: Module): boolean {
  return module.nodes.some(
    (node) =>
      isSequential(node) ||
      (node.kind === 'read' && module.memories[node.memory]!.synchronous) ||
      (node.kind === 'instance' && isClocked(design, moduleOf(design, node.module))),
  );
}

function nameWires(
  module: Module,
  taken: Names,
  widths: readonly number[],
  ports: PortNames,
): (string | undefined)[] {
  const wires = new Array<string | undefined>(module.nodes.length);
  const bases = baseIds(module, widths);
  // Registers first: a next value takes the name of its register.
  const next = new Map<Id, string>();
  module.nodes.forEach((node, id) => {
    if (node.kind !== 'reg') return;
    const base = node.name ?? 'state';
    wires[id] = taken.take(`${base}_q`);
    if (module.nodes[node.next]!.name === undefined) next.set(node.next, `${base}_d`);
  });
  module.nodes.forEach((node, id) => {
    if (node.kind === 'input') wires[id] = ports.input(node.name);
    else if (needsWire(node, bases.has(id)))
      wires[id] ??= taken.take(node.name ?? next.get(id) ?? plainName(node));
  });
  return wires;
}

/** The words of which bits are picked; Verilog picks bits of names only. */
function baseIds(module: Module, widths: readonly number[]): Set<Id> {
  const bases = new Set<Id>();
  const wider = (id: Id, width: number): boolean => module.nodes[id]!.width > width;
  module.nodes.forEach((node, id) => {
    if (node.kind === 'slice' || (node.kind === 'extend' && node.signed)) bases.add(node.a);
    // A factor is cut to its product's width, or widened by its sign.
    if (node.kind === 'mul')
      for (const factor of [node.a, node.b])
        if (isCut(module, factor, node.signed, widths[id]!)) bases.add(factor);
    if (node.kind === 'read' || node.kind === 'write')
      if (wider(node.address, indexBits(module.memories[node.memory]!.depth))) bases.add(node.address);
  });
  // Bits of an input's slice are bits of the input: no wire is needed to name them.
  return new Set([...bases].filter((id) => !isPart(module, id)));
}

/** Whether a factor's bits are picked: to widen it by its sign, or to cut it to the product's width. */
function isCut(module: Module, id: Id, signed: boolean, width: number): boolean {
  const node = module.nodes[id]!;
  return node.kind !== 'const' && (node.width > width || (signed && node.width < width));
}

/** Whether a word is bits of a word that has a name for sure. */
function isPart(module: Module, id: Id): boolean {
  const node = module.nodes[id]!;
  if (node.kind !== 'slice') return false;
  const { kind } = module.nodes[node.a]!;
  return kind === 'input' || kind === 'reg' || kind === 'mul' || kind === 'binary';
}

/** How many bits of an address pick one of `depth` words. */
export function indexBits(depth: number): number {
  return Math.max(1, clog2(depth));
}

function needsWire(node: Node, isBase: boolean): boolean {
  switch (node.kind) {
    case 'write':
      return false;
    case 'const':
      return isBase;
    case 'slice':
    case 'extend':
      return isBase || (node.name !== undefined && node.kind === 'extend');
    case 'not':
      return isBase || node.width > 1 || node.name !== undefined;
    default:
      return true;
  }
}

function plainName(node: Node): string {
  switch (node.kind) {
    case 'binary':
      return { add: 'sum', sub: 'difference', and: 'both', or: 'either', xor: 'odd' }[node.op];
    case 'mul':
      return 'product';
    case 'compare':
      return node.op === 'eq' ? 'equal' : 'less';
    case 'shift':
      return 'shifted';
    case 'mux':
      return 'selected';
    case 'concat':
      return 'joined';
    case 'reduce':
      return { and: 'all', or: 'any', xor: 'parity' }[node.op];
    case 'read':
      return 'word';
    case 'instance':
      return node.module;
    default:
      return 'value';
  }
}

/**
 * Shift distances of more than 31 bits are beyond what Verilator takes: where the distance can reach the width, a
 * shift by its low bits is selected against what a shift by the width leaves.
 */
function withoutWideShifts(module: Module): Module {
  if (!module.nodes.some((node) => isWideShift(node, module))) return module;
  const nodes: Node[] = [];
  const where: Id[] = [];
  module.nodes.forEach((node, id) => {
    const moved = isSequential(node) ? node : withOperands(node, (operand) => where[operand]!);
    where[id] = isWideShift(node, module) ? splitShift(moved as Shift, nodes) : nodes.push(moved) - 1;
  });
  return {
    ...module,
    nodes: nodes.map((node) => (isSequential(node) ? withOperands(node, (id) => where[id]!) : node)),
    outputs: module.outputs.map((port) => ({ ...port, value: where[port.value]! })),
  };
}

function isWideShift(node: Node, module: Module): boolean {
  return node.kind === 'shift' && module.nodes[node.by]!.width > 31;
}

function splitShift(node: Shift, nodes: Node[]): Id {
  const add = (made: Node): Id => nodes.push(made) - 1;
  const total = nodes[node.by]!.width;
  const low = Math.min(total - 1, clog2(node.width + 1));
  const near = add({ kind: 'slice', width: low, a: node.by, low: 0 });
  const far = add({ kind: 'slice', width: total - low, a: node.by, low });
  const beyond = add({ kind: 'reduce', width: 1, op: 'or', a: far });
  const shifted = add({ ...node, by: near });
  const gone = node.signed
    ? add({
        kind: 'extend',
        width: node.width,
        signed: true,
        a: add({ kind: 'slice', width: 1, a: node.a, low: node.width - 1 }),
      })
    : add({ kind: 'const', width: node.width, value: 0n });
  return add({ kind: 'mux', width: node.width, when: beyond, yes: gone, no: shifted });
}

/** Whether anything in the module reads the reset. */
export function readsReset(module: Module): boolean {
  return module.nodes.some((node) => operands(node).some((id) => isReset(module.nodes[id]!)));
}

function isReset(node: Node): boolean {
  return node.kind === 'input' && node.name === resetName;
}
