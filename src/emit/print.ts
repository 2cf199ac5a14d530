import { basename } from 'node:path';
import {
  moduleOf,
  resetName,
  type Design,
  type Id,
  type Memory,
  type Module,
  type Reg,
  type Write,
} from '../ir/index.js';
import type { EmittedFile } from './emit.js';
import { expression, inside, indexInto, literal, memoryWord, refer } from './expression.js';
import { plainPorts, type PortNames } from './ports.js';
import { isClocked, readsReset, type Prepared } from './prepare.js';
import { gaps } from './usage.js';

/** What the ports of a module are called, by the module's name. */
export type PortsOf = (module: string) => PortNames;

/**
 * The Verilog of a prepared module, without its banner. Only writes: whatever is to be decided is decided.
 *
 * @param portsOf what the ports of the modules it instantiates are called
 * @param mostWords memories with more words that differ are read from the files of `memoryFiles`
 */
export function printVerilog(
  p: Prepared,
  design: Design,
  portsOf: PortsOf = () => plainPorts,
  mostWords = Infinity,
): string {
  const body = [
    ...section('Memories', memories(p, mostWords)),
    ...section('Registers', registers(p)),
    ...wires(p, design, portsOf),
    ...processes(p),
    ...section('Outputs', outputs(p)),
    ...section('Bits that are dropped on purpose', dropped(p)),
  ];
  return [
    '`default_nettype none',
    '',
    `module ${p.module.name} (`,
    ...commas(portLines(p)),
    ');',
    ...body,
    '',
    'endmodule',
    '',
    '`default_nettype wire',
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `  // ${title}`, ...lines.map((line) => `  ${line}`)];
}

function commas(lines: readonly string[]): string[] {
  return lines.map((line, i) => `  ${line}${i + 1 < lines.length ? ',' : ''}`);
}

function span(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0] `;
}

function portLines(p: Prepared): string[] {
  const inputs = p.module.inputs.filter((port) => port.name !== resetName);
  return [
    ...(p.clocked ? [`input wire ${p.ports.clock}`] : []),
    ...(p.module.inputs.length > inputs.length ? [`input wire ${p.ports.reset}`] : []),
    ...inputs.map((port) => `input wire ${span(port.width)}${p.ports.input(port.name)}`),
    ...p.module.outputs.map((port) => `output wire ${span(port.width)}${p.ports.output(port.name)}`),
  ];
}

function memories(p: Prepared, mostWords: number): string[] {
  return p.module.memories.flatMap((memory, index) => {
    const { width, depth } = memory;
    const name = p.memories[index]!;
    const words = wordsOf(memory);
    const alike = lastRun(words);
    if (alike > mostWords)
      return [
        `reg ${span(width)}${name} [0:${depth - 1}];`,
        `initial $readmemh("${memoryFile(p, index)}", ${name});`,
      ];
    const set = words.slice(0, alike).map((word, i) => `  ${name}[${i}] = ${literal(word, width)};`);
    const declared = `reg ${span(width)}${name} [0:${depth - 1}];`;
    if (alike === depth) return [declared, 'initial begin', ...set, 'end'];
    const [block, i] = [p.names.take(`${name}_start`), p.names.take('word')];
    const loop = `for (${i} = ${alike}; ${i} < ${depth}; ${i} = ${i} + 1)`;
    return [
      ...[declared, `initial begin : ${block}`, `  integer ${i};`, ...set],
      ...[`  ${loop} ${name}[${i}] = ${literal(words[alike]!, width)};`, 'end'],
    ];
  });
}

function wordsOf({ depth, contents }: Memory): readonly bigint[] {
  return Array.from({ length: depth }, (_, i) => contents[i] ?? 0n);
}

function memoryFile(p: Prepared, index: number): string {
  return `${p.module.name}_${p.memories[index]!}.hex`;
}

/** What the memories of a module hold that `printVerilog` does not write: a word a line, in hexadecimal digits. */
export function memoryFiles(p: Prepared, mostWords: number): readonly EmittedFile[] {
  return p.module.memories.flatMap((memory, index) => {
    const words = wordsOf(memory);
    if (lastRun(words) <= mostWords) return [];
    const digits = Math.ceil(memory.width / 4);
    const text = words.map((word) => `${word.toString(16).padStart(digits, '0')}\n`).join('');
    return [{ name: memoryFile(p, index), text }];
  });
}

/** Where the equal words at the end begin, if they are enough for a loop; else how many words there are. */
function lastRun(words: readonly bigint[]): number {
  const last = words.at(-1);
  const other = words.findLastIndex((word) => word !== last);
  return words.length - other > fewest ? other + 1 : words.length;
}

/** Fewer equal words than this are written one by one. */
const fewest = 4;

function registers(p: Prepared): string[] {
  return p.module.nodes.flatMap((node, id) => {
    const held = node.kind === 'reg' || (node.kind === 'read' && p.module.memories[node.memory]!.synchronous);
    return held ? [`reg ${span(node.width)}${p.wires[id]};`] : [];
  });
}

/** One wire a line in evaluation order, with the source line that it came from above each run. */
function wires(p: Prepared, design: Design, portsOf: PortsOf): string[] {
  const lines: string[] = [];
  let last: string | undefined;
  const results = outputsOf(p.module);
  p.module.nodes.forEach((node, id) => {
    const declared = declaration(p, id, design, results, portsOf);
    if (declared.length === 0) return;
    const origin = node.place ? `${basename(node.place.file)}:${node.place.line}` : '';
    if (origin !== last) lines.push('', ...(origin === '' ? [] : [`  // ${origin}`]));
    last = origin;
    lines.push(...declared.map((line) => `  ${line}`));
  });
  return lines;
}

function declaration(p: Prepared, id: Id, design: Design, results: Results, portsOf: PortsOf): string[] {
  const node = p.module.nodes[id]!;
  const name = p.wires[id];
  switch (node.kind) {
    case 'input':
    case 'reg':
    case 'write':
      return [];
    case 'read':
      if (p.module.memories[node.memory]!.synchronous) return [];
      return [`wire ${span(node.width)}${name} = ${memoryWord(p, node)};`];
    case 'output':
      return [];
    case 'instance':
      return instance(p, id, design, results.get(id) ?? [], portsOf);
    default:
      return name === undefined ? [] : [`wire ${span(p.widths[id]!)}${name} = ${expression(p, id)};`];
  }
}

function instance(p: Prepared, id: Id, design: Design, read: readonly Id[], portsOf: PortsOf): string[] {
  const node = p.module.nodes[id]!;
  if (node.kind !== 'instance') return [];
  const child = moduleOf(design, node.module);
  const results = resultNames(p, id, child, read);
  const names = portsOf(node.module);
  const pins = [
    ...(isClocked(design, child) ? [`.${names.clock}(${p.ports.clock})`] : []),
    ...child.inputs.map((port, i) => `.${names.input(port.name)}(${refer(p, node.inputs[i]!)})`),
    ...child.outputs.map((port, i) => `.${names.output(port.name)}(${results[i]})`),
  ];
  const declared = child.outputs.map((port, i) => `wire ${span(port.width)}${results[i]};`);
  if (child.leaf !== undefined) return [...declared, `${node.module} u_${p.wires[id]} (${pins.join(', ')});`];
  return [...declared, `${node.module} u_${p.wires[id]} (`, ...commas(pins), ');'];
}

/** The outputs that are read, by instance. */
type Results = ReadonlyMap<Id, readonly Id[]>;

function outputsOf(module: Module): Results {
  const results = new Map<Id, Id[]>();
  module.nodes.forEach((node, id) => {
    if (node.kind !== 'output') return;
    const known = results.get(node.instance);
    if (known) known.push(id);
    else results.set(node.instance, [id]);
  });
  return results;
}

/** The wires of an instance's outputs; those that nobody reads get one too, as no pin is left open. */
function resultNames(p: Prepared, id: Id, child: Module, read: readonly Id[]): string[] {
  const found: string[] = [];
  for (const at of read) {
    const node = p.module.nodes[at]!;
    if (node.kind === 'output') found[node.port] = p.wires[at]!;
  }
  return child.outputs.map((port, i) => found[i] ?? p.names.take(`unused_${p.wires[id]}_${port.name}`));
}

/** Registers that share reset and enable in one process each, in the order in which they come. */
function processes(p: Prepared): string[] {
  const groups = new Map<string, Id[]>();
  p.module.nodes.forEach((node, id) => {
    if (node.kind !== 'reg') return;
    const key = `${node.reset?.by ?? '-'}/${node.enable ?? '-'}`;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  });
  const lines = [...groups.values()].flatMap((group) => process(p, group));
  return [...lines, ...memoryProcesses(p)].map((line) => (line === '' ? '' : `  ${line}`));
}

function process(p: Prepared, group: readonly Id[]): string[] {
  const regs = group.map((id) => ({ name: p.wires[id]!, node: p.module.nodes[id] as Reg }));
  const { reset, enable } = regs[0]!.node;
  const load = regs.map(({ name, node }) => `${name} <= ${refer(p, node.next)};`);
  const clear = regs.map(({ name, node }) => `${name} <= ${literal(node.reset?.to ?? 0n, node.width)};`);
  const enabled = enable === undefined ? undefined : refer(p, enable);
  const body = [
    ...(reset ? [`if (!${refer(p, reset.by)}) begin`, ...indent(clear)] : []),
    ...(enabled === undefined && reset ? ['end else begin'] : []),
    ...(enabled === undefined ? [] : [`${reset ? 'end else ' : ''}if (${enabled}) begin`]),
    ...(reset || enabled !== undefined ? [...indent(load), 'end'] : load),
  ];
  return ['', `always @(posedge ${p.ports.clock}) begin`, ...indent(body), 'end'];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function memoryProcesses(p: Prepared): string[] {
  const reads = p.module.nodes.flatMap((node, id) =>
    node.kind === 'read' && p.module.memories[node.memory]!.synchronous
      ? ['', `always @(posedge ${p.ports.clock}) begin`, `  ${p.wires[id]} <= ${memoryWord(p, node)};`, 'end']
      : [],
  );
  // All writes of a memory in one process: only so does Verilog say which of two to one address wins.
  const writes = p.module.memories.flatMap((_, index) => {
    const lines = p.module.nodes.flatMap((node) =>
      node.kind === 'write' && node.memory === index ? [memoryWrite(p, node)] : [],
    );
    return lines.length === 0
      ? []
      : ['', `always @(posedge ${p.ports.clock}) begin`, ...indent(lines), 'end'];
  });
  return [...reads, ...writes];
}

function memoryWrite(p: Prepared, node: Write): string {
  const { depth } = p.module.memories[node.memory]!;
  const reachable = 2 ** p.module.nodes[node.address]!.width > depth;
  const when = refer(p, node.enable) + (reachable ? ` && (${inside(p, node.address, depth)})` : '');
  const word = `${p.memories[node.memory]}[${indexInto(p, node.address, depth)}]`;
  return `if (${when}) ${word} <= ${refer(p, node.data)};`;
}

function outputs(p: Prepared): string[] {
  return p.module.outputs.map((port) => `assign ${p.ports.output(port.name)} = ${refer(p, port.value)};`);
}

/** Linters take a wire of this name for a statement that its bits are meant to be unread. */
function dropped(p: Prepared): string[] {
  const bits = p.module.nodes.flatMap((node, id) => {
    const name = p.wires[id];
    if (name === undefined || node.kind === 'instance') return [];
    if (node.kind === 'input' && node.name === resetName && readsReset(p.module)) return [];
    const width = p.widths[id]!;
    return gaps(p.used[id]!, width).map(([high, low]) => {
      if (high - low + 1 === width) return name;
      return high === low ? `${name}[${low}]` : `${name}[${high}:${low}]`;
    });
  });
  if (bits.length === 0) return [];
  return [`wire ${p.names.take('unused')} = &{1'b0, ${bits.join(', ')}};`];
}
