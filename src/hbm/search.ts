import type { Board } from './board.js';
import { lowerBoundNs } from './bound.js';
import { pack, type Item } from './pack.js';
import { portsOf, portTimesNs, readsOf, readTimeNs, type Port } from './ports.js';
import { isBetter, mayCombine, paired, piecesFor, type Placement } from './published.js';
import { combined, product, split, whole, type Stored } from './stored.js';
import type { EmbeddingModel } from './tables.js';

/**
 * Looks for a plan that is better than `incumbent`, of any products, splits by columns, and copies of tables that an
 * item reads more than once. For a time to be met it cuts what is too wide, and multiplies the two tables whose
 * product is smallest until all fit; the least time that can be met is found by bisection. For that time it then looks
 * for less storage among the published pairings, with up to two products more, and by exchanging tables between products.
 *
 * @returns the better of the two plans: less time, or as much time and less storage; undefined where there is none
 */
export function planSearched(
  model: EmbeddingModel,
  board: Board,
  incumbent: Placement | undefined,
): Placement | undefined {
  const ports = portsOf(board);
  const bound = lowerBoundNs(model, board);
  const times = candidateTimes(model, ports).filter(
    (ns) => ns >= bound - 1e-6 && (!incumbent || ns <= incumbent.lookupNs + 1e-9),
  );
  let best = incumbent;
  for (let low = 0, high = times.length - 1; low <= high;) {
    const middle = (low + high) >> 1;
    const found = fit(model, ports, times[middle]!);
    if (found && (!best || isBetter(found, best))) best = found;
    if (found) high = middle - 1;
    else low = middle + 1;
  }
  return best && rebalanced(model, ports, slimmed(model, ports, best));
}

/** How many products are tried on top of a published pairing. */
const mostExtra = 2;

/** A plan that takes no longer with less storage, if a published pairing and a few products more give one. */
function slimmed(model: EmbeddingModel, ports: readonly Port[], plan: Placement): Placement {
  const limitNs = plan.lookupNs;
  let best = plan;
  for (const tables of [cut(model, ports, Infinity), cut(model, ports, 16)]) {
    const sorted = [...tables].sort((a, b) => a.bytes - b.bytes);
    for (let candidates = 0; candidates <= sorted.length; candidates++) {
      const start = paired(model, sorted, candidates);
      if (bytesOf(start) >= best.bytes) break;
      const found = merged(model, ports, limitNs, start, widestWithin(model, ports, limitNs), mostExtra);
      if (found && isBetter(found, best)) best = found;
    }
  }
  return best;
}

/** How many exchanges are tried from one plan. */
const mostExchanges = 200;

/** The plan with less storage that exchanges of tables between two products give, as long as there is one. */
function rebalanced(model: EmbeddingModel, ports: readonly Port[], plan: Placement): Placement {
  for (const stored of exchanges(model, plan.stored, widestWithin(model, ports, plan.lookupNs))) {
    const found = placedWithin(model, ports, plan.lookupNs, stored);
    if (found && isBetter(found, plan)) return rebalanced(model, ports, found);
  }
  return plan;
}

/** Stored tables with a part of one product exchanged for a part of another: those that save most first. */
function exchanges(
  model: EmbeddingModel,
  stored: readonly Stored[],
  widest: number,
): readonly (readonly Stored[])[] {
  const products = stored.filter(({ parts }) => parts.length > 1);
  const found = new Map<string, { readonly saved: number; readonly stored: readonly Stored[] }>();
  products.forEach((a, at) => {
    for (const b of products.slice(at + 1)) {
      if (a.lookups !== b.lookups) continue;
      for (const [mine, theirs] of a.parts.flatMap((x) => b.parts.map((y) => [x, y] as const))) {
        const swapped = [
          [...a.parts.filter((part) => part !== mine), theirs],
          [...b.parts.filter((part) => part !== theirs), mine],
        ].map((parts) => combined(model, parts));
        const saved = a.bytes + b.bytes - bytesOf(swapped);
        if (saved <= 0 || !swapped.every((one) => one.columns <= widest && hasTablesOnce(one))) continue;
        const rest = stored.filter((one) => one !== a && one !== b);
        // Exchanges between tables of the same sizes come to the same.
        found.set(`${a.bytes} ${b.bytes} ${swapped[0]!.bytes}`, { saved, stored: [...rest, ...swapped] });
      }
    }
  });
  return [...found.values()]
    .sort((x, y) => y.saved - x.saved)
    .slice(0, mostExchanges)
    .map((one) => one.stored);
}

function hasTablesOnce({ parts }: Stored): boolean {
  return new Set(parts.map(({ table }) => table)).size === parts.length;
}

function bytesOf(stored: readonly Stored[]): number {
  return stored.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The most columns that a channel reads within a time. */
function widestWithin({ clockMhz }: EmbeddingModel, ports: readonly Port[], limitNs: number): number {
  const readNs = Math.min(...ports.filter(({ onChip }) => !onChip).map((port) => port.readNs));
  return Math.floor(((limitNs + 1e-9 - readNs) * clockMhz) / 1000);
}

/** Times that a channel can take: some reads of its latency, and some elements. Ascending. */
function candidateTimes(model: EmbeddingModel, ports: readonly Port[]): readonly number[] {
  const lookups = model.tables.reduce((sum, table) => sum + table.lookups, 0);
  const rounds = Math.ceil((2 * lookups) / ports.length) + 2;
  const widest = Math.max(...model.tables.map(({ columns }) => columns));
  const times = new Set<number>();
  for (const readNs of new Set(ports.filter(({ onChip }) => !onChip).map((port) => port.readNs)))
    for (let reads = 1; reads <= rounds; reads++)
      for (let columns = reads; columns <= 2 * widest * reads; columns++)
        times.add(reads * readNs + (columns * 1000) / model.clockMhz);
  return [...times].sort((a, b) => a - b);
}

/** A plan that takes at most `limitNs`: of the ways to cut that lead to one, the least storage. */
function fit(model: EmbeddingModel, ports: readonly Port[], limitNs: number): Placement | undefined {
  const widest = widestWithin(model, ports, limitNs);
  if (widest < 1) return undefined;
  const grains = new Set([widest, 32, 16, 8, 4].filter((grain) => grain <= widest));
  let best: Placement | undefined;
  for (const grain of grains) {
    const found = merged(model, ports, limitNs, cut(model, ports, grain), widest);
    if (found && (!best || found.bytes < best.bytes)) best = found;
  }
  return best;
}

/** The model's tables in pieces of at most `grain` columns that fit the largest channel. */
function cut(model: EmbeddingModel, ports: readonly Port[], grain: number): readonly Stored[] {
  const largest = Math.max(...ports.map(({ bytes }) => bytes));
  return model.tables.flatMap((_, at) => {
    const stored = whole(model, at);
    const pieces = Math.max(Math.ceil(stored.columns / grain), piecesFor(model, stored, largest));
    return pieces > 1 ? split(model, stored, pieces) : [stored];
  });
}

/** Multiplies the cheapest pair, at most so many times, until all fit or nothing is left to multiply. */
function merged(
  model: EmbeddingModel,
  ports: readonly Port[],
  limitNs: number,
  tables: readonly Stored[],
  widest: number,
  most = Infinity,
): Placement | undefined {
  const room = ports.reduce((sum, port) => sum + port.bytes, 0);
  const time = ports.length * limitNs;
  let stored = [...tables];
  for (let products = 0; products <= most; products++) {
    if (bytesOf(stored) > room) return undefined;
    const placed =
      leastTime(model, ports, stored) <= time ? placedWithin(model, ports, limitNs, stored) : undefined;
    if (placed) return placed;
    const pair = cheapest(model, ports, stored, widest);
    if (!pair) return undefined;
    stored = [...stored.filter((one) => one !== pair[0] && one !== pair[1]), product(model, ...pair)];
  }
  return undefined;
}

/** A port of every memory. */
function kindsOf(ports: readonly Port[]): readonly Port[] {
  return [...new Map(ports.map((port) => [port.memory, port])).values()];
}

/** The time that all reads take together at the fastest ports they fit: what no placement can undercut. */
function leastTime(model: EmbeddingModel, ports: readonly Port[], stored: readonly Stored[]): number {
  const kinds = kindsOf(ports);
  return stored.reduce((sum, { bytes, columns, lookups }) => {
    const able = kinds.filter((port) => port.bytes >= bytes);
    return sum + lookups * Math.min(...able.map((port) => readTimeNs(port, columns, model.clockMhz)));
  }, 0);
}

/** The two tables whose product adds the fewest bytes, if one may be made. */
function cheapest(
  model: EmbeddingModel,
  ports: readonly Port[],
  stored: readonly Stored[],
  widest: number,
): readonly [Stored, Stored] | undefined {
  const largest = Math.max(...ports.map(({ bytes }) => bytes));
  const small = [...stored].sort((a, b) => a.rows - b.rows).slice(0, 40);
  let best: readonly [Stored, Stored] | undefined;
  let least = Infinity;
  small.forEach((a, at) => {
    for (const b of small.slice(at + 1)) {
      if (!mayCombine(a, b) || a.columns + b.columns > widest) continue;
      const bytes = a.rows * b.rows * Math.ceil(((a.columns + b.columns) * model.elementBits) / 8);
      if (bytes > largest || bytes - a.bytes - b.bytes >= least) continue;
      least = bytes - a.bytes - b.bytes;
      best = [a, b];
    }
  });
  return best;
}

/** The tables at ports, a table that one port cannot read often enough in copies. */
function placedWithin(
  model: EmbeddingModel,
  ports: readonly Port[],
  limitNs: number,
  stored: readonly Stored[],
): Placement | undefined {
  const items: Item[] = [];
  const channels = kindsOf(ports).filter(({ onChip }) => !onChip);
  for (const [at, { bytes, columns, lookups }] of stored.entries()) {
    const able = channels.filter((port) => port.bytes >= bytes);
    const fastest = Math.min(...able.map((port) => readTimeNs(port, columns, model.clockMhz)));
    const most = Math.floor((limitNs + 1e-9) / fastest);
    if (most < 1) return undefined;
    const copies = Math.ceil(lookups / most);
    for (let copy = 0; copy < copies; copy++)
      items.push({ stored: at, reads: readsOf(lookups, copies, copy), columns, bytes });
  }
  const found = pack(items, ports, limitNs, model.clockMhz);
  if (!found) return undefined;
  const homes: number[][] = stored.map(() => []);
  items.forEach((item, at) => homes[item.stored]!.push(found[at]!));
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  return { stored, homes, bytes, lookupNs: Math.max(...portTimesNs(ports, stored, homes, model.clockMhz)) };
}
