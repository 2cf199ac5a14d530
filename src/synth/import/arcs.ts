import { attribute, groupsOf, type Group } from '../liberty/syntax.js';
import { greatest } from '../tables.js';
import type { Arc, Sense } from '../technology.js';
import { slewVariable, tableOf, valueAt, type Table, type Templates } from './tables.js';
import type { Units } from './units.js';

const kept = ['combinational', 'combinational_rise', 'combinational_fall', 'rising_edge'];
const tableNames = {
  riseDelayPs: 'cell_rise',
  riseSlewPs: 'rise_transition',
  fallDelayPs: 'cell_fall',
  fallSlewPs: 'fall_transition',
} as const;

/** What tables are read with, and the axes they are brought to. */
export interface Axes {
  readonly templates: Templates;
  readonly units: Units;
  readonly slewsPs: readonly number[];
  readonly loadsFf: readonly number[];
}

/**
 * The arcs to one output: for each causing pin and sense the worst over all `when` conditions, on the given axes.
 * Arcs from other outputs (ASAP7's sum from its carry) are left out, as the arcs from the inputs hold the whole way.
 * Arcs of clear and preset pins are left out, as are hold and recovery.
 */
export function arcsOf(output: Group, inputs: readonly string[], axes: Axes): Arc[] {
  const { templates, units, slewsPs, loadsFf } = axes;
  const byCause = new Map<string, { from: string; sense: Sense; timings: Group[] }>();
  for (const timing of groupsOf(output, 'timing')) {
    const type = attribute(timing, 'timing_type') ?? 'combinational';
    if (!kept.includes(type)) continue;
    const sense = senseOf(timing, type);
    for (const from of (attribute(timing, 'related_pin') ?? '').split(/\s+/)) {
      if (!inputs.includes(from)) continue;
      const known = byCause.get(`${from} ${sense}`) ?? { from, sense, timings: [] };
      known.timings.push(timing);
      byCause.set(`${from} ${sense}`, known);
    }
  }
  return [...byCause.values()].map(({ from, sense, timings }) => ({
    from,
    sense,
    riseDelayPs: worst(timings, tableNames.riseDelayPs),
    riseSlewPs: worst(timings, tableNames.riseSlewPs),
    fallDelayPs: worst(timings, tableNames.fallDelayPs),
    fallSlewPs: worst(timings, tableNames.fallSlewPs),
  }));

  function worst(timings: readonly Group[], name: string): number[] {
    const tables = timings.flatMap((timing) => tableOf(timing, name, templates) ?? []);
    return greatest(tables.map(onAxes)).map(round);
  }
  function onAxes(table: Table): number[] {
    return slewsPs.flatMap((slew) =>
      loadsFf.map((load) => units.ps * valueAt(table, slewVariable, slew / units.ps, load / units.ff)),
    );
  }
}

/** Four significant digits: the libraries' own characterisation is not better than that. */
export function round(value: number): number {
  return Number(value.toPrecision(4));
}

function senseOf(timing: Group, type: string): Sense {
  if (type === 'rising_edge') return 'edge';
  const written = attribute(timing, 'timing_sense');
  return written === 'positive_unate' ? 'positive' : written === 'negative_unate' ? 'negative' : 'both';
}
