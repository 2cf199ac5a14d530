import { clockNets, sinksOf, type Instance, type NetBit, type Netlist } from '../../synth/index.js';

/** A place where a circuit may break: a net of the netlist that `withBranches` makes. */
export interface Site {
  readonly net: number;
  /** `input`: a bit of an input port; `cell`: a cell's output; `branch`: one of several pins or ports that a net drives. */
  readonly kind: 'input' | 'cell' | 'branch';
  /** Of the cell that the site is at, or of the whole circuit. */
  readonly module: string;
  readonly name: string;
}

export interface Sites {
  readonly netlist: Netlist;
  readonly sites: readonly Site[];
}

/** What a net and a branch of it have between them. */
const wire: Instance['cell'] = {
  name: 'wire',
  areaUm2: 0,
  leakageNw: 0,
  inputs: [{ name: 'A', capFf: 0, energyFj: 0 }],
  outputs: [{ name: 'Y', function: 'A', maxLoadFf: 0, energyFj: 0, loadsFf: [], arcs: [] }],
};

/**
 * All places for faults on single lines: bits of input ports, outputs of cells, and, where a net drives several pins or
 * output bits, each of these by itself. To that end each such branch becomes a net behind a wire. The clock and what is
 * tied to a constant without a cell are left out.
 */
export function withBranches(netlist: Netlist): Sites {
  const sinks = sinksOf(netlist);
  const clocks = clockNets(netlist);
  const netNames = [...netlist.netNames];
  const wires: Instance[] = [];
  const branches: Site[] = [];
  const branch = (net: NetBit, name: string, module: string): NetBit => {
    if (typeof net !== 'number' || clocks.has(net) || sinks[net]! < 2) return net;
    const own = netNames.push(name) - 1;
    wires.push({ name: `wire of ${name}`, cell: wire, inputs: [net], outputs: [own] });
    branches.push({ net: own, kind: 'branch', module, name });
    return own;
  };
  const moduleOf = ({ module }: Instance): string => module ?? netlist.name;
  const instances = netlist.instances.map((instance): Instance => {
    const { name, cell, inputs } = instance;
    const pins = inputs.map((net, k) => branch(net, `${name}.${cell.inputs[k]!.name}`, moduleOf(instance)));
    return { ...instance, inputs: pins };
  });
  const ports = netlist.ports.map((port) =>
    port.direction === 'input'
      ? port
      : { ...port, bits: port.bits.map((net, k) => branch(net, `${port.name}[${k}]`, netlist.name)) },
  );
  const sites: Site[] = [...inputSites(netlist, clocks)];
  for (const instance of netlist.instances)
    instance.outputs.forEach((net, k) => {
      const name = `${instance.name}.${instance.cell.outputs[k]!.name}`;
      if (net !== undefined) sites.push({ net, kind: 'cell', module: moduleOf(instance), name });
    });
  return {
    netlist: { ...netlist, ports, instances: [...instances, ...wires], netNames },
    sites: [...sites, ...branches],
  };
}

function inputSites({ name, ports }: Netlist, clocks: ReadonlySet<NetBit>): Site[] {
  return ports
    .filter((port) => port.direction === 'input')
    .flatMap((port) =>
      port.bits.flatMap((net, k): Site[] =>
        typeof net !== 'number' || clocks.has(net)
          ? []
          : [{ net, kind: 'input', module: name, name: `${port.name}[${k}]` }],
      ),
    );
}
