import type { Channel } from './channel-interface.js';
import type { EngineLayout } from './engine.js';
import { mapper } from './mapping.js';
import { arrivalClock, type Memories } from './memories.js';
import type { Plan } from './plan.js';
import type { Trace } from './trace.js';

/** A channel of the engine with its side of the memory. */
export interface EnginePort {
  /** Beats of an item. */
  readonly beats: number;
  /** Sends the next address, if its item has come that far and there is room for a read. */
  issue(cycle: number, hasCome: (item: number) => boolean): void;
  /** The data of a burst are there from a cycle on. */
  arrived(burst: number, cycle: number): void;
  /** Takes the beat of a cycle, if it is there. */
  takeBeat(cycle: number): void;
  /** The cycle of an item's last beat; infinite as long as that has not come. */
  lastBeat(item: number): number;
}

/** A read of an item. */
interface Read {
  readonly address: number;
  readonly beats: number;
}

/** A read under way, and the cycles at which its bursts are there. */
interface Flight extends Read {
  readonly item: number;
  readonly isLast: boolean;
  readonly burstCycles: Float64Array;
  given: number;
}

/** More than a read has bursts. */
const mostBursts = 4096;

/**
 * The channel of that number: reads go to the DRAM in the order of the items, and their beats come in that order.
 *
 * @param outstanding reads that may be under way
 */
export function enginePort(
  plan: Plan,
  layout: EngineLayout,
  trace: Trace,
  memories: Memories,
  at: number,
  dram: Channel,
  outstanding: number,
): EnginePort {
  const { reads, beatBytes } = readsOf(plan, layout, trace, at);
  const port = memories.ports[at]!;
  const timing = memories.drams[port.dram]!;
  const { burstBytes } = timing.organisation;
  const map = mapper(timing.organisation, memories.options.mapping, port.bytes);
  const lastBeats = new Float64Array(trace.items).fill(Infinity);
  const flights: Flight[] = [];
  // Of reads that have ended, the cycles from which they no longer count.
  const ended: number[] = [];
  let [item, next, gone] = [0, 0, 0];

  function issue(cycle: number, hasCome: (item: number) => boolean): void {
    if (item === trace.items || !hasCome(item)) return;
    while (ended.length > 0 && ended[0]! <= cycle) ended.shift();
    if (flights.length + ended.length >= outstanding) return;
    const { address, beats } = reads[next]!(item);
    const from = Math.floor(address / burstBytes);
    const bursts = Math.floor((address + beats * beatBytes - 1) / burstBytes) - from + 1;
    const number = gone + flights.length;
    const isLast = next === reads.length - 1;
    const burstCycles = new Float64Array(bursts).fill(Infinity);
    flights.push({ item, address, beats, isLast, burstCycles, given: 0 });
    const arrival = arrivalClock(memories, timing, port.overheadNs, cycle);
    for (let burst = 0; burst < bursts; burst++) {
      const { bank, row } = map((from + burst) * burstBytes);
      const tag = (number * mostBursts + burst) * memories.ports.length + at;
      dram.submit(port.pseudo, bank, row, false, arrival, tag);
    }
    next = isLast ? 0 : next + 1;
    if (isLast) item++;
  }

  function takeBeat(cycle: number): void {
    const flight = flights[0];
    if (!flight) return;
    const end = flight.address + (flight.given + 1) * beatBytes - 1;
    const burst = Math.floor(end / burstBytes) - Math.floor(flight.address / burstBytes);
    for (let k = 0; k <= burst; k++) if (flight.burstCycles[k]! > cycle) return;
    if (++flight.given < flight.beats) return;
    flights.shift();
    gone++;
    ended.push(cycle + toRoom);
    if (flight.isLast) lastBeats[flight.item] = cycle;
  }

  return {
    beats: reads.reduce((sum, read) => sum + read(0).beats, 0),
    issue,
    arrived: (burst, cycle) => {
      flights[Math.floor(burst / mostBursts) - gone]!.burstCycles[burst % mostBursts] = cycle;
    },
    takeBeat,
    lastBeat: (of) => lastBeats[of]!,
  };
}

/** From the last beat of a read to the address of one that has its room. */
const toRoom = 2;

/** The reads of an item on a channel. */
function readsOf({ model, stored }: Plan, { reads, dataBits }: EngineLayout, trace: Trace, at: number) {
  const rows = model.tables.flatMap((table) => new Array<number>(table.lookups).fill(table.rows));
  const beatBytes = dataBits / 8;
  const own = reads.filter(({ port }) => port === at);
  const made = own.map(({ stored: table, base, strideBytes, parts }) => {
    const beats = Math.ceil((stored[table]!.columns * model.elementBits) / dataBits);
    return (item: number): Read => {
      const indexOf = (slot: number): number => trace.indices[item * trace.width + slot]!;
      const row = parts.reduce((sum, { slot }) => sum * rows[slot]! + indexOf(slot), 0);
      return { address: Math.floor((base + row * strideBytes) / beatBytes) * beatBytes, beats };
    };
  });
  return { reads: made, beatBytes };
}
