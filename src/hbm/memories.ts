import { failure, success, type Result } from '../base/index.js';
import type { ChannelOptions } from './channel-interface.js';
import type { EngineLayout } from './engine.js';
import type { Mapping } from './mapping.js';
import type { Plan } from './plan.js';
import { unknownTiming } from './problems.js';
import { simulationDefaults } from './simulate.js';
import { idleReadNs, type TimingSet } from './timing.js';

/** Where the reads of a channel of the engine go. */
export interface MemoryPort {
  /** The number of the DRAM channel, which several may share, and of the pseudo-channel there. */
  readonly dram: number;
  readonly pseudo: number;
  /** Between an address and its coming to the DRAM. */
  readonly overheadNs: number;
  readonly bytes: number;
}

/** The memories behind an engine. */
export interface Memories {
  /** Of the engine's clock. */
  readonly clockNs: number;
  /** The timings of every DRAM channel. */
  readonly drams: readonly TimingSet[];
  /** One for each channel of the engine. */
  readonly ports: readonly MemoryPort[];
  readonly options: ChannelOptions & { readonly mapping: Mapping };
}

/**
 * The memories behind the engine of a plan: neighbouring channels of the board are the pseudo-channels of one DRAM channel, and
 * what `readNs` has beyond the DRAM's own time at rest comes before it.
 *
 * @param timings the sets of timings that the board's memories name
 */
export function memoriesOf(
  { model, board, ports }: Plan,
  { channels }: EngineLayout,
  timings: ReadonlyMap<string, TimingSet>,
): Result<Memories> {
  const missing = board.memories.filter(({ timing }) => !timings.has(timing));
  if (missing.length > 0)
    return failure(...missing.map(({ timing }) => unknownTiming(timing, [...timings.keys()])));
  const drams: TimingSet[] = [];
  const numbers = new Map<string, number>();
  const attached = channels.map(({ port: name }): MemoryPort => {
    const { memory, readNs, bytes } = ports.find((port) => port.name === name)!;
    const timing = timings.get(board.memories.find((one) => one.name === memory)!.timing)!;
    const { pseudoChannels } = timing.organisation;
    const at = ports.filter((port) => port.memory === memory).findIndex((port) => port.name === name);
    const key = `${memory} ${Math.floor(at / pseudoChannels)}`;
    const dram = numbers.get(key) ?? drams.push(timing) - 1;
    numbers.set(key, dram);
    return { dram, pseudo: at % pseudoChannels, overheadNs: Math.max(0, readNs - idleReadNs(timing)), bytes };
  });
  const { scheduler, page, window, refresh, mapping } = simulationDefaults;
  const options = { scheduler, page, window, refresh, mapping };
  return success({ clockNs: 1000 / model.clockMhz, drams, ports: attached, options });
}

/** The clock of a DRAM at which a read arrives whose address comes at a cycle of the engine. */
export function arrivalClock(
  { clockNs }: Memories,
  { clockPs }: TimingSet,
  overheadNs: number,
  cycle: number,
): number {
  return Math.ceil(((cycle * clockNs + overheadNs) * 1000) / clockPs - 1e-9);
}

/** The cycle of the engine at which data are there that have passed the DRAM's pins at a clock. */
export function dataCycle({ clockNs }: Memories, { clockPs }: TimingSet, clock: number): number {
  return Math.ceil((clock * clockPs) / 1000 / clockNs - 1e-9);
}
