import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import {
  batches,
  exactEngine,
  forward,
  leastCode,
  mostCode,
  type QuantisedLayer,
  type QuantisedNetwork,
  type Workload,
} from '../nn/index.js';
import { noBuffers, sumsTooWide } from './problems.js';

/** Which words of a network in integers lie in a faulty memory. */
export type BufferKind = 'activations' | 'sums';

/** What a layer keeps of one image, elements one behind the other without gaps, each from its lowest bit. */
export interface Buffer {
  /** the layer's output, which names it */
  readonly layer: string;
  readonly operand: 'left' | 'right' | 'sum';
  readonly elements: number;
  readonly bits: number;
  /** Two's complement; else codes from 0. */
  readonly signed: boolean;
  /** address of the first bit */
  readonly start: number;
}

/**
 * The places of the words of one image: of every layer of inner products in turn the codes of its operands, or its sums. All
 * images lie in the same places, one after another.
 */
export interface Buffers {
  readonly kind: BufferKind;
  readonly list: readonly Buffer[];
  readonly dataBits: number;
}

/**
 * The buffers that a network in integers needs.
 *
 * @param sumBits of a word for sums; one that some sum may not fit is a fault
 */
export function buffersOf(
  quantised: QuantisedNetwork,
  workload: Workload,
  kind: BufferKind,
  sumBits: number,
): Result<Buffers> {
  const found: Omit<Buffer, 'start'>[] = [];
  const faults: Diagnostic[] = [];
  const [first] = batches(workload, 1);
  const ran = forward(quantised, first!.tensor, exactEngine(), {
    read(layer, codes, images, operand) {
      const { bits, signed } = operand === 'left' ? layer.coding : layer.rightCoding!;
      if (kind === 'activations')
        found.push({ layer: layer.output, operand, elements: codes.length / images, bits, signed });
      return codes;
    },
    layer({ layer }) {
      if (kind === 'activations' || !('coding' in layer)) return;
      const { geometry: g, output, name } = layer;
      const elements = g.groups * g.columns * g.positions;
      found.push({ layer: output, operand: 'sum', elements, bits: sumBits, signed: true });
      const needed = bitsOfSums(layer);
      if (needed > sumBits) faults.push(sumsTooWide(name, needed, sumBits));
    },
  });
  if (!ran.ok) return ran;
  if (found.length === 0) return failure(noBuffers());
  if (faults.length > 0) return failure(...faults);
  let dataBits = 0;
  const list = found.map((buffer): Buffer => {
    const start = dataBits;
    dataBits += buffer.elements * buffer.bits;
    return { ...buffer, start };
  });
  return success({ kind, list, dataBits });
}

/** Bits of a word that holds whatever sum a layer's codes can make. */
function bitsOfSums({ coding, rightCoding, weights, depth, columns }: QuantisedLayer): number {
  const greatest = (one: QuantisedLayer['coding']): number => Math.max(mostCode(one), -leastCode(one));
  const ofColumn = (column: number): number => {
    let sum = 0;
    for (const weight of weights.subarray(column * depth, (column + 1) * depth)) sum += Math.abs(weight);
    return sum;
  };
  const most = rightCoding
    ? depth * greatest(rightCoding)
    : Array.from({ length: columns }, (_, column) => ofColumn(column)).reduce((a, b) => Math.max(a, b), 0);
  return Math.ceil(Math.log2(most * greatest(coding) + 1)) + 1;
}
