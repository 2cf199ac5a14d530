import type { Board } from './board.js';
import { portsOf, type Port } from './ports.js';
import { rowBytes, type EmbeddingModel, type Table } from './tables.js';

/** What tables need of a set of ports at least. */
interface Demand {
  /** Reads of tables of which no two can be in one product, whatever columns of them. */
  readonly reads: number;
  readonly elements: number;
}

/**
 * A time that no plan can undercut, of whatever products, splits, copies and placement. Every element of an item is
 * read from some port; tables with so many rows that not even single columns of two of them make a product that fits
 * a channel are read one by one; and what fits only the large channels is read from these. Of the banks on the chip it
 * takes the best that each rule for itself allows.
 *
 * @returns nanoseconds
 */
export function lowerBoundNs(model: EmbeddingModel, board: Board): number {
  const ports = portsOf(board);
  const channels = ports.filter(({ onChip }) => !onChip);
  const sizes = [...new Set(channels.map(({ bytes }) => bytes))].sort((a, b) => a - b);
  const bounds = [0, ...sizes.slice(0, -1)].map((size) => {
    const tables = model.tables.filter(({ rows }) => rows * rowBytes(1, model.elementBits) > size);
    const roomy = ports.filter((port) => port.bytes > size);
    return leastTime(model, tables, roomy, Math.max(...sizes));
  });
  return Math.max(...bounds);
}

function leastTime(
  model: EmbeddingModel,
  tables: readonly Table[],
  ports: readonly Port[],
  largest: number,
): number {
  if (tables.length === 0) return 0;
  const apart = apartFrom(model, tables, largest);
  const reads = apart.reduce((sum, { lookups }) => sum + lookups, 0);
  const elements = tables.reduce((sum, { columns, lookups }) => sum + columns * lookups, 0);
  const onChip = mostOnChip(model, tables, apart, ports);
  let [low, high] = [0, 1];
  while (!possible(model, ports, { reads, elements }, onChip, high)) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (possible(model, ports, { reads, elements }, onChip, middle)) high = middle;
    else low = middle;
  }
  return low;
}

/** Tables of which no two can be in one product: by the rows of their products, and by the least columns. */
function apartFrom(
  { elementBits }: EmbeddingModel,
  tables: readonly Table[],
  largest: number,
): readonly Table[] {
  const rows = Math.sqrt(largest / rowBytes(2, elementBits));
  return tables.filter((table) => table.rows > rows);
}

/** The most that the banks on the chip can take, by what they hold. */
function mostOnChip(
  { elementBits }: EmbeddingModel,
  tables: readonly Table[],
  apart: readonly Table[],
  ports: readonly Port[],
): Demand {
  const room = ports.reduce((sum, { onChip, bytes }) => sum + (onChip ? bytes : 0), 0);
  const ascending = (list: readonly Table[]): Table[] => [...list].sort((a, b) => a.rows - b.rows);
  let left = room * 8;
  let elements = 0;
  for (const { rows, columns, lookups } of ascending(tables)) {
    const fitting = Math.min(columns, Math.floor(left / (rows * elementBits)));
    elements += fitting * lookups;
    left -= fitting * rows * elementBits;
    if (fitting < columns) break;
  }
  left = room;
  let reads = 0;
  for (const { rows, lookups } of ascending(apart)) {
    left -= rows * rowBytes(1, elementBits);
    if (left < 0) break;
    reads += lookups;
  }
  return { reads, elements };
}

/** Whether ports could serve a demand within a time, with rules relaxed in favour of yes. */
function possible(
  { clockMhz }: EmbeddingModel,
  ports: readonly Port[],
  demand: Demand,
  onChip: Demand,
  ns: number,
): boolean {
  const clockNs = 1000 / clockMhz;
  const elementsIn = ({ readNs }: Port): number => Math.max(0, Math.floor((ns - readNs) / clockNs + 1e-9));
  const readsIn = ({ readNs }: Port): number => Math.floor(ns / (readNs + clockNs) + 1e-9);
  const sum = (chip: boolean, of: (port: Port) => number): number =>
    ports.reduce((total, port) => total + (port.onChip === chip ? of(port) : 0), 0);
  const reads = demand.reads - Math.min(onChip.reads, sum(true, readsIn));
  const elements = demand.elements - Math.min(onChip.elements, sum(true, elementsIn));
  if (reads > sum(false, readsIn)) return false;
  const channels = ports.filter((port) => !port.onChip && elementsIn(port) > 0);
  const more = Math.max(0, reads - channels.length);
  const latency = Math.min(...channels.map(({ readNs }) => readNs));
  const lost = more > 0 ? (more * latency) / clockNs : 0;
  return elements <= sum(false, elementsIn) - lost + 1e-6;
}
