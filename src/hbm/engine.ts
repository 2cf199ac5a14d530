import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { Arguments } from '../builder/index.js';
import { fixed } from '../format/index.js';
import { alignmentBytes, listOfReads, mostRowBytes, strideBytes, type Part } from '../ops/index.js';
import type { Plan } from './plan.js';
import { imageFull, longRow } from './problems.js';
import { traceLayout } from './trace.js';

/** A table in a channel's image, or on the chip. */
export interface LaidTable {
  /** Which of the plan's stored tables. */
  readonly stored: number;
  /** The byte address of row 0, and how far apart rows lie. */
  readonly base: number;
  readonly strideBytes: number;
}

/** A channel of the engine: a port of the plan that has tables, and what lies where in it. */
export interface LaidChannel {
  readonly port: string;
  readonly tables: readonly LaidTable[];
  readonly bytes: number;
}

/** One read of an item. */
export interface LaidRead extends LaidTable {
  readonly port: number | 'chip';
  readonly parts: readonly Part[];
}

/** The engine for a plan: which of its channels holds what, and the reads of an item. */
export interface EngineLayout {
  readonly channels: readonly LaidChannel[];
  readonly reads: readonly LaidRead[];
  readonly dataBits: number;
}

export const busBits = 256;

/**
 * Where the tables of a plan lie in its channels: one behind the other in the plan's order, rows a power of two of bytes
 * apart, so that no burst crosses 4 KiB.
 *
 * @returns the layout; or which channels have no room for it, and which rows are too long
 */
export function layOut(plan: Plan, dataBits = busBits): Result<EngineLayout> {
  const { model, ports, stored, homes } = plan;
  const faults: Diagnostic[] = [];
  const used = ports.map(() => 0);
  const tables: LaidTable[][] = ports.map(() => []);
  stored.forEach(({ rows, columns, parts }, at) => {
    const stride = strideBytes(columns, model.elementBits);
    const isOff = homes[at]!.some((port) => !ports[port]!.onChip);
    if (isOff && stride > mostRowBytes) faults.push(longRow(model.tables[parts[0]!.table]!, stride));
    const unit = alignmentBytes(columns, model.elementBits, dataBits);
    for (const port of homes[at]!) {
      const base = ports[port]!.onChip ? 0 : Math.ceil(used[port]! / unit) * unit;
      tables[port]!.push({ stored: at, base, strideBytes: stride });
      used[port] = Math.ceil((base + rows * stride) / (dataBits / 8)) * (dataBits / 8);
    }
  });
  ports.forEach(({ name, bytes, onChip }, at) => {
    if (!onChip && used[at]! > bytes) faults.push(imageFull(name, used[at]!, bytes));
  });
  if (faults.length > 0) return failure(...faults);
  const kept = ports.flatMap(({ onChip }, at) => (!onChip && tables[at]!.length > 0 ? [at] : []));
  const channels = kept.map((at): LaidChannel => ({
    port: ports[at]!.name,
    tables: tables[at]!,
    bytes: used[at]!,
  }));
  return success({ channels, reads: readsOf(plan, tables, kept), dataBits });
}

/** Every lookup of every stored table: lookup k goes to copy k modulo their number. */
function readsOf(
  { model, ports, stored, homes }: Plan,
  tables: readonly (readonly LaidTable[])[],
  kept: readonly number[],
): readonly LaidRead[] {
  const { starts } = traceLayout(model);
  return stored.flatMap(({ parts, lookups }, at) =>
    Array.from({ length: lookups }, (_, lookup): LaidRead => {
      const port = homes[at]![lookup % homes[at]!.length]!;
      return {
        ...tables[port]!.find((table) => table.stored === at)!,
        port: ports[port]!.onChip ? 'chip' : kept.indexOf(port),
        parts: parts.map(({ table, first, columns }) => ({ slot: starts[table]! + lookup, first, columns })),
      };
    }),
  );
}

export interface EngineOptions {
  /** Bits of an element behind the point. */
  readonly fraction: number;
  readonly depth: number;
  readonly outstanding: number;
  readonly outside: 'clamp' | 'zero';
}

export const engineDefaults: EngineOptions = { fraction: 0, depth: 8, outstanding: 64, outside: 'clamp' };

/**
 * The parameters of `embedding_lookup` for a plan.
 *
 * @param contents the elements of the tables on the chip: those of each of its reads, row by row
 */
export function engineParameters(
  { model }: Plan,
  { reads, channels, dataBits }: EngineLayout,
  contents: readonly number[],
  { fraction, depth, outstanding, outside }: EngineOptions = engineDefaults,
): Arguments {
  const slots = model.tables.flatMap((table) => Array.from({ length: table.lookups }, () => table));
  const mostRows = Math.max(...slots.map(({ rows }) => rows));
  const bytes = Math.max(4096, ...channels.map((channel) => channel.bytes));
  return {
    rows: slots.map(({ rows }) => rows),
    columns: slots.map(({ columns }) => columns),
    reads: listOfReads(reads),
    contents,
    element: fixed(model.elementBits - fraction, fraction),
    index_bits: mostRows > 2 ** 32 ? 36 : 32,
    data_bits: dataBits,
    address_bits: Math.max(33, Math.ceil(Math.log2(bytes))),
    depth,
    outstanding,
    outside,
  };
}

/** How the engine's clock, its memories and its sizes bound it; times in cycles. */
export interface EngineTiming {
  readonly latencyCycles: number;
  readonly cyclesPerItem: number;
  /** What bounds the rate. */
  readonly bound: 'bus' | 'gathering' | 'reads under way' | 'items under way' | `layer ${number}`;
}

/**
 * The closed form for the engine: reads that come `readCycles` behind their address, a beat a cycle. An item takes three cycles
 * to its first address, one for each further address of its channel; behind the last beat, a cycle for each beat to gather
 * and two more. A read holds its place from before its address is out until its last beat is in.
 */
export function engineTiming(
  { model, stored }: Plan,
  { reads, channels, dataBits }: EngineLayout,
  { depth, outstanding }: Pick<EngineOptions, 'depth' | 'outstanding'>,
  readCycles: number,
): EngineTiming {
  const each = channels.map((_, channel) => {
    const beats = reads.flatMap(({ port, stored: at }) =>
      port === channel ? [Math.ceil((stored[at]!.columns * model.elementBits) / dataBits)] : [],
    );
    const total = beats.reduce((sum, count) => sum + count, 0);
    const held = beats.reduce((sum, count) => sum + readCycles + count + 1, 0);
    return { total, held: held / outstanding, reads: beats.length, last: beats.at(-1)! };
  });
  const bus = Math.max(0, ...each.map(({ total }) => total));
  const arrive = ({ total, held, reads: count, last }: (typeof each)[number]): number =>
    Math.max(count - 1 + readCycles + last, readCycles + total, outstanding < count ? held : 0);
  const latency = Math.max(4, ...each.map((one) => 3 + arrive(one) + one.total + 2));
  const bounds = [
    { bound: 'bus', cycles: bus },
    { bound: 'gathering', cycles: bus + 3 },
    { bound: 'reads under way', cycles: Math.max(0, ...each.map(({ held }) => held)) },
    { bound: 'items under way', cycles: (latency + 2) / depth },
  ] as const;
  const slowest = bounds.reduce((a, b) => (b.cycles > a.cycles ? b : a));
  return { latencyCycles: latency, cyclesPerItem: slowest.cycles, bound: slowest.bound };
}
