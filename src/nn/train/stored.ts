import { random } from '../../base/index.js';
import { binarise, selectBits, unbinarise, type BitSelection } from '../../format/index.js';
import { decodeWeights, encodeWeights, ladder, type LadderName } from '../ladder/index.js';
import type { Span } from './replica.js';

/** How a memory will store the weights, and training is to know it. */
export type StoredSpec =
  /** every parameter as codes of the quantiser ladder */
  | { readonly scheme: LadderName; readonly bits: number }
  /** factors by residual binarisation with bits by selection, what is added to them in float */
  | { readonly scheme: 'heterogeneous'; readonly averageBits: number; readonly selection: BitSelection };

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
  return stored.scheme === 'heterogeneous'
    ? binarised(weights, spans, stored.averageBits, stored.selection)
    : coded(weights, spans, stored, (codes) => codes);
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

function binarised(
  weights: Float32Array,
  spans: readonly Span[],
  averageBits: number,
  selection: BitSelection,
): Float32Array {
  const read = weights.slice();
  for (const { parameter, from, to } of spans) {
    if (parameter.kind !== 'weight') continue;
    const values = Float64Array.from(weights.subarray(from, to));
    const bits = selectBits(values, averageBits, selection);
    const planes = bits.ok ? binarise(values, bits.value) : bits;
    if (!planes.ok) throw new Error(planes.diagnostics.map(({ message }) => message).join('; '));
    read.set(unbinarise(planes.value), from);
  }
  return read;
}
