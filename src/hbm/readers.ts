import { failure, success, type Result } from '../base/index.js';
import type { Reader, Resident } from './bus.js';
import { throughCache } from './hot.js';
import type { Plan } from './plan.js';
import { fullChip } from './problems.js';
import { rowBytes } from './tables.js';
import { traceLayout, type Trace } from './trace.js';

export interface CacheUse {
  readonly bytesPerChannel: number;
  /** Reads of tables off the chip, and how many of them a cache had; it is empty at first. */
  readonly reads: number;
  readonly hits: number;
  readonly hitRate: number;
}

/** A reader, with the reads that a cache in front of its port has. */
export interface CachedReader extends Reader {
  readonly hits: readonly Resident[];
  readonly reads: number;
  readonly hitReads: number;
}

/** What is read through each port, and what caches keep from it; a fault where the caches do not fit beside the tables. */
export function readersOf(plan: Plan, trace: Trace, cacheBytes: number): Result<readonly CachedReader[]> {
  const residents = residentsOf(plan, trace);
  const plain = plan.ports.map((port, at): CachedReader => ({
    ...{ port, residents: residents[at]! },
    ...{ hits: [], reads: 0, hitReads: 0 },
  }));
  const cached = plain.filter(({ port, residents: own }) => !port.onChip && own.length > 0);
  if (cacheBytes === 0) return success(plain);
  const room = roomOnChip(plan);
  if (cached.length * cacheBytes > room) return failure(fullChip(cached.length, cacheBytes, room));
  return success(
    plain.map((reader) => {
      if (!cached.includes(reader)) return reader;
      const { misses, ...found } = throughCache(reader.residents, trace.items, cacheBytes);
      return { port: reader.port, residents: misses, ...found };
    }),
  );
}

/** Bytes of the banks on the chip that no table takes. */
function roomOnChip({ board, ports, stored, homes }: Plan): number {
  const taken = stored.reduce(
    (sum, { bytes }, at) => sum + homes[at]!.filter((port) => ports[port]!.onChip).length * bytes,
    0,
  );
  return board.onChip.banks * board.onChip.bankBytes - taken;
}

/** How often caches had what was read; null where there are none. */
export function cacheUse(readers: readonly CachedReader[], bytesPerChannel: number): CacheUse | null {
  if (bytesPerChannel === 0) return null;
  const sum = (of: (reader: CachedReader) => number): number =>
    readers.reduce((all, reader) => all + of(reader), 0);
  const [reads, hits] = [sum((reader) => reader.reads), sum((reader) => reader.hitReads)];
  return { bytesPerChannel, reads, hits, hitRate: reads === 0 ? 0 : hits / reads };
}

/** What lies at each port: copies one behind the other, each beginning at a multiple of 64 bytes. */
function residentsOf({ ports, stored, homes, model }: Plan, trace: Trace): readonly (readonly Resident[])[] {
  const { starts } = traceLayout(model);
  const used = ports.map(() => 0);
  const result: Resident[][] = ports.map(() => []);
  stored.forEach(({ parts, columns, lookups, bytes }, at) => {
    const copies = homes[at]!;
    const rowOf = (item: number, lookup: number): number =>
      parts.reduce(
        (row, { table }) =>
          row * model.tables[table]!.rows + trace.indices[item * trace.width + starts[table]! + lookup]!,
        0,
      );
    copies.forEach((port, copy) => {
      const own = Array.from({ length: lookups }, (_, lookup) => lookup).filter(
        (lookup) => lookup % copies.length === copy,
      );
      result[port]!.push({
        address: used[port]!,
        rowBytes: rowBytes(columns, model.elementBits),
        columns,
        rows: (item) => own.map((lookup) => rowOf(item, lookup)),
      });
      used[port]! += Math.ceil(bytes / 64) * 64;
    });
  });
  return result;
}
