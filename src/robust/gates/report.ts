import { wilson } from '../../nn/index.js';
import type { BitPort } from '../../sim/index.js';
import type { Shown } from './inject.js';
import type { MissedEffort } from './missed.js';

/** What a campaign found: plain JSON. */
export interface FaultReport {
  readonly stuck: StuckReport;
  readonly transient: TransientReport;
  readonly multiple: readonly MultipleReport[];
}

/** Every single stuck-at fault, tried on the same inputs. */
export interface StuckReport extends StuckCounts {
  /** Lines: bits of input ports, cells' outputs, and the branches of nets that drive several pins. */
  readonly sites: number;
  /** What was simulated: one fault of each class that no input can tell apart. */
  readonly classes: number;
  /** Faults that change nothing a cell computes, or are one with such a fault: no input can show them. */
  readonly harmless: number;
  readonly modules: readonly (StuckCounts & { readonly name: string })[];
  readonly outputs: readonly OutputReport[];
  /** The first faults that no output showed, harmless ones aside, as `line/value`. */
  readonly undetected: readonly string[];
  readonly missed?: MissedReport;
}

/** What the faults are that no output showed, harmless ones aside. */
export interface MissedReport extends MissedEffort {
  /** No input shows them, in whatever state. */
  readonly redundant: MissedFaults;
  /** Other words show them. */
  readonly shown: MissedFaults;
  /** Neither was found. */
  readonly open: MissedFaults;
  /** Detected faults over those that are neither harmless nor redundant. */
  readonly coverageOfRest: number;
}

export interface MissedFaults {
  readonly faults: number;
  /** Of the first of them. */
  readonly names: readonly string[];
}

export interface StuckCounts {
  readonly faults: number;
  /** Faults that an output showed in at least one cycle. */
  readonly detected: number;
  readonly coverage: number;
  /** Of all pairs of a fault and a cycle, the share in which no output is wrong. */
  readonly masking: number;
}

/** How many faults (or trials) an output port shows, and each of its bits, the lowest first. */
export interface OutputReport {
  readonly name: string;
  readonly shownBy: number;
  readonly bits: readonly number[];
}

/** Flips of one cell's output or state in one cycle, drawn at random. */
export interface TransientReport extends Rate {
  readonly targets: number;
  readonly kinds: readonly (Rate & { readonly name: string })[];
  readonly modules: readonly (Rate & { readonly name: string })[];
  readonly outputs: readonly OutputReport[];
}

/** Random trials and how many of them an output showed. */
export interface Rate {
  readonly trials: number;
  readonly shown: number;
  /** The share that no output shows; null without trials. */
  readonly masking: number | null;
  /** Wilson's interval of it. */
  readonly ci95: readonly [low: number, high: number] | null;
}

/** Several faults at once, drawn at random. */
export interface MultipleReport {
  readonly faults: number;
  readonly stuck: Rate;
  /** All in the same cycle. */
  readonly transient: Rate;
}

export function stuckCounts(found: readonly { readonly shown: Shown }[], cycles: number): StuckCounts {
  const faults = found.length;
  const detected = found.filter(({ shown }) => shown.cycles > 0).length;
  const wrong = found.reduce((sum, { shown }) => sum + shown.cycles, 0);
  return {
    faults,
    detected,
    coverage: faults === 0 ? 1 : detected / faults,
    masking: faults === 0 ? 1 : 1 - wrong / (faults * cycles),
  };
}

export function rateOf(found: readonly Shown[]): Rate {
  const trials = found.length;
  const shown = found.filter(({ cycles }) => cycles > 0).length;
  if (trials === 0) return { trials, shown, masking: null, ci95: null };
  return { trials, shown, masking: 1 - shown / trials, ci95: wilson(trials - shown, trials) };
}

/** A report for each group of findings, in the order of the groups' names. */
export function groupedBy<T, R>(
  found: readonly T[],
  nameOf: (one: T) => string,
  report: (group: readonly T[]) => R,
): (R & { readonly name: string })[] {
  const groups = new Map<string, T[]>();
  for (const one of found) {
    const name = nameOf(one);
    const known = groups.get(name);
    if (known) known.push(one);
    else groups.set(name, [one]);
  }
  return [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, group]) => ({ name, ...report(group) }));
}

export function outputsOf(ports: readonly BitPort[], found: readonly Shown[]): OutputReport[] {
  return ports.map(({ name, bits }, port) => {
    const words = found.map((shown) => shown.bits[port]!).filter((word) => word !== 0n);
    const showing = (bit: number): number =>
      words.reduce((sum, word) => sum + Number((word >> BigInt(bit)) & 1n), 0);
    return { name, shownBy: words.length, bits: bits.map((_, bit) => showing(bit)) };
  });
}
