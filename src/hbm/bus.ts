import { channel } from './channel.js';
import type { ChannelCounts, ChannelOptions } from './channel-interface.js';
import { mapper, type Mapping } from './mapping.js';
import type { Port } from './ports.js';
import { idleReadNs, type TimingSet } from './timing.js';

/** A copy that lies at a port: where it begins, and which rows items read of it. */
export interface Resident {
  readonly address: number;
  readonly rowBytes: number;
  readonly columns: number;
  /** The rows that an item reads. */
  readonly rows: (item: number) => readonly number[];
}

/** What is read through a port, and how. */
export interface Reader {
  readonly port: Port;
  readonly residents: readonly Resident[];
}

export interface BusOptions extends ChannelOptions {
  readonly mapping: Mapping;
  /** How many rows a port asks for before the first has come. */
  readonly outstanding: number;
  readonly clockMhz: number;
}

/** When a port is through with each item, and how busy it was. */
export interface ReaderResult {
  /** In nanoseconds. */
  readonly doneNs: Float64Array;
  readonly reads: number;
  readonly bursts: number;
}

/** A read under way. */
interface Flight {
  readonly item: number;
  readonly columns: number;
  readonly isLast: boolean;
  missing: number;
  /** When its first burst came, and its last. */
  firstNs: number;
  lastNs: number;
}

/**
 * Reads items through the ports that share a channel. A port asks for the rows of an item one after the other, at most
 * `outstanding` ahead; what comes back it hands on in that order, an element a clock from a row's first burst on. Between a port and its channel
 * lies what the port's latency has beyond that of the memory at rest.
 *
 * @param startNs when each item may begin
 */
export function readThrough(
  timing: TimingSet,
  options: BusOptions,
  readers: readonly Reader[],
  items: number,
  startNs: (item: number) => number,
): { readonly results: readonly ReaderResult[]; readonly counts: ChannelCounts } {
  const clockNs = timing.clockPs / 1000;
  const elementNs = 1000 / options.clockMhz;
  const { burstBytes } = timing.organisation;
  const states = readers.map(({ port, residents }) => ({
    residents,
    overheadNs: port.readNs - idleReadNs(timing),
    map: mapper(timing.organisation, options.mapping, port.bytes),
    flights: [] as Flight[],
    first: 0,
    item: 0,
    queue: [] as { readonly resident: Resident; readonly row: number }[],
    at: 0,
    freeNs: [] as number[],
    lastNs: 0,
    doneNs: new Float64Array(items),
    reads: 0,
    bursts: 0,
  }));
  const simulated = channel(timing, options, (tag, cycle) => arrived(tag, cycle * clockNs));

  /** Asks for rows as long as a port may. */
  function ask(reader: number): void {
    const state = states[reader]!;
    while (state.flights.length < options.outstanding) {
      if (state.at === state.queue.length && !nextItem(reader)) return;
      const { resident, row } = state.queue[state.at++]!;
      const issueNs = Math.max(startNs(state.item - 1), state.freeNs.shift() ?? 0);
      const begin = resident.address + row * resident.rowBytes;
      const from = Math.floor(begin / burstBytes);
      const to = Math.floor((begin + resident.rowBytes - 1) / burstBytes);
      const arrival = Math.ceil((issueNs + Math.max(0, state.overheadNs)) / clockNs - 1e-9);
      const tag = (state.first + state.flights.length) * readers.length + reader;
      state.flights.push({
        item: state.item - 1,
        columns: resident.columns,
        isLast: state.at === state.queue.length,
        missing: to - from + 1,
        firstNs: Infinity,
        lastNs: 0,
      });
      state.reads++;
      state.bursts += to - from + 1;
      for (let burst = from; burst <= to; burst++) {
        const { bank, row: line } = state.map(burst * burstBytes);
        simulated.submit(reader, bank, line, false, arrival, tag);
      }
    }
  }

  function nextItem(reader: number): boolean {
    const state = states[reader]!;
    state.at = 0;
    for (state.queue = []; state.queue.length === 0;) {
      if (state.item === items) return false;
      const item = state.item++;
      state.queue = state.residents.flatMap((resident) =>
        resident.rows(item).map((row) => ({ resident, row })),
      );
    }
    return true;
  }

  function arrived(tag: number, ns: number): void {
    const reader = tag % readers.length;
    const state = states[reader]!;
    const flight = state.flights[(tag - reader) / readers.length - state.first]!;
    flight.missing--;
    flight.firstNs = Math.min(flight.firstNs, ns);
    flight.lastNs = Math.max(flight.lastNs, ns);
    while (state.flights.length > 0 && state.flights[0]!.missing === 0) {
      const { item, columns, isLast, firstNs, lastNs } = state.flights.shift()!;
      state.first++;
      state.lastNs = Math.max(Math.max(state.lastNs, firstNs) + columns * elementNs, lastNs);
      state.freeNs.push(state.lastNs);
      if (isLast) state.doneNs[item] = state.lastNs;
    }
    ask(reader);
  }

  readers.forEach((_, reader) => ask(reader));
  while (simulated.step());
  const results = states.map(({ doneNs, reads, bursts }) => ({ doneNs, reads, bursts }));
  return { results, counts: simulated.counts() };
}
