import type { Memory, Port } from '../../ir/index.js';
import { limbCount } from './word.js';

/**
 * How a port's words lie in memory: `rows` rows a cycle, each one element a stream. A lane of up to 32 bits is a
 * row of elements of 1, 2 or 4 bytes; a wider one takes a row of 4 bytes for each of its limbs, lowest first.
 */
export interface PortLayout {
  readonly port: Port;
  readonly laneBits: number;
  readonly limbsPerLane: number;
  readonly elementBytes: 1 | 2 | 4;
  readonly rows: number;
  /** Whether it is given once for all streams: a row is then a single element, and rows are side by side. */
  readonly broadcast: boolean;
}

export function portLayout(port: Port, broadcast: boolean): PortLayout {
  const laneBits = port.width / port.lanes;
  const limbsPerLane = limbCount(laneBits);
  const elementBytes = laneBits <= 8 ? 1 : laneBits <= 16 ? 2 : 4;
  return { port, laneBits, limbsPerLane, elementBytes, rows: port.lanes * limbsPerLane, broadcast };
}

/** Bytes from a row to the next. */
export function rowLength({ elementBytes, broadcast }: PortLayout, rowStreams: number): number {
  return elementBytes * (broadcast ? 1 : rowStreams);
}

/** Bytes of a row from a group of four streams to the next. */
export function groupBytes({ elementBytes, broadcast }: PortLayout): number {
  return broadcast ? 0 : 4 * elementBytes;
}

/**
 * How a memory lies: as words of `limbs` limbs, and behind them one word that is always 0, for reads beyond the
 * depth. One that is written follows for each group of four streams, each limb four elements; it has one more
 * word, for writes that do not take place. A memory that nobody writes is there once, for all streams.
 */
export interface MemoryLayout {
  readonly memory: Memory;
  readonly limbs: number;
  readonly shared: boolean;
  /** From one word to the next. */
  readonly wordBytes: number;
  readonly bytes: number;
}

export function memoryLayout(memory: Memory, shared: boolean): MemoryLayout {
  const limbs = limbCount(memory.width);
  const wordBytes = limbs * (shared ? 4 : 16);
  const bytes = (memory.depth + (shared ? 1 : 2)) * wordBytes;
  return { memory, limbs, shared, wordBytes, bytes: Math.ceil(bytes / 16) * 16 };
}

/** The words a memory holds at power-up, as limbs in order of address. */
export function powerUpLimbs({ memory, limbs }: MemoryLayout): Int32Array {
  const words = new Int32Array(memory.depth * limbs);
  memory.contents.slice(0, memory.depth).forEach((word, address) => {
    for (let limb = 0; limb < limbs; limb++)
      words[address * limbs + limb] = Number(BigInt.asIntN(32, word >> BigInt(32 * limb)));
  });
  return words;
}
