import { success, type Result } from '../base/index.js';
import type { NetBit, Netlist } from './netlist.js';
import { levelOrder } from './order.js';
import { propagate, startState, type State } from './propagate.js';
import { registersBefore } from './stages.js';
import { lookUp } from './tables.js';
import type { Technology } from './technology.js';

/** Where paths begin and end: input ports and output ports, or flip-flops. */
export type PathKind = 'inputToRegister' | 'registerToRegister' | 'registerToOutput' | 'inputToOutput';

/** Static timing of a netlist. All times in ps from the clock edge, at which the inputs arrive too. */
export interface Timing {
  /** The longest path of any kind, setup time included: the shortest clock period. 0 where there are no paths. */
  readonly delayPs: number;
  /** 10⁶ / delayPs; Infinity where there are no paths. */
  readonly fmaxMhz: number;
  /** The longest path of each kind that there is. */
  readonly paths: Readonly<Partial<Record<PathKind, number>>>;
  /** The longest path that ends in each stage, from the inputs on. */
  readonly stages: readonly Stage[];
  /** The points of the longest path, from its start to its end. */
  readonly critical: readonly PathPoint[];
}

/** What lies between two rows of registers, or before the first or behind the last. */
export interface Stage {
  /** Registers between the inputs and the paths' ends, the fewest there are, these ends counted: 1 is the first stage. */
  readonly stage: number;
  /** Setup time included. */
  readonly delayPs: number;
  /** What the longest path ends at: a register's output net, or an output port's. */
  readonly end: string;
}

/** A transition on the critical path: at an output pin of a cell, at a port, or at a flip-flop's data pin (setup added). */
export interface PathPoint {
  /** The instance; empty at a port. */
  readonly instance: string;
  readonly cell: string;
  readonly pin: string;
  readonly net: string;
  readonly edge: 'rise' | 'fall';
  readonly arrivalPs: number;
  readonly slewPs: number;
  readonly loadFf: number;
}

const edges = ['rise', 'fall'] as const;
const starts = ['input', 'register'] as const;

interface End {
  readonly start: 0 | 1;
  readonly at: 'register' | 'output';
  readonly entry: number;
  readonly arrivalPs: number;
  /** The port's net, or the flip-flop's output. */
  readonly net: number;
  readonly last?: { readonly instance: string; readonly cell: string; readonly pin: string };
}

/**
 * Longest paths by propagation of slews and arrivals from inputs and clock edges to outputs and data pins, with each
 * net's worst slew and worst arrival kept apart, as graph-based timing does. The clock is ideal. A combinational loop
 * is a fault.
 */
export function timingOf(netlist: Netlist, technology: Technology): Result<Timing> {
  const order = levelOrder(netlist);
  if (!order.ok) return order;
  const state = startState(netlist, technology);
  for (const instance of order.value) propagate(state, instance);
  const ends = [...outputEnds(state, netlist), ...registerEnds(state, netlist)];

  const paths: Partial<Record<PathKind, number>> = {};
  let worst: End | undefined;
  for (const end of ends) {
    const kind = `${starts[end.start]}To${end.at === 'register' ? 'Register' : 'Output'}` as PathKind;
    paths[kind] = Math.max(paths[kind] ?? 0, end.arrivalPs);
    if (!worst || end.arrivalPs > worst.arrivalPs) worst = end;
  }
  const delayPs = worst?.arrivalPs ?? 0;
  return success({
    delayPs,
    fmaxMhz: 1e6 / delayPs,
    paths,
    stages: stagesOf(netlist, ends),
    critical: worst ? trace(state, netlist, worst) : [],
  });
}

function stagesOf(netlist: Netlist, ends: readonly End[]): Stage[] {
  const before = registersBefore(netlist);
  const worst = new Map<number, End>();
  for (const end of ends) {
    // What no input reaches, as a counter, lies behind nothing.
    const stage = Math.max(before[end.entry >> 1]!, 0) + 1;
    const known = worst.get(stage);
    if (!known || end.arrivalPs > known.arrivalPs) worst.set(stage, end);
  }
  return [...worst]
    .sort(([a], [b]) => a - b)
    .map(([stage, { arrivalPs, net }]) => ({ stage, delayPs: arrivalPs, end: nameOf(net, netlist) }));
}

/** A net's name; for one that mapping made up, as of a flip-flop with an inverted output, that of the net behind its inverter. */
function nameOf(net: number, { instances, netNames }: Netlist): string {
  const isGiven = (one: number | undefined): boolean => one !== undefined && !netNames[one]!.includes('$');
  if (isGiven(net)) return netNames[net]!;
  const behind = instances
    .filter(({ cell, inputs }) => !cell.flipFlop && inputs.length === 1 && inputs[0] === net)
    .flatMap(({ outputs }) => outputs)
    .find(isGiven);
  return netNames[behind ?? net]!;
}

function outputEnds(state: State, netlist: Netlist): End[] {
  const nets = netlist.ports.filter((port) => port.direction === 'output').flatMap((port) => port.bits);
  return nets.flatMap((net) =>
    endsAt(state, net).map((end) => ({ ...end, net: end.entry >> 1, at: 'output' as const })),
  );
}

function registerEnds(state: State, netlist: Netlist): End[] {
  return netlist.instances.flatMap((instance) => {
    const { cell, inputs, outputs, name } = instance;
    const { flipFlop } = cell;
    if (!flipFlop) return [];
    const data = inputs[cell.inputs.findIndex((pin) => pin.name === flipFlop.data)]!;
    return endsAt(state, data).map((end) => {
      const setup = end.entry % 2 === 0 ? flipFlop.setupRisePs : flipFlop.setupFallPs;
      const needed = setup.length
        ? lookUp(state.technology.slewsPs, [0], setup, state.slews[end.entry]!, 0)
        : 0;
      const last = { instance: name, cell: cell.name, pin: flipFlop.data };
      const net = outputs.find((one) => one !== undefined) ?? end.entry >> 1;
      return { ...end, at: 'register' as const, arrivalPs: end.arrivalPs + needed, net, last };
    });
  });
}

function endsAt(state: State, net: NetBit): Omit<End, 'at' | 'net'>[] {
  if (typeof net !== 'number') return [];
  return [0, 1].flatMap((edge) =>
    ([0, 1] as const).flatMap((start) => {
      const entry = net * 2 + edge;
      const arrivalPs = state.arrivals[start][entry]!;
      return arrivalPs > -Infinity ? [{ start, entry, arrivalPs }] : [];
    }),
  );
}

function trace(state: State, netlist: Netlist, end: End): PathPoint[] {
  const points: PathPoint[] = [];
  const point = (
    entry: number,
    arrivalPs: number,
    at: { instance: string; cell: string; pin: string },
  ): PathPoint => ({
    ...at,
    net: netlist.netNames[entry >> 1]!,
    edge: edges[entry & 1]!,
    arrivalPs,
    slewPs: state.slews[entry]!,
    loadFf: state.loads[entry >> 1]!,
  });
  if (end.last) points.push(point(end.entry, end.arrivalPs, end.last));
  for (let entry = end.entry; entry >= 0;) {
    const cause = state.causes[end.start][entry];
    const at = cause
      ? { instance: cause.instance.name, cell: cause.instance.cell.name, pin: cause.pin.name }
      : { instance: '', cell: '', pin: netlist.netNames[entry >> 1]! };
    points.push(point(entry, state.arrivals[end.start][entry]!, at));
    entry = cause ? cause.from : -1;
  }
  return points.reverse();
}
