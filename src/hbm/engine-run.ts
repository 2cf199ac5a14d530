import { channel } from './channel.js';
import type { Channel } from './channel-interface.js';
import { enginePort, type EnginePort } from './engine-port.js';
import type { EngineLayout, EngineOptions } from './engine.js';
import { arrivalClock, dataCycle, type Memories } from './memories.js';
import type { Plan } from './plan.js';
import type { Trace } from './trace.js';

/** When rows come out, in cycles behind the first item. */
export interface EngineRun {
  readonly firstCycle: number;
  readonly lastCycle: number;
  /** From an item's coming in to its row, on average. */
  readonly latencyCycles: number;
}

// Cycles that the engine's registers take: from an item to its first address; from a row to the item that may come in its
// place, and to gathering the next; and from the last beat of an item to gathering it.
const toAddress = 4;
const toNext = 2;
const toGather = 1;

/** In this cycle of the memories the engine leaves its reset. */
const start = 4;

/**
 * The engine's timing with every burst on the model of its DRAM channel: an address a cycle for each channel, a beat a cycle in
 * the order of the addresses, and the rows of an item gathered a beat a cycle behind the row before. Whoever takes the
 * rows never waits.
 *
 * @param apart how many cycles behind a row the next item comes; undefined where items follow each other closely
 */
export function engineRun(
  plan: Plan,
  layout: EngineLayout,
  { depth, outstanding }: Pick<EngineOptions, 'depth' | 'outstanding'>,
  trace: Trace,
  memories: Memories,
  apart?: number,
): EngineRun {
  const drams = memories.drams.map((timing) => {
    const dram: Channel = channel(timing, memories.options, (tag, clock) =>
      ports[tag % ports.length]!.arrived(Math.floor(tag / ports.length), dataCycle(memories, timing, clock)),
    );
    return dram;
  });
  const ports: readonly EnginePort[] = layout.channels.map((_, at) =>
    enginePort(plan, layout, trace, memories, at, drams[memories.ports[at]!.dram]!, outstanding),
  );
  const [begun, out] = [new Float64Array(trace.items), new Float64Array(trace.items)];
  let [taken, known] = [0, 0];

  function mayCome(cycle: number): boolean {
    if (taken === trace.items) return false;
    const before = taken - (apart === undefined ? depth : 1);
    return before < 0 || (before < known && cycle >= out[before]! + (apart ?? toNext));
  }

  /** When the row of the next item is out, once its last beats are known. */
  function rowOut(): number {
    const free = known === 0 ? 0 : out[known - 1]! + toNext;
    return ports.reduce(
      (latest, port) => {
        const last = port.lastBeat(known);
        return Math.max(latest, Math.max(last + toGather, free) + port.beats + 1);
      },
      Math.max(begun[known]! + toAddress, free + 1),
    );
  }

  for (let cycle = start; known < trace.items; cycle++) {
    if (mayCome(cycle)) begun[taken++] = cycle;
    for (const port of ports) port.issue(cycle, (item) => item < taken && begun[item]! + toAddress <= cycle);
    memories.drams.forEach((timing, at) => {
      // Channels of one memory have the same way to go.
      const { overheadNs } = memories.ports.find(({ dram }) => dram === at)!;
      const before = arrivalClock(memories, timing, overheadNs, cycle + 1);
      while (drams[at]!.step(before));
    });
    for (const port of ports) port.takeBeat(cycle + 1);
    for (let at = rowOut(); at < Infinity; at = known < taken ? rowOut() : Infinity) out[known++] = at;
  }
  const waits = out.reduce((sum, cycle, item) => sum + cycle - begun[item]!, 0);
  return {
    firstCycle: out[0]! - start,
    lastCycle: out.at(-1)! - start,
    latencyCycles: waits / trace.items,
  };
}
