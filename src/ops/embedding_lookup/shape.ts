import { clog2 } from '../../base/index.js';
import type { Arguments } from '../../builder/index.js';
import type { Fixed } from '../../format/index.js';
import { fixedOf, integerOf, listOf } from '../arguments.js';

/** One index of an item: it chooses a row of that many columns among that many rows. */
export interface Slot {
  readonly rows: number;
  readonly columns: number;
  /** Where its columns begin in the feature vector. */
  readonly first: number;
}

/** Neighbouring columns of the row that a slot chooses. */
export interface Part {
  readonly slot: number;
  readonly first: number;
  readonly columns: number;
}

/** One read of an item: a row of a stored table, which holds the parts' columns side by side. */
export interface Read {
  /** The number of a channel, or `chip` for a table on the chip. */
  readonly port: number | 'chip';
  /** The byte address of the table's row 0; on the chip nothing. */
  readonly base: number;
  readonly parts: readonly Part[];
  /** Rows of the stored table: the product of those of its parts. */
  readonly rows: number;
  readonly columns: number;
}

/** What an engine for embedding lookups is made for. */
export interface LookupShape {
  readonly element: Fixed;
  readonly slots: readonly Slot[];
  readonly reads: readonly Read[];
  /** Channels from 0 on; each has reads. */
  readonly channels: number;
  readonly features: number;
  readonly dataBits: number;
  readonly addressBits: number;
  readonly indexBits: number;
  /** Items that can be under way: a power of two. */
  readonly depth: number;
  /** Reads that a channel may have under way. */
  readonly outstanding: number;
  /** What becomes of an index beyond its table: the last row, or a row of zeros. */
  readonly outside: 'clamp' | 'zero';
  /** The elements of the tables on the chip, row by row, table after table. */
  readonly contents: readonly number[];
}

/** The number that stands for the chip in the list of reads. */
export const chipPort = -1;

/** The reads of a flat list: of each its port, base and number of parts, then slot, first column and columns of each part. */
export function readsOf(list: readonly number[], rowsOf: readonly number[]): readonly Read[] | undefined {
  const reads: Read[] = [];
  for (let at = 0; at < list.length;) {
    const [port, base, count] = list.slice(at, at + 3);
    if (port === undefined || base === undefined || count === undefined || count < 1) return undefined;
    const words = list.slice(at + 3, at + 3 + 3 * count);
    if (words.length < 3 * count) return undefined;
    const parts = Array.from({ length: count }, (_, k) => {
      const [slot, first, columns] = words.slice(3 * k) as [number, number, number];
      return { slot, first, columns };
    });
    reads.push({
      port: port === chipPort ? 'chip' : port,
      base,
      parts,
      rows: parts.reduce((product, { slot }) => product * (rowsOf[slot] ?? 1), 1),
      columns: parts.reduce((sum, part) => sum + part.columns, 0),
    });
    at += 3 + 3 * count;
  }
  return reads;
}

/** The list that `readsOf` reads. */
export function listOfReads(reads: readonly Pick<Read, 'port' | 'base' | 'parts'>[]): number[] {
  return reads.flatMap(({ port, base, parts }) => [
    port === 'chip' ? chipPort : port,
    base,
    parts.length,
    ...parts.flatMap(({ slot, first, columns }) => [slot, first, columns]),
  ]);
}

/** The parameters as the engine's own functions take them; they obey `rules`. */
export function lookupShape(p: Arguments): LookupShape {
  const rows = listOf(p, 'rows');
  let features = 0;
  const slots = listOf(p, 'columns').map((columns, k): Slot => {
    features += columns;
    return { rows: rows[k]!, columns, first: features - columns };
  });
  const reads = readsOf(listOf(p, 'reads'), rows) ?? [];
  const ports = reads.map(({ port }) => (port === 'chip' ? -1 : port));
  return {
    element: fixedOf(p, 'element'),
    slots,
    reads,
    channels: Math.max(...ports) + 1,
    features,
    dataBits: integerOf(p, 'data_bits'),
    addressBits: integerOf(p, 'address_bits'),
    indexBits: integerOf(p, 'index_bits'),
    depth: integerOf(p, 'depth'),
    outstanding: integerOf(p, 'outstanding'),
    outside: p['outside'] as LookupShape['outside'],
    contents: listOf(p, 'contents'),
  };
}

/** How far apart rows of that many elements lie in a channel: a power of two, so that no row crosses 4 KiB. */
export function strideBytes(columns: number, elementBits: number): number {
  return 2 ** clog2(Math.ceil((columns * elementBits) / 8));
}

/** Beats of a bus of `dataBits` that bring a row. */
export function beatsOf(columns: number, elementBits: number, dataBits: number): number {
  return Math.ceil((columns * elementBits) / dataBits);
}

/** What a table's first row must lie at a multiple of, in bytes. */
export function alignmentBytes(columns: number, elementBits: number, dataBits: number): number {
  return Math.max(strideBytes(columns, elementBits), dataBits / 8);
}

/** Bits of a number from 0 to `count` − 1; 1 at least. */
export function indexWidth(count: number): number {
  return Math.max(1, clog2(count));
}

/** The reads of a channel, in the order of the list, each with its number there. */
export function channelReads({ reads }: LookupShape, channel: number): readonly (readonly [number, Read])[] {
  return [...reads.entries()].filter(([, { port }]) => port === channel);
}
