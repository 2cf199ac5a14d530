import { unreachable } from '../../base/index.js';
import type { BitExpression, BitNetwork } from '../../sim/index.js';
import { sinksOf } from '../../synth/index.js';
import type { Sites } from './sites.js';

/** A line that is stuck at a value. */
export interface StuckFault {
  /** index of the site */
  readonly site: number;
  readonly value: 0 | 1;
}

/** Faults that no input can tell apart. */
export interface FaultClass {
  /** The first of them stands for all. */
  readonly faults: readonly [StuckFault, ...StuckFault[]];
  /** They change nothing that a cell computes, or are one with such a fault: no input shows them. */
  readonly isHarmless: boolean;
}

/** Wider cells would need larger tables than they are worth. */
const mostPins = 8;

/**
 * All single stuck-at faults in classes: of a cell without state, faults on pins and outputs that make the same
 * functions of it are one. A pin counts here only if nothing else hangs on its net. Nothing is said of faults before and
 * behind a flip-flop, and no use is made of one fault being seen whenever another one is.
 *
 * @param network of the sites' netlist
 */
export function stuckClasses({ netlist, sites }: Sites, network: BitNetwork): FaultClass[] {
  const siteOf = new Map(sites.map(({ net }, site) => [net, site] as const));
  const functions = new Map(network.gates.map(({ net, value }) => [net, value] as const));
  const sinks = sinksOf(netlist);
  const same = Array.from({ length: 2 * sites.length + 1 }, (_, id) => id);
  const harmless = 2 * sites.length;
  const find = (id: number): number => {
    while (same[id] !== id) id = same[id] = same[same[id]!]!;
    return id;
  };
  for (const { cell, inputs, outputs } of netlist.instances) {
    const pins = [...new Set(inputs)].filter((net) => typeof net === 'number');
    const driven = outputs.filter((net) => net !== undefined);
    if (cell.flipFlop || pins.length > mostPins) continue;
    const rows = 2 ** pins.length;
    const table = (stuck?: number, value?: 0 | 1): string =>
      driven
        .map((net) =>
          net === stuck ? `${value}`.repeat(rows) : truths(functions.get(net)!, pins, stuck, value),
        )
        .join(' ');
    const leaders = new Map([[table(), harmless]]);
    for (const net of [...pins.filter((net) => sinks[net] === 1), ...driven])
      for (const value of [0, 1] as const) {
        const site = siteOf.get(net);
        if (site === undefined) continue;
        const id = 2 * site + value;
        const key = table(net, value);
        const known = leaders.get(key);
        if (known === undefined) leaders.set(key, id);
        else same[find(id)] = find(known);
      }
  }
  return classesOf(2 * sites.length, find, harmless);
}

function classesOf(faults: number, find: (id: number) => number, harmless: number): FaultClass[] {
  const members = new Map<number, [StuckFault, ...StuckFault[]]>();
  for (let id = 0; id < faults; id++) {
    const root = find(id);
    const fault: StuckFault = { site: id >> 1, value: (id & 1) as 0 | 1 };
    const known = members.get(root);
    if (known) known.push(fault);
    else members.set(root, [fault]);
  }
  return [...members].map(([root, list]) => ({ faults: list, isHarmless: root === find(harmless) }));
}

/** A gate's values for all values of some nets, one of which may be stuck. */
function truths(value: BitExpression, pins: readonly number[], stuck?: number, at?: 0 | 1): string {
  return Array.from({ length: 2 ** pins.length }, (_, row) =>
    Number(valueOf(value, (net) => (net === stuck ? at === 1 : ((row >> pins.indexOf(net)) & 1) === 1))),
  ).join('');
}

function valueOf(expression: BitExpression, net: (net: number) => boolean): boolean {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'net':
      return net(expression.net);
    case 'not':
      return !valueOf(expression.of, net);
    case 'and':
      return valueOf(expression.left, net) && valueOf(expression.right, net);
    case 'or':
      return valueOf(expression.left, net) || valueOf(expression.right, net);
    case 'xor':
      return valueOf(expression.left, net) !== valueOf(expression.right, net);
    case 'state':
      throw new Error('a cell with a state');
    default:
      return unreachable(expression);
  }
}
