import type { Codes } from './codes.js';
import { decode, encode, recoded, type Coding } from './coding.js';
import { elements, floatTensor, type Dims, type Tensor } from './tensor.js';

/**
 * A value while a quantised network runs. `tensor`: as other operators take it, images first. `planes`: an element of
 * all images side by side, [element][image], which is how datapaths take streams; `dims` still name the images first.
 */
export type Activation =
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  | { readonly kind: 'numbers'; readonly planes: Float32Array; readonly dims: Dims }
  | {
      readonly kind: 'codes';
      readonly planes: Codes;
      readonly dims: Dims;
      readonly coding: Coding;
      readonly saturated: number;
    };

export function imagesOf(activation: Activation): number {
  return dimsOf(activation)[0] ?? 1;
}

export function dimsOf(activation: Activation): Dims {
  return activation.kind === 'tensor' ? activation.tensor.dims : activation.dims;
}

/** The value as a tensor of numbers. */
export function asTensor(activation: Activation): Tensor {
  if (activation.kind === 'tensor') return activation.tensor;
  const { dims } = activation;
  const numbers =
    activation.kind === 'codes' ? decode(activation.planes, activation.coding) : activation.planes;
  const images = dims[0] ?? 1;
  return floatTensor(
    dims,
    turned(numbers, numbers.length / images, images, new Float32Array(numbers.length)),
  );
}

/** The value's numbers, an element of all images side by side. */
export function asNumbers(activation: Activation): Float32Array {
  if (activation.kind === 'numbers') return activation.planes;
  if (activation.kind === 'codes') return decode(activation.planes, activation.coding);
  const { dims, data } = activation.tensor;
  return turned(data as Float32Array, dims[0] ?? 1, elements(dims.slice(1)), new Float32Array(data.length));
}

/** The value in codes: its own, signed or unsigned as wanted, or its numbers quantised. */
export function asCodes(activation: Activation, coding: Coding): Activation & { readonly kind: 'codes' } {
  if (activation.kind === 'codes') {
    const planes = recoded(activation.planes, activation.coding, coding);
    return { ...activation, planes, coding };
  }
  const { codes, saturated } = encode(asNumbers(activation), coding);
  return { kind: 'codes', planes: codes, dims: dimsOf(activation), coding, saturated };
}

/** Codes as a tensor of integers, images first. */
export function codeTensor({ planes, dims }: Activation & { readonly kind: 'codes' }): Tensor {
  const images = dims[0] ?? 1;
  const data = turned(planes, planes.length / images, images, planes.slice());
  if (data instanceof Int8Array) return { type: 'int8', dims, data };
  if (data instanceof Uint8Array) return { type: 'uint8', dims, data };
  return data instanceof Int16Array ? { type: 'int16', dims, data } : { type: 'uint16', dims, data };
}

/** What `codeTensor` gave, moved about, in planes again. */
export function fromCodeTensor(tensor: Tensor, coding: Coding): Activation {
  const { dims } = tensor;
  const data = tensor.data as Codes;
  const planes = turned(data, dims[0] ?? 1, elements(dims.slice(1)), data.slice());
  return { kind: 'codes', planes, dims, coding, saturated: 0 };
}

/** The transpose of a rows × columns matrix, in blocks that fit the cache. */
function turned<T extends Float32Array | Codes>(from: T, rows: number, columns: number, to: T): T {
  if (rows === 1 || columns === 1) {
    to.set(from);
    return to;
  }
  const block = 32;
  for (let first = 0; first < columns; first += block) {
    const end = Math.min(columns, first + block);
    for (let row = 0; row < rows; row++) {
      for (let column = first; column < end; column++)
        to[column * rows + row] = from[row * columns + column]!;
    }
  }
  return to;
}
