import { parseExpression, pinsOf } from '../boolean.js';
import { attribute, groupsOf, type Group } from '../liberty/syntax.js';
import { greatest } from '../tables.js';
import type { FlipFlop } from '../technology.js';
import { round } from './arcs.js';
import type { Reading } from './cells.js';
import { tableOf, valueAt } from './tables.js';

/** A cell's flip-flop; undefined unless it takes one data pin, as it is or inverted, on the rising edge of one clock pin. */
export function flipFlopOf(cell: Group, reading: Reading): FlipFlop | undefined {
  const ff = groupsOf(cell, 'ff')[0]!;
  const nextState = attribute(ff, 'next_state');
  const clock = attribute(ff, 'clocked_on')?.replace(/[()\s]/g, '');
  const parsed = nextState === undefined ? undefined : parseExpression(nextState);
  const [data, ...more] = parsed ? pinsOf(parsed) : [];
  if (nextState === undefined || data === undefined || more.length || !clock || !/^\w+$/.test(clock))
    return undefined;
  const clear = attribute(ff, 'clear');
  const preset = attribute(ff, 'preset');
  return {
    state: ff.args[0] ?? 'IQ',
    invertedState: ff.args[1] ?? 'IQN',
    nextState,
    clock,
    data,
    ...(clear !== undefined && { clear }),
    ...(preset !== undefined && { preset }),
    setupRisePs: setup(cell, data, 'rise_constraint', reading),
    setupFallPs: setup(cell, data, 'fall_constraint', reading),
  };
}

function setup(cell: Group, data: string, edge: string, reading: Reading): number[] {
  const { templates, units, slewsPs, clockSlewPs } = reading;
  const tables = groupsOf(cell, 'pin')
    .filter((pin) => pin.args[0] === data)
    .flatMap((pin) => groupsOf(pin, 'timing'))
    .filter((timing) => attribute(timing, 'timing_type') === 'setup_rising')
    .flatMap((timing) => tableOf(timing, edge, templates) ?? []);
  const onAxis = tables.map((table) =>
    slewsPs.map((slew) => units.ps * valueAt(table, /constrained/, slew / units.ps, clockSlewPs / units.ps)),
  );
  return greatest(onAxis).map(round);
}
