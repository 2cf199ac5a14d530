import type { ColumnSums, QuantisedLayer, Watch } from '../nn/index.js';
import { exactSums } from '../nn/index.js';
import type { Buffer, Buffers } from './buffers.js';
import { reads, type ChipFaults } from './faults.js';

/** What the faulty cells of a word make of it: bits that are turned, and bits that are always 0 or always 1. */
export interface WordFault {
  readonly turned: number;
  readonly zeros: number;
  readonly ones: number;
}

/** The faulty words of each buffer, by the number of the element. */
export interface BufferFaults {
  readonly words: readonly ReadonlyMap<number, WordFault>[];
  /** cells that fail */
  readonly cells: number;
}

/**
 * The faults of a chip in its buffers.
 *
 * @param at cells with a level below fail
 * @param hardened bits of each word, from the top, that never do
 */
export function bufferFaults(
  { list }: Buffers,
  { addresses, levels, effects }: ChipFaults,
  at: number,
  hardened: number,
): BufferFaults {
  const words = list.map(() => new Map<number, { turned: number; zeros: number; ones: number }>());
  let [buffer, cells] = [0, 0];
  addresses.forEach((address, i) => {
    if (!(levels[i]! < at)) return;
    while (address >= endOf(list[buffer]!)) buffer++;
    const { start, bits } = list[buffer]!;
    const bit = (address - start) % bits;
    if (bit >= bits - hardened) return;
    const element = Math.floor((address - start) / bits);
    const word = words[buffer]!.get(element) ?? { turned: 0, zeros: 0, ones: 0 };
    words[buffer]!.set(element, word);
    cells++;
    if (effects[i] === reads.other) word.turned |= 1 << bit;
    else if (effects[i] === reads.one) word.ones |= 1 << bit;
    else word.zeros |= 1 << bit;
  });
  return { words, cells };
}

function endOf({ start, elements, bits }: Buffer): number {
  return start + elements * bits;
}

/** What is read of a word of so many bits, at most 32. */
export function wordRead(
  value: number,
  { turned, zeros, ones }: WordFault,
  bits: number,
  signed: boolean,
): number {
  const wrong = (((value ^ turned) & ~zeros) | ones) << (32 - bits);
  return signed ? wrong >> (32 - bits) : wrong >>> (32 - bits);
}

/**
 * What a network sees whose words lie in faulty buffers: codes as they are read, all products of an image alike; and sums as
 * they are read, for the next part of an inner product and at its end.
 *
 * @param faults asked for whenever a layer runs, so that they may change from batch to batch
 * @param terms products that are added between two writings of a sum; Infinity for one at the end
 */
export function faultyBuffers(
  { kind, list }: Buffers,
  faults: () => BufferFaults,
  terms: number,
): Pick<Watch, 'read' | 'sums'> {
  const places = new Map(list.map((buffer, i) => [`${buffer.operand} ${buffer.layer}`, i] as const));
  const found = (layer: QuantisedLayer, operand: Buffer['operand']) => {
    const i = places.get(`${operand} ${layer.output}`)!;
    return { buffer: list[i]!, words: faults().words[i]! };
  };
  if (kind === 'sums')
    return {
      sums: (layer, column) => {
        const { buffer, words } = found(layer, 'sum');
        changeSums(layer, column, buffer, words, terms);
      },
    };
  return {
    read(layer, codes, images, operand) {
      const { buffer, words } = found(layer, operand);
      const changed = codes.slice();
      for (const [element, fault] of words)
        for (let at = element * images; at < (element + 1) * images; at++)
          changed[at] = wordRead(codes[at]!, fault, buffer.bits, buffer.signed);
      return changed;
    },
  };
}

function changeSums(
  { geometry: g, depth, right }: QuantisedLayer,
  { group, column, position, positions, images, sums, session }: ColumnSums,
  { bits }: Buffer,
  words: ReadonlyMap<number, WordFault>,
  terms: number,
): void {
  const own = right !== undefined;
  for (let p = 0; p < positions; p++) {
    const fault = words.get((group * g.columns + column) * g.positions + position + p);
    if (!fault) continue;
    const streams = sums.subarray(p * images, (p + 1) * images);
    if (terms >= depth) {
      streams.forEach((sum, i) => (streams[i] = wordRead(sum, fault, bits, true)));
      continue;
    }
    streams.fill(0);
    for (let from = 0; from < depth; from += terms) {
      const { activations, weights, stride } = session;
      const added = exactSums(
        activations.subarray(from * stride + p * images),
        weights.subarray(own ? from * stride + p * images : from),
        ...([Math.min(terms, depth - from), images, stride, own] as const),
      );
      streams.forEach((sum, i) => (streams[i] = wordRead(sum + added[i]!, fault, bits, true)));
    }
  }
}
