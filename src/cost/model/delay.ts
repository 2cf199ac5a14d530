import type { Formula } from './formula.js';
import { gates, pins } from './gates.js';
import { mostReaders, sourceNames, type Ends, type Paths } from './paths.js';
import { widest } from './cuts.js';

/** Those that only designs with adder cells have. */
export const adderNames = ['fullSum', 'fullCarry', 'halfSum', 'halfCarry'] as const;

/** The delays that formulas are given for: also of each pin of a gate, and where paths end. */
export const delayNames = [...sourceNames, ...gates, 'setup', 'output'] as const;
export type DelayName = (typeof delayNames)[number];

/** Delays in ps. */
export interface Delays {
  /** Of sources, at `source · (mostReaders + 1) + readers`. */
  readonly sources: Float64Array;
  /** Of the pins of gates, in the order of `gates`. */
  readonly gates: readonly number[];
  readonly setup: number;
  readonly output: number;
  readonly shares: DelayShares;
}

/** What delays are times, beside the formulas; both without a unit. */
export interface DelayShares {
  /** How far paths scatter about their figures, as a share of the longest: the longest of many is longer than that of one. */
  readonly spread: number;
  /** How much slower gates are in designs with adder cells, through which mapping does not see what is urgent. */
  readonly besideAdders: number;
}

/** Formulas over `fanout`, the number of readers, as tables. */
export function tabulated(formulas: Readonly<Record<DelayName, Formula>>, shares: DelayShares): Delays {
  const sources = new Float64Array(sourceNames.length * (mostReaders + 1));
  sourceNames.forEach((name, k) => {
    for (let readers = 0; readers <= mostReaders; readers++)
      sources[k * (mostReaders + 1) + readers] = formulas[name]({ fanout: Math.max(1, readers) });
  });
  const once = (name: DelayName): number => formulas[name]({ fanout: 1 });
  return { sources, gates: gates.map(once), setup: once('setup'), output: once('output'), shares };
}

let times = new Float64Array(1024);

/**
 * The longest path, from inputs and registers through gates and cells to registers and outputs, in ps; longer by `spread` the more
 * bits there are whose paths are about as long.
 */
export function delayOf({ from, pin, at, registers, outputs, hasAdders }: Paths, delays: Delays): number {
  const { setup, output } = delays;
  const { spread } = delays.shares;
  const { sources, through } = tablesOf(delays, hasAdders);
  const count = at.length;
  if (times.length < count) times = new Float64Array(2 * count);
  for (let id = 1, k = widest; id < count; id++, k += widest) {
    let last = 0;
    for (let next = k; next < k + widest; next++) {
      const time = times[from[next]!]! + through[pin[next]!]!;
      if (time > last) last = time;
    }
    times[id] = last + sources[at[id]!]!;
  }
  const worst = Math.max(latest(registers) + setup, latest(outputs) + output, 0);
  if (spread === 0 || worst === 0) return worst;
  const about =
    near(registers, worst - setup, spread * worst) + near(outputs, worst - output, spread * worst);
  return worst * (1 + spread * Math.log(about));
}

/** Delays of sources and of `pins`, of which there are more the more functions were seen. */
interface Tables {
  readonly sources: Float64Array;
  readonly through: Float64Array;
}

const plainTables = new WeakMap<Delays, Tables>();
const slowTables = new WeakMap<Delays, Tables>();

function tablesOf(delays: Delays, hasAdders: boolean): Tables {
  const known = hasAdders ? slowTables : plainTables;
  const found = known.get(delays);
  if (found?.through.length === pins.length) return found;
  const times = hasAdders ? delays.shares.besideAdders : 1;
  const gate = sourceNames.indexOf('gate');
  const made = {
    sources: delays.sources.map((delay, k) =>
      Math.floor(k / (mostReaders + 1)) === gate ? times * delay : delay,
    ),
    through: Float64Array.from(pins, (path) =>
      path.reduce((sum, each) => sum + times * delays.gates[each]!, 0),
    ),
  };
  known.set(delays, made);
  return made;
}

function latest({ from }: Ends): number {
  let worst = -Infinity;
  for (const id of from) worst = Math.max(worst, times[id]!);
  return worst;
}

/** How many bits there are about `worst`: less of each the more it comes before that. */
function near({ from, bits }: Ends, worst: number, scatter: number): number {
  let sum = 0;
  for (let k = 0; k < from.length; k++) {
    const early = (worst - times[from[k]!]!) / scatter;
    if (early < 8) sum += bits[k]! * Math.exp(-early);
  }
  return sum;
}
