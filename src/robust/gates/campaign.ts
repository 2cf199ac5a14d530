import { random, success, type Random, type Result } from '../../base/index.js';
import type { BitNetwork } from '../../sim/index.js';
import { bitNetwork, type Netlist, type Stimulus } from '../../synth/index.js';
import { stuckClasses, type StuckFault } from './collapse.js';
import { strikeInjector, stuckInjector, type Injector, type StrikeTrial, type StuckTrial } from './inject.js';
import { missedKinds, type MissedEffort, type MissedKind } from './missed.js';
import {
  groupedBy,
  outputsOf,
  rateOf,
  stuckCounts,
  type FaultReport,
  type StuckReport,
  type TransientReport,
} from './report.js';
import { withBranches, type Sites } from './sites.js';
import { struckNetwork, type Struck } from './strike.js';

export interface CampaignOptions {
  /** For each input port but the clock a word for each cycle, in one stream. */
  readonly stimulus: Stimulus;
  /** Cycles at the start in which nothing flips: those of the reset. */
  readonly warmUp: number;
  /** Cycles at the end in which nothing flips, so that what did has the time to show. With `warmUp`, not all cycles. */
  readonly tail: number;
  /** How many random trials are made where not all faults are tried. */
  readonly samples: number;
  readonly seed: number;
  /** Numbers of faults at once, beside single ones. */
  readonly multiples: readonly number[];
  /** How hard it is sought what the faults are that were not seen; without it, they are only counted. */
  readonly missed?: MissedEffort | undefined;
  /** Values that ports have behind the warm-up whatever else is tried: the reset. */
  readonly held?: Readonly<Record<string, bigint>>;
}

/** How many faults that were not seen are told by name. */
const mostNamed = 20;

/**
 * Tries faults in a netlist and says which of them its outputs show: every single stuck-at fault, and random samples of
 * flips that last for a cycle and of several faults at once. Delays are not simulated, so a flip lasts a whole cycle. A
 * combinational loop is a fault of the user's.
 */
export function faultCampaign(netlist: Netlist, options: CampaignOptions): Result<FaultReport> {
  const sites = withBranches(netlist);
  const [lines, cells] = [bitNetwork(sites.netlist), bitNetwork(netlist)];
  if (!lines.ok) return lines;
  if (!cells.ok) return cells;
  const nets = sites.sites.map(({ net }) => net);
  const stuck = stuckInjector(lines.value, options.stimulus, nets);
  const struck = struckNetwork(netlist, cells.value);
  const strike = strikeInjector(struck, options.stimulus);
  const source = random(options.seed);
  return success({
    stuck: singleStuck(sites, lines.value, stuck, options),
    transient: singleStrikes(struck, strike, source, options),
    multiple: options.multiples.map((faults) => ({
      faults,
      stuck: rateOf(stuck(repeated(options.samples, () => randomStuck(nets, faults, source)))),
      transient: rateOf(
        strike(repeated(options.samples, () => randomStrike(struck, faults, source, options))),
      ),
    })),
  });
}

function singleStuck(
  sites: Sites,
  network: BitNetwork,
  inject: Injector<StuckTrial>,
  options: CampaignOptions,
): StuckReport {
  const { cycles } = options.stimulus;
  const classes = stuckClasses(sites, network);
  const tried = classes.filter(({ isHarmless }) => !isHarmless);
  const shown = inject(
    tried.map(({ faults: [{ site, value }] }) => [{ net: sites.sites[site]!.net, value }]),
  );
  const unseen = { cycles: 0, bits: network.outputs.map(() => 0n) };
  const found = [
    ...tried.flatMap(({ faults }, i) =>
      faults.map((fault) => ({ fault, shown: shown[i]!, harmless: false })),
    ),
    ...classes
      .filter(({ isHarmless }) => isHarmless)
      .flatMap(({ faults }) => faults.map((fault) => ({ fault, shown: unseen, harmless: true }))),
  ];
  const siteOf = ({ fault }: { readonly fault: StuckFault }) => sites.sites[fault.site]!;
  const nameOf = (fault: StuckFault): string => `${sites.sites[fault.site]!.name}/${fault.value}`;
  const missed = tried.filter((_, i) => shown[i]!.cycles === 0).map(({ faults }) => faults);
  const counts = stuckCounts(found, cycles);
  const harmless = found.filter((one) => one.harmless).length;
  const kinds = options.missed && missedReport(missed, nameOf, sites, network, options, options.missed);
  return {
    sites: sites.sites.length,
    classes: tried.length,
    harmless,
    ...counts,
    modules: groupedBy(
      found,
      (one) => siteOf(one).module,
      (group) => stuckCounts(group, cycles),
    ),
    outputs: outputsOf(
      network.outputs,
      found.map((one) => one.shown),
    ),
    undetected: missed.flat().slice(0, mostNamed).map(nameOf),
    ...(kinds && {
      missed: {
        ...kinds,
        coverageOfRest: counts.detected / (counts.faults - harmless - kinds.redundant.faults),
      },
    }),
  };
}

/** What the faults that were not seen are, a class of them at a time. */
function missedReport(
  classes: readonly (readonly [StuckFault, ...StuckFault[]])[],
  nameOf: (fault: StuckFault) => string,
  { sites }: Sites,
  network: BitNetwork,
  { stimulus, warmUp, held = {} }: CampaignOptions,
  effort: MissedEffort,
) {
  const lines = classes.map(([{ site, value }]) => ({ net: sites[site]!.net, value }));
  const kinds = missedKinds(network, lines, { ...effort, stimulus, warmUp, held });
  const of = (kind: MissedKind) => {
    const faults = classes.filter((_, i) => kinds[i] === kind).flat();
    return { faults: faults.length, names: faults.slice(0, mostNamed).map(nameOf) };
  };
  return { ...effort, redundant: of('redundant'), shown: of('shown'), open: of('open') };
}

function singleStrikes(
  struck: Struck,
  inject: Injector<StrikeTrial>,
  source: Random,
  options: CampaignOptions,
): TransientReport {
  const count = struck.targets.length === 0 ? 0 : options.samples;
  const trials = repeated(count, () => randomStrike(struck, 1, source, options));
  const shown = inject(trials);
  const targetOf = new Map(struck.selects.map((select, i) => [select, struck.targets[i]!] as const));
  const found = trials.map(({ selects }, i) => ({ target: targetOf.get(selects[0]!)!, shown: shown[i]! }));
  const rate = (group: readonly (typeof found)[number][]) => rateOf(group.map((one) => one.shown));
  return {
    targets: struck.targets.length,
    ...rateOf(shown),
    kinds: groupedBy(found, ({ target }) => target.kind, rate),
    modules: groupedBy(found, ({ target }) => target.module, rate),
    outputs: outputsOf(struck.network.outputs, shown),
  };
}

function repeated<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function randomStuck(nets: readonly number[], faults: number, source: Random): StuckTrial {
  return chosen(nets, faults, source).map((net) => ({ net, value: source.below(2) as 0 | 1 }));
}

function randomStrike(
  { selects }: Struck,
  faults: number,
  source: Random,
  { stimulus, warmUp, tail }: CampaignOptions,
): StrikeTrial {
  const cycle = warmUp + source.below(stimulus.cycles - warmUp - tail);
  return { cycle, selects: chosen(selects, faults, source) };
}

/** Different ones of a list, as many as there are if there are too few. */
function chosen(list: readonly number[], count: number, source: Random): number[] {
  const found = new Set<number>();
  while (found.size < Math.min(count, list.length)) found.add(list[source.below(list.length)]!);
  return [...found];
}
