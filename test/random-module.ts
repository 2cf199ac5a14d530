import { type Random } from '../src/base/index.js';
import { draft, type Design, type Draft, type Id, type Module, type Port } from '../src/ir/index.js';

const corners = [1, 8, 16, 31, 32, 33, 63, 64, 65];

export interface RandomModuleOptions {
  /** How many nodes of chance a module has, about. */
  readonly nodes: number;
  /** The widest word, but for products. */
  readonly widest?: number;
}

/** A random legal design: every kind of node, registers, memories, instances, lanes; for differential tests. */
export function randomDesign(r: Random, options: RandomModuleOptions): Design {
  const modules: Module[] = [];
  const children = r.below(3);
  for (let i = 0; i < children; i++)
    modules.push(randomModule(r, `child${i}`, { ...options, nodes: 6 }, modules));
  modules.push(randomModule(r, 'top', options, modules));
  return { top: 'top', modules };
}

interface Growth {
  readonly r: Random;
  readonly d: Draft;
  readonly ids: Id[];
  readonly widest: number;
  readonly children: readonly Module[];
  readonly memories: { readonly index: number; readonly width: number }[];
}

function randomModule(
  r: Random,
  name: string,
  options: RandomModuleOptions,
  children: readonly Module[],
): Module {
  const d = draft(name);
  const growth: Growth = { r, d, ids: [], widest: options.widest ?? 200, children, memories: [] };
  const { ids } = growth;
  for (let i = 1 + r.below(3); i > 0; i--) ids.push(d.input(randomPort(growth, `in${i}`)));
  const regs = Array.from({ length: r.below(4) }, (_, i) => d.reg(randomWidth(growth), `reg${i}`));
  ids.push(...regs);
  for (let i = r.below(3); i > 0; i--) addMemory(growth, i);
  const count = 1 + r.below(options.nodes);
  for (let i = 0; i < count; i++) ids.push(...randomNode(growth));
  for (const reg of regs) connectReg(growth, reg);
  for (let i = 1 + r.below(4); i > 0; i--) {
    const port = randomPort(growth, `out${i}`);
    d.output(port, operand(growth, port.width));
  }
  return d.finish('Chance.');
}

function randomWidth({ r, widest }: Growth): number {
  const kind = r.below(4);
  const width =
    kind === 0 ? 1 + r.below(widest) : kind === 1 ? 1 + r.below(20) : corners[r.below(corners.length)]!;
  return Math.min(width, widest);
}

function randomPort(growth: Growth, name: string): Port {
  const { r, widest } = growth;
  const lanes = r.below(3) === 0 ? 1 + r.below(6) : 1;
  const lane = Math.max(1, Math.min(randomWidth(growth), Math.floor(widest / lanes)));
  const signed = r.below(2) === 1;
  return { name, width: lane * lanes, lanes, signed, format: `${signed ? 'int' : 'uint'}(${lane})` };
}

function addMemory({ r, d, memories, ...rest }: Growth, number: number): void {
  const width = randomWidth({ r, d, memories, ...rest });
  const depth = 1 + r.below(20);
  const contents = Array.from({ length: r.below(depth + 1) }, () => r.word(width));
  const index = d.memory({ name: `mem${number}`, width, depth, synchronous: r.below(2) === 1, contents });
  memories.push({ index, width });
}

/** Some word there is already, cut or widened to `width` bits. */
function operand(growth: Growth, width: number): Id {
  const { r, d, ids } = growth;
  // Recent words more often than old ones, so that expressions become deep.
  const back = Math.min(r.below(ids.length), r.below(ids.length));
  const id = r.below(12) === 0 ? randomConstant(growth, width) : ids[ids.length - 1 - back]!;
  const have = d.widthOf(id);
  if (have === width) return id;
  if (have > width) return d.slice(id, r.below(3) === 0 ? 0 : r.below(have - width + 1), width);
  return d.extend(id, width, r.below(2) === 1);
}

function randomConstant({ r, d }: Growth, width: number): Id {
  const small = [
    0n,
    1n,
    -1n,
    2n,
    1n << BigInt(width - 1),
    1n << BigInt(r.below(width)),
    BigInt(r.below(width + 2)),
  ];
  const kind = r.below(small.length + 3);
  return d.constant(small[kind] ?? r.word(width), width);
}

function randomNode(growth: Growth): Id[] {
  const { r, d } = growth;
  const width = randomWidth(growth);
  const signed = r.below(2) === 1;
  const of = (bits = width): Id => operand(growth, bits);
  switch (r.below(16)) {
    case 0:
      return [d.not(of())];
    case 1:
      return [d.binary((['and', 'or', 'xor'] as const)[r.below(3)]!, of(), of())];
    case 2:
    case 3:
      return [d.binary('add', of(), of())];
    case 4:
      return [d.binary('sub', of(), of())];
    case 5:
    case 6:
      return [d.mul(of(Math.min(width, 130)), of(Math.min(randomWidth(growth), 130)), signed)];
    case 7:
      return [d.compare(r.below(2) === 0 ? 'eq' : 'lt', of(), of(), signed)];
    case 8:
      return [d.shift(r.below(2) === 0 ? 'left' : 'right', of(), of(1 + r.below(9)), signed)];
    case 9:
      return [d.shift(r.below(2) === 0 ? 'left' : 'right', of(), of(randomWidth(growth)), signed)];
    case 10:
      return [d.mux(of(1), of(), of())];
    case 11:
      return [
        d.concat(Array.from({ length: 1 + r.below(4) }, () => of(1 + r.below(Math.min(70, growth.widest))))),
      ];
    case 12:
      return [d.extend(of(), width + r.below(40), signed)];
    case 13:
      return [d.reduce((['and', 'or', 'xor'] as const)[r.below(3)]!, of())];
    case 14:
      return memoryNode(growth);
    default:
      return instanceNode(growth, of);
  }
}

function memoryNode(growth: Growth): Id[] {
  const { r, d, memories } = growth;
  const memory = memories[r.below(memories.length)];
  if (!memory) return [randomConstant(growth, randomWidth(growth))];
  const address = operand(growth, r.below(4) === 0 ? randomWidth(growth) : 1 + r.below(6));
  if (r.below(2) === 0) return [d.read(memory.index, address)];
  d.write(memory.index, address, operand(growth, memory.width), operand(growth, 1));
  return [];
}

function instanceNode({ r, d, children }: Growth, of: (width: number) => Id): Id[] {
  const child = children[r.below(children.length)];
  if (!child) return [d.not(of(1))];
  const inputs = child.inputs.map((port) => (port.name === 'rst_n' ? d.reset() : of(port.width)));
  return d.instance(child, inputs, r.below(2) === 0 ? `unit${r.below(100)}` : undefined);
}

function connectReg(growth: Growth, reg: Id): void {
  const { r, d } = growth;
  const width = d.widthOf(reg);
  const by = r.below(2) === 0 ? d.reset() : operand(growth, 1);
  d.connect(reg, operand(growth, width), {
    ...(r.below(2) === 0 && { enable: operand(growth, 1) }),
    ...(r.below(2) === 0 && { reset: { by, to: r.word(width) } }),
  });
}
