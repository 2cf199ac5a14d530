import { readTimeNs, type Port } from './ports.js';

/** A copy of a stored table that is to lie at some port. */
export interface Item {
  readonly stored: number;
  readonly reads: number;
  readonly columns: number;
  readonly bytes: number;
}

interface Load {
  ns: number;
  bytes: number;
  readonly items: number[];
}

/** How many steps the exact search may take before it gives up. */
const mostSteps = 100;

/**
 * Ports for items such that each port holds its items and serves them within `limitNs`: best fit first, the slowest
 * items first, and where that fails, branch and bound within a number of steps. Copies of one table get different
 * ports.
 *
 * @returns the port of each item, or undefined where none was found
 */
export function pack(
  items: readonly Item[],
  ports: readonly Port[],
  limitNs: number,
  clockMhz: number,
): readonly number[] | undefined {
  const room = items.map(({ bytes }) => ports.filter((port) => !port.onChip && port.bytes >= bytes).length);
  const order = items
    .map((_, at) => at)
    .sort((a, b) => room[a]! - room[b]! || slowerOrLarger(items[a]!, items[b]!));
  const copied = new Set(
    items.filter((item, at) => items[at + 1]?.stored === item.stored).map(({ stored }) => stored),
  );
  const search = new Array<number>(items.length).fill(-1);
  const loads: Load[] = ports.map(() => ({ ns: 0, bytes: 0, items: [] }));
  const time = (item: Item, port: Port): number => item.reads * readTimeNs(port, item.columns, clockMhz);
  const fits = (item: Item, at: number): boolean => {
    const [port, load] = [ports[at]!, loads[at]!];
    return (
      load.bytes + item.bytes <= port.bytes &&
      load.ns + time(item, port) <= limitNs + 1e-9 &&
      !load.items.some((other) => items[other]!.stored === item.stored)
    );
  };
  const put = (index: number, at: number, sign: 1 | -1): void => {
    const [item, load] = [items[index]!, loads[at]!];
    load.ns += sign * time(item, ports[at]!);
    load.bytes += sign * item.bytes;
    if (sign > 0) load.items.push(index);
    else load.items.pop();
    search[index] = sign > 0 ? at : -1;
  };
  /** Ports that an item fits, the fullest first and banks on the chip last; of ports that are alike only one. */
  const choices = (item: Item): number[] => {
    const found: number[] = [];
    for (let at = 0; at < ports.length; at++)
      if (fits(item, at) && !found.some((other) => isAlike(at, other))) found.push(at);
    return found.sort(
      (a, b) =>
        Number(ports[a]!.onChip) - Number(ports[b]!.onChip) ||
        ports[a]!.bytes - ports[b]!.bytes ||
        loads[b]!.ns - loads[a]!.ns,
    );
  };
  /** Whether it is all the same which of two ports is taken: as much is left of both, and neither has a copy. */
  const isAlike = (a: number, b: number): boolean =>
    ports[a]!.memory === ports[b]!.memory &&
    loads[a]!.bytes === loads[b]!.bytes &&
    Math.abs(loads[a]!.ns - loads[b]!.ns) < 1e-6 &&
    loads[a]!.items.every((index) => !copied.has(items[index]!.stored));
  let steps = 0;
  const descend = (depth: number): boolean => {
    if (depth === order.length) return true;
    const index = order[depth]!;
    for (const at of choices(items[index]!)) {
      if (++steps > mostSteps + items.length) return false;
      put(index, at, 1);
      if (descend(depth + 1)) return true;
      put(index, at, -1);
    }
    return false;
  };
  return descend(0) ? search : undefined;
}

/** First what takes longest, then what is largest. */
function slowerOrLarger(a: Item, b: Item): number {
  return b.reads * b.columns - a.reads * a.columns || b.bytes - a.bytes;
}
