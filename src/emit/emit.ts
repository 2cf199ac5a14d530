import { resetName, topOf, type Design, type Module } from '../ir/index.js';
import { render } from '../template/index.js';
import { axisTable, type AxisBus } from './axis.js';
import { ipXact } from './ipxact.js';
import { leafText } from './leaf.js';
import { describePort, manifest, type PortEntry } from './manifest.js';
import { axisPorts, plainPorts, type PortNames } from './ports.js';
import { isClocked, prepare } from './prepare.js';
import { memoryFiles, printVerilog } from './print.js';

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
  /** What else belongs to it: file list, timing constraints, port manifest, and what large memories hold (`.hex`). */
  readonly others: readonly EmittedFile[];
  /** Cycles from an input to the output that belongs to it. */
  readonly latency: number;
  readonly clocked: boolean;
  /** Whether the top has the active-low reset port. */
  readonly reset: boolean;
  /** What the clock and the reset of the top are called, where it has them. */
  readonly clockPort: string;
  readonly resetPort: string;
  readonly ports: readonly PortEntry[];
}

/** A module of the design that is a wrapper with AXI4-Stream interfaces. */
export interface AxisTop {
  readonly module: string;
  readonly buses: readonly AxisBus[];
}

export interface EmitOptions {
  /** The version written into the banner. */
  readonly version: string;
  /** The clock period that the constraints state. */
  readonly clockPs?: number;
  /** Its ports get the names of the standard; where it is the top, an IP-XACT description comes along. */
  readonly axis?: AxisTop;
  /** Memories with more words that differ are read from `.hex` files by `$readmemh`; all stand in the Verilog where nothing is said. */
  readonly mostWords?: number;
}

/** Writes a design, simplified and pipelined already, as Verilog-2005. */
export function emit(design: Design, options: EmitOptions): Emitted {
  const { axis, version, mostWords = Infinity } = options;
  const top = topOf(design);
  const clocked = isClocked(design, top);
  const portsOf = portNames(axis);
  const contents: EmittedFile[] = [];
  const verilog = design.modules.map((module) => {
    if (module.leaf !== undefined) return { name: `${module.name}.v`, text: leafText(module.leaf) };
    const prepared = prepare(design, module.name, portsOf(module.name));
    const buses = axis?.module === module.name ? axis.buses : undefined;
    const head = banner(design, module, version, portsOf(module.name), buses);
    contents.push(...memoryFiles(prepared, mostWords));
    return { name: `${module.name}.v`, text: head + printVerilog(prepared, design, portsOf, mostWords) };
  });
  const names = portsOf(top.name);
  const ports = manifest(top, names);
  const reset = top.inputs.some((port) => port.name === resetName);
  const buses = axis?.module === top.name ? axis.buses : undefined;
  const facts = {
    top: top.name,
    latency: top.latency,
    clocked,
    files: verilog.map((file) => file.name),
    ports,
    ...(top.streams && { streams: top.streams }),
    ...(buses && { axis: buses }),
  };
  const timing = { top, clocked, clockPs: options.clockPs ?? 1000, names, reset };
  const xact = { top, buses: buses ?? [], ports, files: facts.files, version };
  return {
    top: top.name,
    verilog,
    others: [
      { name: `${top.name}.f`, text: verilog.map((file) => `${file.name}\n`).join('') },
      { name: `${top.name}.sdc`, text: constraints(timing) },
      { name: `${top.name}.json`, text: JSON.stringify(facts, undefined, 2) + '\n' },
      ...(buses ? [{ name: 'component.xml', text: ipXact(xact) }] : []),
      ...contents,
    ],
    latency: top.latency,
    clocked,
    reset,
    clockPort: names.clock,
    resetPort: names.reset,
    ports,
  };
}

/** What the ports of each module are called. */
export function portNames(axis: AxisTop | undefined): (module: string) => PortNames {
  return (module) => (module === axis?.module ? axisPorts : plainPorts);
}

function banner(
  design: Design,
  module: Module,
  version: string,
  names: PortNames,
  buses: readonly AxisBus[] | undefined,
): string {
  const lines = buses?.flatMap(axisTable) ?? manifest(module, names).map(describePort);
  const timing = isClocked(design, module)
    ? `${pace(module)}; reset is synchronous and active low.`
    : 'Combinational.';
  return render('banner.v', { module: module.name, about: module.about, ports: lines, timing, version });
}

interface Timing {
  readonly top: Module;
  readonly clocked: boolean;
  readonly clockPs: number;
  readonly names: PortNames;
  readonly reset: boolean;
}

function constraints({ top, clocked, clockPs, names, reset }: Timing): string {
  const inputs = top.inputs.map((port) => names.input(port.name));
  const source = clocked ? ` [get_ports ${names.clock}]` : '';
  return render('constraints.sdc', {
    top: top.name,
    periodNs: (clockPs / 1000).toFixed(3),
    clock: `create_clock -name clk -period $period_ns${source}`,
    timing: pace(top),
    reset: reset ? names.reset : '',
    inputs: inputs.join(' '),
    outputs: top.outputs.map((port) => names.output(port.name)).join(' '),
  });
}

function pace({ streams, latency }: Module): string {
  if (!streams) return `Latency ${latency}, a new input every cycle`;
  const words = streams.map(({ name, direction }) => `${name} ${direction}`);
  return `Words are handed over where valid and ready are 1: ${words.join(', ')}`;
}
