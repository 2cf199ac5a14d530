import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { Board } from './board.js';
import { portsOf, portTimesNs, readTimeNs, type Homes, type Port } from './ports.js';
import { noRoom } from './problems.js';
import { product, split, whole, type Stored } from './stored.js';
import type { EmbeddingModel } from './tables.js';

/** Stored tables, and the ports that hold them. */
export interface Placement {
  readonly stored: readonly Stored[];
  readonly homes: Homes;
  readonly lookupNs: number;
  readonly bytes: number;
}

/**
 * The published heuristic (Jiang et al., MicroRec, MLSys 2021). Tables are sorted by size. For every n, the n smallest
 * are paired, the smallest with the largest; what comes out is allocated: the smallest on the chip as long as they fit
 * and are no slower than what stays off it, the rest spread evenly over the channels. The plan of the least latency
 * counts, among equals the one of the least storage. Columns are split before that, as `splitLarge` says.
 *
 * @param products whether tables may be paired; without, n stays 0
 */
export function planPublished(model: EmbeddingModel, board: Board, products = true): Result<Placement> {
  const ports = portsOf(board);
  const sorted = [...splitLarge(model, board, ports)].sort((a, b) => a.bytes - b.bytes);
  const largest = Math.max(...ports.map(({ bytes }) => bytes));
  let best: Placement | undefined;
  let reason: Diagnostic | undefined;
  for (let candidates = 0; candidates <= (products ? sorted.length : 0); candidates++) {
    const stored = paired(model, sorted, candidates);
    if (candidates > 0 && stored.some(({ bytes }) => bytes > largest)) break;
    const placed = allocate(model, stored, ports);
    if (!placed.ok) reason ??= placed.diagnostics[0];
    else if (!best || isBetter(placed.value, best)) best = placed.value;
  }
  return best ? success(best) : failure(reason!);
}

export function isBetter(a: Placement, b: Placement): boolean {
  return a.lookupNs < b.lookupNs || (a.lookupNs === b.lookupNs && a.bytes < b.bytes);
}

/**
 * The model's tables, the large ones split by columns. Those that fit no channel of the smallest kind compete for the
 * larger channels; where there are more of these than of such tables, each is split to use its share of them. A table
 * that fits no channel at all is split into as few pieces as do.
 */
export function splitLarge(model: EmbeddingModel, board: Board, ports: readonly Port[]): readonly Stored[] {
  const tables = model.tables.map((_, at) => whole(model, at));
  const channels = board.memories.map(({ channelBytes }) => channelBytes);
  const [least, most] = [Math.min(...channels), Math.max(...channels)];
  const large = tables.filter(({ bytes }) => bytes > least).length;
  const roomy = ports.filter(({ bytes, onChip }) => !onChip && bytes > least).length;
  const share = large > 0 && roomy > large ? Math.floor(roomy / large) : 1;
  return tables.flatMap((stored) => {
    const pieces = Math.max(piecesFor(model, stored, most), stored.bytes > least ? share : 1);
    return pieces > 1 ? split(model, stored, pieces) : [stored];
  });
}

/** Into how many pieces a table must be cut for each to fit in `bytes`; a column is never cut. */
export function piecesFor(model: EmbeddingModel, { rows, columns }: Stored, bytes: number): number {
  const fitting = Math.floor((Math.floor(bytes / rows) * 8) / model.elementBits);
  return Math.ceil(columns / Math.max(1, fitting));
}

/** Of tables in ascending order, the first `candidates` in pairs, smallest with largest; the rest as they are. */
export function paired(
  model: EmbeddingModel,
  sorted: readonly Stored[],
  candidates: number,
): readonly Stored[] {
  const result: Stored[] = [];
  for (let low = 0, high = candidates - 1; low <= high; low++, high--) {
    const [a, b] = [sorted[low]!, sorted[high]!];
    if (low < high && mayCombine(a, b)) result.push(product(model, a, b));
    else result.push(...(low < high ? [a, b] : [a]));
  }
  return [...result, ...sorted.slice(candidates)];
}

/** Tables are read together only if items read as many rows of each, and slices of one table never. */
export function mayCombine(a: Stored, b: Stored): boolean {
  return (
    a.lookups === b.lookups && !a.parts.some(({ table }) => b.parts.some((part) => part.table === table))
  );
}

/** The heuristic's allocation of given stored tables. */
export function allocate(
  model: EmbeddingModel,
  stored: readonly Stored[],
  ports: readonly Port[],
): Result<Placement> {
  const order = stored.map((_, at) => at).sort((a, b) => stored[a]!.bytes - stored[b]!.bytes);
  for (let onChip = mostOnChip(stored, order, ports); onChip >= 0; onChip--) {
    const homes = place(model, stored, ports, order, onChip);
    if (!homes.ok) {
      if (onChip === 0) return homes;
      continue;
    }
    const times = portTimesNs(ports, stored, homes.value, model.clockMhz);
    const slowest = (chip: boolean): number =>
      Math.max(0, ...times.filter((_, at) => ports[at]!.onChip === chip));
    const offChip = onChip < stored.length ? slowest(false) : oneRead(model, stored[order.at(-1)!]!, ports);
    if (onChip > 0 && slowest(true) > offChip) continue;
    const bytes = stored.reduce((sum, one) => sum + one.bytes, 0);
    return success({ stored, homes: homes.value, lookupNs: Math.max(...times), bytes });
  }
  throw new Error('the last turn of the loop returns');
}

function oneRead(model: EmbeddingModel, { columns, lookups }: Stored, ports: readonly Port[]): number {
  const channels = ports.filter(({ onChip }) => !onChip);
  return lookups * Math.min(...channels.map((port) => readTimeNs(port, columns, model.clockMhz)));
}

/** How many of the smallest tables all banks together could hold. */
function mostOnChip(stored: readonly Stored[], order: readonly number[], ports: readonly Port[]): number {
  let room = ports.reduce((sum, { onChip, bytes }) => sum + (onChip ? bytes : 0), 0);
  const over = order.findIndex((at) => (room -= stored[at]!.bytes) < 0);
  return over < 0 ? order.length : over;
}

/** The `onChip` smallest to the bank that is free first, the others, largest first, to the channel with the fewest. */
function place(
  model: EmbeddingModel,
  stored: readonly Stored[],
  ports: readonly Port[],
  order: readonly number[],
  onChip: number,
): Result<Homes> {
  const used = ports.map(() => ({ tables: 0, bytes: 0, ns: 0 }));
  const homes: number[][] = stored.map(() => []);
  const put = (table: number, chip: boolean): boolean => {
    const { bytes, columns, lookups } = stored[table]!;
    let best = -1;
    ports.forEach((port, at) => {
      if (port.onChip !== chip || port.bytes - used[at]!.bytes < bytes) return;
      if (best < 0 || before(at, best, chip)) best = at;
    });
    if (best < 0) return false;
    homes[table]!.push(best);
    used[best]!.tables += lookups;
    used[best]!.bytes += bytes;
    used[best]!.ns += lookups * readTimeNs(ports[best]!, columns, model.clockMhz);
    return true;
  };
  const before = (a: number, b: number, chip: boolean): boolean => {
    const [x, y] = [used[a]!, used[b]!];
    if (chip) return x.ns < y.ns;
    const free = (at: number): number => ports[at]!.bytes - used[at]!.bytes;
    return x.tables < y.tables || (x.tables === y.tables && free(a) > free(b));
  };
  for (const table of order.slice(0, onChip).reverse()) if (!put(table, true)) return failure();
  for (const table of order.slice(onChip).reverse())
    if (!put(table, false)) {
      const free = ports.map((port, at) => (port.onChip ? 0 : port.bytes - used[at]!.bytes));
      return failure(noRoom(model, stored[table]!, ports, Math.max(...free)));
    }
  return success(homes);
}
