import { strideBytes, type LookupShape } from './shape.js';

/** A memory that lookups read: what a channel holds at a byte address, and which reads it refuses. */
export interface LookupMemory {
  /** `count` bytes from `address` on, the first in the low bits. */
  bytes(channel: number, address: number, count: number): bigint;
  /** Whether a read that begins at the beat of `address` is answered by an error. */
  fails(channel: number, address: number): boolean;
}

/** The feature vector of an item, and the indices that something was wrong with. */
export interface LookedUp {
  readonly row: readonly bigint[];
  readonly faults: readonly boolean[];
}

/**
 * What an item's indices give. An index beyond its table stands for the last row, or gives zeros; the columns of a read that
 * fails are zeros; both are told in `faults`.
 */
export function lookUp(shape: LookupShape, memory: LookupMemory, indices: readonly bigint[]): LookedUp {
  const { slots, reads, element, outside } = shape;
  const row = new Array<bigint>(shape.features).fill(0n);
  const faults = slots.map(({ rows }, slot) => indices[slot]! >= BigInt(rows));
  const bounded = slots.map(({ rows }, slot) => (faults[slot] ? rows - 1 : Number(indices[slot]!)));
  const beyond = [...faults];
  let chipFrom = 0;
  for (const { port, base, parts, rows, columns } of reads) {
    const index = parts.reduce((sum, { slot }) => sum * slots[slot]!.rows + bounded[slot]!, 0);
    const from = chipFrom;
    if (port === 'chip') chipFrom += rows * columns;
    const stride = strideBytes(columns, element.width);
    const address = base + index * stride;
    const failed = port !== 'chip' && memory.fails(port, address);
    const word = port === 'chip' ? 0n : memory.bytes(port, address, stride);
    let column = 0;
    for (const { slot, first, columns: count } of parts) {
      if (failed) faults[slot] = true;
      for (let k = 0; k < count; k++, column++) {
        const own =
          port === 'chip'
            ? BigInt(shape.contents[from + index * columns + column]!)
            : word >> BigInt(column * element.width);
        const blank = failed || (outside === 'zero' && beyond[slot]);
        row[slots[slot]!.first + first + k] = blank ? 0n : BigInt.asUintN(element.width, own);
      }
    }
  }
  return { row, faults };
}

/**
 * A memory whose words follow from their addresses, for trials without data: word k of 32 bits of beat n of channel c is
 * x ^ x/2^15 with x = n·0x9E3779B1 + (k + 1)·0x85EBCA6B + (c + 1)·0xC2B2AE35 modulo 2^32. A read fails where bits 20 to 23
 * of word 0 of its first beat are all 1.
 */
export function trialMemory(dataBits: number): LookupMemory {
  const beatBytes = dataBits / 8;
  const word = (channel: number, beat: number, k: number): bigint => {
    const sum =
      BigInt(beat) * trialFactors.beat +
      BigInt(k + 1) * trialFactors.word +
      BigInt(channel + 1) * trialFactors.channel;
    const x = BigInt.asUintN(32, sum);
    return x ^ (x >> 15n);
  };
  const byteAt = (channel: number, address: number): bigint => {
    const within = address % beatBytes;
    const own = word(channel, Math.floor(address / beatBytes), Math.floor(within / 4));
    return (own >> BigInt(8 * (within % 4))) & 0xffn;
  };
  return {
    bytes(channel, address, count) {
      let all = 0n;
      for (let k = count - 1; k >= 0; k--) all = (all << 8n) | byteAt(channel, address + k);
      return all;
    },
    fails: (channel, address) => ((word(channel, Math.floor(address / beatBytes), 0) >> 20n) & 0xfn) === 0xfn,
  };
}

/** The factors of the trial memory's words. */
export const trialFactors = { beat: 0x9e3779b1n, word: 0x85ebca6bn, channel: 0xc2b2ae35n } as const;
