import { topOf, resetName, type Design, type Module, type Port } from '../ir/index.js';
import { render } from '../template/index.js';
import { leafText } from './leaf.js';
import { isClocked, prepare } from './prepare.js';
import { printVerilog } from './print.js';

/** A port of the generated top module, for those who connect it. */
export interface PortEntry {
  readonly name: string;
  readonly verilog: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
  readonly lanes: number;
  readonly format: string;
}

/** One generated file: a name without folders, and its text. */
export interface EmittedFile {
  readonly name: string;
  readonly text: string;
}

/** A design as Verilog. */
export interface Emitted {
  readonly top: string;
  /** The Verilog modules, each after those it instantiates; one a file. */
  readonly verilog: readonly EmittedFile[];
  /** What else belongs to it: file list, timing constraints, port manifest. */
  readonly others: readonly EmittedFile[];
  /** Cycles from an input to the output that belongs to it. */
  readonly latency: number;
  readonly clocked: boolean;
  /** Whether the top has the active-low reset port. */
  readonly reset: boolean;
  readonly ports: readonly PortEntry[];
}

export interface EmitOptions {
  /** The version written into the banner. */
  readonly version: string;
  /** The clock period that the constraints state. */
  readonly clockPs?: number;
}

/** Writes a design, simplified and pipelined already, as Verilog-2005. */
export function emit(design: Design, options: EmitOptions): Emitted {
  const top = topOf(design);
  const clocked = isClocked(design, top);
  const verilog = design.modules.map((module) => ({
    name: `${module.name}.v`,
    text:
      module.leaf === undefined
        ? banner(design, module, options.version) + printVerilog(prepare(design, module.name), design)
        : leafText(module.leaf),
  }));
  const ports = manifest(top);
  const facts = {
    top: top.name,
    latency: top.latency,
    clocked,
    files: verilog.map((file) => file.name),
    ports,
    ...(top.streams && { streams: top.streams }),
  };
  return {
    top: top.name,
    verilog,
    others: [
      { name: `${top.name}.f`, text: verilog.map((file) => `${file.name}\n`).join('') },
      { name: `${top.name}.sdc`, text: constraints(top, clocked, options.clockPs ?? 1000) },
      { name: `${top.name}.json`, text: JSON.stringify(facts, undefined, 2) + '\n' },
    ],
    latency: top.latency,
    clocked,
    reset: top.inputs.some((port) => port.name === resetName),
    ports,
  };
}

/** The data ports of a module as the generated Verilog has them; clock and reset are not among them. */
export function manifest(module: Module): PortEntry[] {
  const entry = (port: Port, direction: 'input' | 'output'): PortEntry => ({
    name: port.name,
    verilog: `${port.name}${direction === 'input' ? '_i' : '_o'}`,
    direction,
    width: port.width,
    lanes: port.lanes,
    format: port.format,
  });
  return [
    ...module.inputs.filter((port) => port.name !== resetName).map((port) => entry(port, 'input')),
    ...module.outputs.map((port) => entry(port, 'output')),
  ];
}

function banner(design: Design, module: Module, version: string): string {
  const ports = manifest(module).map(describePort);
  const timing = isClocked(design, module)
    ? `${pace(module)}; reset is synchronous and active low.`
    : 'Combinational.';
  return render('banner.v', { module: module.name, about: module.about, ports, timing, version });
}

function describePort(port: PortEntry): string {
  const lanes = port.lanes > 1 ? `${port.lanes} x ${port.format}, element 0 in the low bits` : port.format;
  return `${port.verilog.padEnd(16)} ${lanes}`;
}

function constraints(top: Module, clocked: boolean, clockPs: number): string {
  return render('constraints.sdc', {
    top: top.name,
    periodNs: (clockPs / 1000).toFixed(3),
    clock: clocked
      ? 'create_clock -name clk -period $period_ns [get_ports clk_i]'
      : 'create_clock -name clk -period $period_ns',
    latency: top.latency,
  });
}

function pace({ streams, latency }: Module): string {
  if (!streams) return `Latency ${latency}, a new input every cycle`;
  const words = streams.map(({ name, direction }) => `${name} ${direction}`);
  return `Words are handed over where valid and ready are 1: ${words.join(', ')}`;
}
