import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { notNetlist, notOneClock, twoDrivers, unknownCell, unknownModule, unknownPin } from './problems.js';
import { cellsByName, type Cell, type Technology } from './technology.js';

/** A flat netlist of technology cells. Nets are integers from 0; `netNames[net]` is a name for each. */
export interface Netlist {
  readonly name: string;
  readonly ports: readonly Port[];
  readonly instances: readonly Instance[];
  readonly netNames: readonly string[];
}

/** A port; bit 0 of the word is `bits[0]`. */
export interface Port {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly bits: readonly NetBit[];
}

/** A net, or a constant where the netlist ties a bit without a cell. */
export type NetBit = number | 'zero' | 'one';

export interface Instance {
  readonly name: string;
  readonly cell: Cell;
  /** The nets of the cell's inputs and outputs, in the cell's order; undefined for an open output. */
  readonly inputs: readonly NetBit[];
  readonly outputs: readonly (number | undefined)[];
  /** The module that the cell is of, where modules were mapped one by one. */
  readonly module?: string;
}

/** A module as Yosys' `write_json` has it, and of which module each cell was before they were put together. */
export interface YosysModule {
  readonly ports: Readonly<
    Record<string, { readonly direction: string; readonly bits: readonly (number | string)[] }>
  >;
  readonly cells: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
        readonly module?: string;
      }
    >
  >;
  readonly netnames: Readonly<
    Record<string, { readonly bits: readonly (number | string)[]; readonly hide_name?: number }>
  >;
}

/**
 * The module `top` of a netlist that Yosys wrote with `write_json`. Faults: not such a file, no such module, cells or
 * pins that the technology does not have, nets with two drivers, flip-flops that are not all clocked by one input port. Undefined and open inputs read as zero.
 */
export function readNetlist(json: string, top: string, technology: Technology): Result<Netlist> {
  const modules = readModules(json);
  if (!modules.ok) return modules;
  const module = modules.value[top];
  return module
    ? netlistOf(module, top, technology)
    : failure(unknownModule(top, `it has ${Object.keys(modules.value).join(', ') || 'none at all'}`));
}

/** The modules of a file that Yosys wrote with `write_json`, by name. */
export function readModules(json: string): Result<Readonly<Record<string, YosysModule>>> {
  try {
    return success((JSON.parse(json) as { modules: Record<string, YosysModule> }).modules ?? {});
  } catch (error) {
    return failure(notNetlist((error as Error).message));
  }
}

/** The same from a module whose cells are all of the technology. */
export function netlistOf(module: YosysModule, top: string, technology: Technology): Result<Netlist> {
  const nets = netNumbers();
  const ports = Object.entries(module.ports).map(([name, { direction, bits }]): Port => ({
    name,
    direction: direction === 'input' ? 'input' : 'output',
    bits: bits.map(nets.of),
  }));
  const { instances, faults } = instancesOf(module, nets.of, technology);
  if (faults.length > 0) return failure(...faults.slice(0, 20));
  const netNames = nameNets(module, nets.numbers);
  const doubled = doubleDrivers(ports, instances).map((net) => twoDrivers(netNames[net]!));
  const clocks = [...clockNets({ instances })];
  const isInput = (net: NetBit): boolean =>
    ports.some((port) => port.direction === 'input' && port.bits.includes(net));
  if (clocks.length > 1 || !clocks.every(isInput))
    return failure(notOneClock(clocks.map((net) => (typeof net === 'number' ? netNames[net]! : net))));
  return doubled.length > 0 ? failure(...doubled) : success({ name: top, ports, instances, netNames });
}

/** The nets that drive clock pins of flip-flops. */
export function clockNets({ instances }: Pick<Netlist, 'instances'>): ReadonlySet<NetBit> {
  const nets = instances.flatMap(({ cell, inputs }) =>
    cell.inputs.flatMap((pin, k) => (pin.name === cell.flipFlop?.clock ? [inputs[k]!] : [])),
  );
  return new Set(nets);
}

function instancesOf(
  module: YosysModule,
  netOf: (bit: number | string) => NetBit,
  technology: Technology,
): { instances: Instance[]; faults: Diagnostic[] } {
  const cells = cellsByName(technology);
  const faults: Diagnostic[] = [];
  const instances = Object.entries(module.cells).flatMap(([name, cellOf]): Instance[] => {
    const { type, connections, module: of } = cellOf;
    const cell = cells.get(type);
    if (!cell) {
      faults.push(unknownCell(name, type, technology.name));
      return [];
    }
    const known = [...cell.inputs, ...cell.outputs].map((pin) => pin.name);
    const strange = Object.keys(connections).filter((pin) => !known.includes(pin));
    faults.push(...strange.map((pin) => unknownPin(name, type, pin)));
    const net = (pin: string): NetBit => netOf(connections[pin]?.[0] ?? '0');
    const outputs = cell.outputs
      .map((pin) => net(pin.name))
      .map((bit) => (typeof bit === 'number' ? bit : undefined));
    const inputs = cell.inputs.map((pin) => net(pin.name));
    return [{ name, cell, inputs, outputs, ...(of !== undefined && { module: of }) }];
  });
  return { instances, faults };
}

function netNumbers(): { of: (bit: number | string) => NetBit; numbers: Map<number, number> } {
  const numbers = new Map<number, number>();
  const of = (bit: number | string): NetBit => {
    if (typeof bit === 'string') return bit === '1' ? 'one' : 'zero';
    const known = numbers.get(bit) ?? numbers.size;
    numbers.set(bit, known);
    return known;
  };
  return { of, numbers };
}

function nameNets(module: YosysModule, numbers: ReadonlyMap<number, number>): string[] {
  const names: string[] = Array.from({ length: numbers.size }, (_, k) => `net ${k}`);
  const written = Object.entries(module.netnames).sort(
    ([, a], [, b]) => (b.hide_name ?? 0) - (a.hide_name ?? 0),
  );
  for (const [name, { bits }] of written)
    bits.forEach((bit, k) => {
      const net = typeof bit === 'number' ? numbers.get(bit) : undefined;
      if (net !== undefined) names[net] = bits.length > 1 ? `${name}[${k}]` : name;
    });
  return names;
}

function doubleDrivers(ports: readonly Port[], instances: readonly Instance[]): number[] {
  const driven = new Set<NetBit>(
    ports.filter((port) => port.direction === 'input').flatMap((port) => port.bits),
  );
  const doubled: number[] = [];
  for (const net of instances.flatMap((instance) => instance.outputs)) {
    if (net === undefined) continue;
    if (driven.has(net)) doubled.push(net);
    driven.add(net);
  }
  return doubled;
}

/** How many pins and output ports each net drives. */
export function sinksOf(netlist: Netlist): Float64Array {
  const sinks = new Float64Array(netlist.netNames.length);
  const add = (net: NetBit): void => {
    if (typeof net === 'number') sinks[net]!++;
  };
  for (const { inputs } of netlist.instances) inputs.forEach(add);
  for (const port of netlist.ports) if (port.direction === 'output') port.bits.forEach(add);
  return sinks;
}

/** The load of every net, in fF: its sinks' pins, its wire, and the outside load where it is an output port. */
export function loadsOf(netlist: Netlist, technology: Technology): Float64Array {
  const { wire, conditions } = technology;
  const loads = new Float64Array(netlist.netNames.length);
  const sinks = sinksOf(netlist);
  const add = (net: NetBit, capFf: number): void => {
    if (typeof net === 'number') loads[net]! += capFf;
  };
  for (const { cell, inputs } of netlist.instances)
    inputs.forEach((net, k) => add(net, cell.inputs[k]!.capFf));
  for (const port of netlist.ports)
    if (port.direction === 'output') port.bits.forEach((net) => add(net, conditions.outputLoadFf));
  return loads.map((load, net) => load + (sinks[net]! > 0 ? wire.fixedFf + wire.perSinkFf * sinks[net]! : 0));
}
