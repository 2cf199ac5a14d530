import type { Place } from '../base/index.js';
import { operands, resetName, type Id, type Module, type Node } from '../ir/index.js';

/** A part of a module as it is drawn: one word, or several that differ in a number of their name only. */
export interface Box {
  readonly id: string;
  readonly kind: 'input' | 'output' | 'register' | 'memory' | 'instance' | 'logic';
  /** With `#` for the number that differs. */
  readonly name: string;
  /** What it does, how wide it is and how often it is there. */
  readonly about: string;
  /** The name of the first word, as Verilog has it; the module's for an instance. */
  readonly wire: string;
  readonly place?: Place;
}

export interface Diagram {
  readonly boxes: readonly Box[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

const mostBoxes = 160;

/**
 * What a module is made of, without what only rearranges bits and without the reset: named words if these are few enough, else
 * state, memories and instances only. Undefined where even these are too many to read.
 */
export function diagramOf(module: Module): Diagram | undefined {
  return [isNamed, isState]
    .map((isDrawn) => drawn(module, isDrawn))
    .find(({ boxes }) => boxes.length <= mostBoxes);
}

type Shows = (node: Node) => boolean;

function isState({ kind, name }: Node): boolean {
  const isReset = name?.startsWith(resetName) === true;
  return !isReset && ['input', 'reg', 'read', 'write', 'instance'].includes(kind);
}

function isNamed(node: Node): boolean {
  if (isState(node) || node.kind === 'mul') return true;
  const isLogic = ['not', 'binary', 'compare', 'shift', 'mux', 'reduce'].includes(node.kind);
  return isLogic && node.name !== undefined;
}

function drawn(module: Module, isDrawn: Shows): Diagram {
  const boxes = new Map<string, { first: Node; count: number }>();
  const keys = module.nodes.map((node) => {
    if (!isDrawn(node)) return undefined;
    const key = keyOf(node, module);
    const known = boxes.get(key);
    boxes.set(key, { first: known?.first ?? node, count: (known?.count ?? 0) + 1 });
    return key;
  });
  const sources = sourcesThrough(module, keys);
  const edges = new Map<string, readonly [string, string]>();
  const join = (from: string, to: string): void => void edges.set(`${from}\n${to}`, [from, to]);
  module.nodes.forEach((node, id) => {
    const to = keys[id];
    if (to === undefined) return;
    for (const operand of operands(node)) for (const from of sources(operand)) join(from, to);
  });
  const outputs = module.outputs.map(({ name, width, value }): Box => {
    const id = `output ${name}`;
    for (const from of sources(value)) join(from, id);
    return { id, kind: 'output', name, about: `output, ${bits(width)}`, wire: `${name}_o` };
  });
  const inner = [...boxes].map(([id, { first, count }]) => boxOf(id, first, count, module));
  return { boxes: [...inner, ...outputs], edges: [...edges.values()] };
}

/** The boxes that a word comes from, through what is not drawn. */
function sourcesThrough(module: Module, keys: readonly (string | undefined)[]): (id: Id) => Set<string> {
  const known = new Map<Id, Set<string>>();
  const visit = (id: Id): Set<string> => {
    const key = keys[id];
    if (key !== undefined) return new Set([key]);
    const found = known.get(id) ?? new Set<string>();
    if (known.has(id)) return found;
    // Set before going on, as registers that are not drawn can stand in a loop.
    known.set(id, found);
    for (const operand of operands(module.nodes[id]!)) for (const one of visit(operand)) found.add(one);
    return found;
  };
  return visit;
}

/** Words of one key are drawn as one: the last number of their name, before that of a stage, is left out. */
function keyOf(node: Node, module: Module): string {
  if (node.kind === 'read' || node.kind === 'write') return `memory ${module.memories[node.memory]!.name}`;
  if (node.kind === 'input') return `input ${node.name}`;
  const name = node.kind === 'instance' ? node.module : patternOf(node.name ?? node.kind);
  return `${node.kind} ${name} ${node.width}`;
}

function patternOf(name: string): string {
  return name.replace(/\d+(?=(_s\d+)?$)/, '#');
}

function boxOf(id: string, node: Node, count: number, module: Module): Box {
  const times = count > 1 ? `${count} × ` : '';
  const place = node.place && { place: node.place };
  const name = count > 1 ? patternOf(node.name ?? node.kind) : (node.name ?? node.kind);
  switch (node.kind) {
    case 'input':
      return { id, kind: 'input', name, about: `input, ${bits(node.width)}`, wire: `${name}_i`, ...place };
    case 'reg':
      return {
        id,
        kind: 'register',
        name,
        about: `${times}register, ${bits(node.width)}`,
        wire: `${node.name}_q`,
        ...place,
      };
    case 'read':
    case 'write': {
      const { name: memory, depth, width } = module.memories[node.memory]!;
      return {
        id,
        kind: 'memory',
        name: memory,
        about: `memory, ${depth} × ${bits(width)}`,
        wire: memory,
        ...place,
      };
    }
    case 'instance':
      return {
        id,
        kind: 'instance',
        name: node.module,
        about: `${times}instance`,
        wire: node.module,
        ...place,
      };
    default:
      return {
        id,
        kind: 'logic',
        name,
        about: `${times}${verbOf(node)}, ${bits(node.width)}`,
        wire: node.name ?? '',
        ...place,
      };
  }
}

function bits(width: number): string {
  return width === 1 ? '1 bit' : `${width} bits`;
}

const verbs: Readonly<Record<string, string>> = {
  mul: 'product',
  add: 'sum',
  sub: 'difference',
  mux: 'select',
  eq: '=',
  lt: '<',
  left: 'shift left',
  right: 'shift right',
};

function verbOf(node: Node): string {
  const op = 'op' in node ? node.op : node.kind;
  return verbs[op] ?? op;
}
