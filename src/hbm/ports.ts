import type { Board } from './board.js';
import type { Stored } from './stored.js';

/** A read port: a channel of a memory, or a bank on the chip. Ports work at the same time, each for itself. */
export interface Port {
  readonly name: string;
  /** The name of the board's memory, or `chip`. */
  readonly memory: string;
  readonly onChip: boolean;
  readonly bytes: number;
  readonly readNs: number;
}

/** All ports of a board: its channels in the order of its memories, then the banks on the chip. */
export function portsOf({ memories, onChip }: Board): readonly Port[] {
  const channels = memories.flatMap(({ name, channels: count, channelBytes, readNs }) =>
    Array.from({ length: count }, (_, at) => ({
      name: `${name}${at}`,
      memory: name,
      onChip: false,
      bytes: channelBytes,
      readNs,
    })),
  );
  const banks = Array.from({ length: onChip.banks }, (_, at) => ({
    name: `chip${at}`,
    memory: 'chip',
    onChip: true,
    bytes: onChip.bankBytes,
    readNs: onChip.readNs,
  }));
  return [...channels, ...banks];
}

/** One copy of a stored table: which of them, and how many of an item's lookups go to this copy. */
export interface Copy {
  readonly stored: number;
  readonly reads: number;
}

/** What lies where: for each stored table the ports of its copies; lookup `k` goes to copy `k` modulo their number. */
export type Homes = readonly (readonly number[])[];

/** Of `lookups` that are dealt to `copies` in turn, how many the copy at `at` gets. */
export function readsOf(lookups: number, copies: number, at: number): number {
  return Math.ceil((lookups - at) / copies);
}

/** The copies at each port. */
export function copiesAt(
  stored: readonly Stored[],
  homes: Homes,
  ports: number,
): readonly (readonly Copy[])[] {
  const at: Copy[][] = Array.from({ length: ports }, () => []);
  homes.forEach((copies, index) =>
    copies.forEach((port, copy) =>
      at[port]!.push({ stored: index, reads: readsOf(stored[index]!.lookups, copies.length, copy) }),
    ),
  );
  return at;
}

/**
 * How long a port takes for one read, by the closed form: its latency, then an element a clock.
 *
 * @returns nanoseconds
 */
export function readTimeNs(port: Pick<Port, 'readNs'>, columns: number, clockMhz: number): number {
  return port.readNs + (columns * 1000) / clockMhz;
}

/** How long every port takes for an item: its reads, one after the other. */
export function portTimesNs(
  ports: readonly Port[],
  stored: readonly Stored[],
  homes: Homes,
  clockMhz: number,
): readonly number[] {
  return copiesAt(stored, homes, ports.length).map((copies, at) =>
    copies.reduce(
      (sum, copy) => sum + copy.reads * readTimeNs(ports[at]!, stored[copy.stored]!.columns, clockMhz),
      0,
    ),
  );
}
