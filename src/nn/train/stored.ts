import { random, success, type Result } from '../../base/index.js';
import { binarise, selectBits, unbinarise, type BitSelection } from '../../format/index.js';
import { decodeWeights, encodeWeights, ladder, type LadderName } from '../ladder/index.js';
import type { Span } from './replica.js';

/** How a memory will store the weights, and training is to know it. */
export type StoredSpec =
  /** every parameter as codes of the quantiser ladder */
  | { readonly scheme: LadderName; readonly bits: number }
  /** factors by residual binarisation with bits by selection, what is added to them in float */
  | { readonly scheme: 'heterogeneous'; readonly averageBits: number; readonly selection: BitSelection }
  /** the same with so many bits for all of them */
  | { readonly scheme: 'homogeneous'; readonly planes: number };

/** Random flips of stored bits, each with probability `rate`, from the first batch on whose loss is below a bound. */
export interface BitErrorSpec {
  readonly rate: number;
  readonly belowLoss: number;
}

/** The weights as they come back from memory. */
export function storedWeights(
  weights: Float32Array,
  spans: readonly Span[],
  stored: StoredSpec | undefined,
): Float32Array {
  if (!stored) return weights;
  return isBinary(stored)
    ? binarised(weights, spans, stored)
    : coded(weights, spans, stored, (codes) => codes);
}

/** Weights that are sums of signs times factors. */
export type BinarySpec = Extract<StoredSpec, { scheme: 'heterogeneous' | 'homogeneous' }>;

/** Whether the network that comes of a training has the weights as they are stored, not those that were moved. */
export function isBinary(stored: StoredSpec): stored is BinarySpec {
  return stored.scheme === 'heterogeneous' || stored.scheme === 'homogeneous';
}

/** The weights as they come back from a memory in which every bit is flipped with probability `rate`. */
export function faultyWeights(
  weights: Float32Array,
  spans: readonly Span[],
  stored: Extract<StoredSpec, { bits: number }>,
  rate: number,
  seed: number,
): Float32Array {
  const source = random(seed);
  const bound = rate * 2 ** 32;
  return coded(weights, spans, stored, (codes) =>
    codes.map((code) => {
      let word = code;
      for (let bit = 0; bit < stored.bits; bit++) if (source.uint32() < bound) word ^= 1 << bit;
      return word;
    }),
  );
}

type Codes = Uint8Array | Uint16Array;

function coded(
  weights: Float32Array,
  spans: readonly Span[],
  { scheme, bits }: Extract<StoredSpec, { bits: number }>,
  through: (codes: Codes) => Codes,
): Float32Array {
  const read = weights.slice();
  const trained = spans.filter(({ parameter }) => parameter.kind !== 'statistic');
  const tensors = trained.map(({ from, to }) => weights.subarray(from, to));
  encodeWeights(tensors, ladder[scheme], bits).forEach((tensor, i) => {
    const { from, to } = trained[i]!;
    decodeWeights(tensor, through(tensor.codes), read.subarray(from, to));
  });
  return read;
}

function binarised(weights: Float32Array, spans: readonly Span[], stored: BinarySpec): Float32Array {
  const read = weights.slice();
  for (const { parameter, from, to } of spans) {
    if (parameter.kind !== 'weight') continue;
    const values = Float64Array.from(weights.subarray(from, to));
    const bits = bitsOf(values, stored);
    const planes = bits.ok ? binarise(values, bits.value) : bits;
    if (!planes.ok) throw new Error(planes.diagnostics.map(({ message }) => message).join('; '));
    read.set(unbinarise(planes.value), from);
  }
  return read;
}

function bitsOf(values: Float64Array, stored: BinarySpec): Result<Uint8Array> {
  if (stored.scheme === 'homogeneous') return success(new Uint8Array(values.length).fill(stored.planes));
  return selectBits(values, stored.averageBits, stored.selection);
}
