import { failure, success, type Result } from '../base/index.js';
import { dramCost, type DramEnergy } from '../cost/index.js';
import { readThrough, type Resident } from './bus.js';
import { channelDefaults, type ChannelOptions } from './channel-interface.js';
import type { Mapping } from './mapping.js';
import { layerCycles } from './network.js';
import type { Plan } from './plan.js';
import { unknownTiming } from './problems.js';
import { cacheUse, readersOf, type CachedReader, type CacheUse } from './readers.js';
import { featuresOf } from './tables.js';
import type { TimingSet } from './timing.js';
import type { Trace } from './trace.js';

export interface SimulationOptions extends ChannelOptions {
  readonly mapping: Mapping;
  readonly outstanding: number;
  /** Bytes on the chip in front of every channel for the rows that were read last; 0 for none. */
  readonly cacheBytes: number;
}

/** As the published engine: a port waits for each read; rows close at once, as lookups hardly ever hit them again. */
export const simulationDefaults: SimulationOptions = {
  ...channelDefaults,
  page: 'closed',
  mapping: 'row-bank-group-column',
  outstanding: 1,
  cacheBytes: 0,
};

export interface ChannelUse {
  readonly name: string;
  readonly reads: number;
  readonly bursts: number;
  /** The share of the time of the slowest port that this one reads, where items follow each other closely. */
  readonly occupancy: number;
  /** The same of its data pins; null on the chip. */
  readonly dataOccupancy: number | null;
}

export interface MemoryUse {
  readonly name: string;
  readonly timing: string;
  readonly activates: number;
  readonly hits: number;
  readonly misses: number;
  readonly conflicts: number;
  readonly refreshes: number;
  /** Of the reads of an item; null where no figure is public. */
  readonly energyPjPerItem: number | null;
  readonly energy: {
    readonly includes: readonly string[];
    readonly leavesOut: readonly string[];
    readonly source: string;
  } | null;
}

/** What items find. Latencies are those of items that come alone, rates those of items that follow each other closely. */
export interface Simulation {
  readonly items: number;
  readonly lookupNs: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly worstNs: number;
  readonly closedFormNs: number;
  readonly lookupsPerSecond: number;
  readonly itemsPerSecond: number;
  /** Reads of channels that a cache in front of them had; null without caches. */
  readonly cache: CacheUse | null;
  readonly channels: readonly ChannelUse[];
  readonly memories: readonly MemoryUse[];
}

/**
 * Runs items through a plan, every burst of every read on the model of its channel.
 *
 * @param timings the sets of timings that the board's memories name
 * @param drams energies of DRAMs, as tech/memory/dram.json has them
 */
export function simulate(
  plan: Plan,
  trace: Trace,
  timings: ReadonlyMap<string, TimingSet>,
  drams: readonly DramEnergy[],
  options: SimulationOptions = simulationDefaults,
): Result<Simulation> {
  const missing = plan.board.memories.filter(({ timing }) => !timings.has(timing));
  if (missing.length > 0)
    return failure(...missing.map(({ timing }) => unknownTiming(timing, [...timings.keys()])));
  const readers = readersOf(plan, trace, options.cacheBytes);
  if (!readers.ok) return readers;
  const apart = 2 * plan.lookupNs;
  const alone = run(plan, trace, timings, options, readers.value, (item) => item * apart);
  const close = run(plan, trace, timings, options, readers.value, () => 0);
  const latencies = Float64Array.from({ length: trace.items }, (_, item) =>
    Math.max(...alone.ports.map(({ doneNs }) => (doneNs[item]! > 0 ? doneNs[item]! - item * apart : 0))),
  ).sort();
  const endNs = Math.max(...close.ports.map(({ lastNs }) => lastNs));
  const perSecond = (trace.items * 1e9) / endNs;
  const energies = plan.board.memories.map(({ energy }, at) => {
    const bits = close.memories[at]!.bits;
    return energy !== null && bits > 0 ? dramCost(drams, energy, bits) : undefined;
  });
  const wrong = energies.flatMap((energy) => (energy && !energy.ok ? energy.diagnostics : []));
  if (wrong.length > 0) return failure(...wrong);
  return success({
    items: trace.items,
    lookupNs: latencies.reduce((sum, ns) => sum + ns, 0) / trace.items,
    p50Ns: latencies[Math.floor(0.5 * trace.items)]!,
    p99Ns: latencies[Math.floor(0.99 * trace.items)]!,
    worstNs: latencies.at(-1)!,
    closedFormNs: plan.lookupNs,
    lookupsPerSecond: perSecond,
    itemsPerSecond: Math.min(perSecond, networkRate(plan)),
    cache: cacheUse(readers.value, options.cacheBytes),
    channels: close.ports.map(({ name, reads, bursts, busyNs, dataNs }) => ({
      name,
      reads,
      bursts,
      occupancy: busyNs / endNs,
      dataOccupancy: dataNs === undefined ? null : dataNs / endNs,
    })),
    memories: plan.board.memories.map(({ name, timing }, at) => {
      const { bits: _, ...counts } = close.memories[at]!;
      const cost = energies[at]?.ok ? energies[at].value : undefined;
      return {
        name,
        timing,
        ...counts,
        energyPjPerItem: cost ? cost.energyFj / 1000 / trace.items : null,
        energy: cost
          ? { includes: cost.includes, leavesOut: cost.leavesOut, source: cost.sources[0]!.from }
          : null,
      };
    }),
  });
}

/** Items a second that the network takes; unbounded where there is none. */
function networkRate({ model }: Plan): number {
  if (!model.network) return Infinity;
  const cycles = layerCycles(model.network, featuresOf(model), model.elementBits);
  return (model.clockMhz * 1e6) / Math.max(...cycles);
}

interface PortRun {
  readonly name: string;
  readonly doneNs: Float64Array;
  readonly lastNs: number;
  readonly reads: number;
  readonly bursts: number;
  readonly busyNs: number;
  readonly dataNs: number | undefined;
}

function run(
  plan: Plan,
  trace: Trace,
  timings: ReadonlyMap<string, TimingSet>,
  options: SimulationOptions,
  readers: readonly CachedReader[],
  startNs: (item: number) => number,
) {
  const ports: PortRun[] = [];
  const memories = plan.board.memories.map(({ name, timing: timingName }) => {
    const timing = timings.get(timingName)!;
    const own = readers.filter(({ port }) => port.memory === name);
    const sum = { activates: 0, hits: 0, misses: 0, conflicts: 0, refreshes: 0, bits: 0 };
    for (let from = 0; from < own.length; from += timing.organisation.pseudoChannels) {
      const shared = own.slice(from, from + timing.organisation.pseudoChannels);
      const busOptions = { ...options, clockMhz: plan.model.clockMhz };
      const { results, counts } = readThrough(timing, busOptions, shared, trace.items, startNs);
      for (const key of ['activates', 'hits', 'misses', 'conflicts', 'refreshes'] as const)
        sum[key] += counts[key];
      results.forEach(({ doneNs, reads, bursts }, at) => {
        const lastNs = doneNs.reduce((most, ns) => Math.max(most, ns), 0);
        const dataNs = (counts.busy[at]! * timing.clockPs) / 1000;
        sum.bits += bursts * timing.organisation.burstBytes * 8;
        ports.push({ name: shared[at]!.port.name, doneNs, lastNs, reads, bursts, busyNs: lastNs, dataNs });
      });
    }
    return sum;
  });
  for (const { port, residents: own, hits } of readers) {
    if (port.onChip) ports.push(onChipRun(plan, trace, port.name, port.readNs, own, startNs));
    else if (hits.length > 0)
      ports.push(onChipRun(plan, trace, `${port.name} cache`, plan.board.onChip.readNs, hits, startNs));
  }
  return { ports, memories };
}

/** A bank on the chip takes the same time for every read. */
function onChipRun(
  { model }: Plan,
  { items }: Trace,
  name: string,
  readNs: number,
  residents: readonly Resident[],
  startNs: (item: number) => number,
): PortRun {
  const doneNs = new Float64Array(items);
  let [now, reads] = [0, 0];
  for (let item = 0; item < items; item++) {
    now = Math.max(now, startNs(item));
    for (const { columns, rows } of residents) {
      const count = rows(item).length;
      reads += count;
      now += count * (readNs + (columns * 1000) / model.clockMhz);
    }
    doneNs[item] = residents.length > 0 ? now : 0;
  }
  const lastNs = residents.length > 0 ? now : 0;
  return { name, doneNs, lastNs, reads, bursts: 0, busyNs: lastNs, dataNs: undefined };
}
