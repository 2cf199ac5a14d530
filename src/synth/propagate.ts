import { loadsOf, type Instance, type Netlist } from './netlist.js';
import { lookUp } from './tables.js';
import type { Arc, OutputPin, Technology } from './technology.js';

/** What is known of every net: entries are at `net * 2 + edge`, arrivals and causes in one array for each kind of start. */
export interface State {
  readonly technology: Technology;
  readonly loads: Float64Array;
  readonly slews: Float64Array;
  readonly arrivals: readonly [Float64Array, Float64Array];
  readonly causes: readonly [Cause[], Cause[]];
}

/** How a transition came about: the instance and output pin that made it, and the entry it came from. */
export type Cause =
  { readonly instance: Instance; readonly pin: OutputPin; readonly from: number } | undefined;

/** Input ports at 0 with the slew of the conditions, all else unknown. */
export function startState(netlist: Netlist, technology: Technology): State {
  const entries = netlist.netNames.length * 2;
  const state: State = {
    technology,
    loads: loadsOf(netlist, technology),
    slews: new Float64Array(entries),
    arrivals: [new Float64Array(entries).fill(-Infinity), new Float64Array(entries).fill(-Infinity)],
    causes: [[], []],
  };
  for (const port of netlist.ports)
    for (const net of port.bits)
      if (port.direction === 'input' && typeof net === 'number')
        for (const edge of [0, 1]) {
          state.arrivals[0][net * 2 + edge] = 0;
          state.slews[net * 2 + edge] = technology.conditions.inputSlewPs;
        }
  return state;
}

/** From an instance's inputs, or the clock, to its outputs. Instances are to be given in level order. */
export function propagate(state: State, instance: Instance): void {
  const { cell, inputs, outputs } = instance;
  outputs.forEach((net, k) => {
    if (net === undefined) return;
    const pin = cell.outputs[k]!;
    for (const arc of pin.arcs) {
      if (cell.flipFlop) {
        if (arc.from === cell.flipFlop.clock) launch(state, instance, pin, arc, net);
      } else {
        const from = inputs[cell.inputs.findIndex((input) => input.name === arc.from)];
        if (typeof from === 'number') pass(state, instance, pin, arc, from, net);
      }
    }
  });
}

/** A clock edge to both edges of a flip-flop's output. */
function launch(state: State, instance: Instance, pin: OutputPin, arc: Arc, net: number): void {
  const slew = state.technology.conditions.clockSlewPs;
  for (const edge of [0, 1] as const) merge(state, { instance, pin, from: -1 }, arc, net, edge, slew, 1, 0);
}

/** Through a combinational arc: by its sense from one edge or from both. */
function pass(state: State, instance: Instance, pin: OutputPin, arc: Arc, from: number, net: number): void {
  for (const edge of [0, 1] as const)
    for (const cause of [0, 1] as const) {
      if (arc.sense === 'positive' && cause !== edge) continue;
      if (arc.sense === 'negative' && cause === edge) continue;
      const entry = from * 2 + cause;
      for (const start of [0, 1] as const) {
        const arrival = state.arrivals[start][entry]!;
        if (arrival > -Infinity)
          merge(state, { instance, pin, from: entry }, arc, net, edge, state.slews[entry]!, start, arrival);
      }
    }
}

function merge(
  state: State,
  cause: NonNullable<Cause>,
  arc: Arc,
  net: number,
  edge: 0 | 1,
  slew: number,
  start: 0 | 1,
  arrival: number,
): void {
  const rows = state.technology.slewsPs;
  const columns = cause.pin.loadsFf;
  const delays = edge === 0 ? arc.riseDelayPs : arc.fallDelayPs;
  const slews = edge === 0 ? arc.riseSlewPs : arc.fallSlewPs;
  if (delays.length === 0) return;
  const entry = net * 2 + edge;
  const load = state.loads[net]!;
  const later = arrival + lookUp(rows, columns, delays, slew, load);
  state.slews[entry] = Math.max(state.slews[entry]!, lookUp(rows, columns, slews, slew, load));
  if (later > state.arrivals[start][entry]!) {
    state.arrivals[start][entry] = later;
    state.causes[start][entry] = cause;
  }
}
