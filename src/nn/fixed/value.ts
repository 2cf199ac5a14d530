import { floatTensor, type Dims, type Tensor } from '../tensor.js';
import { fromFixed, toFixed, type FixedCodes, type FixedFormat } from './format.js';

/** A value in fixed point, images first. */
export interface Coded extends FixedCodes {
  readonly kind: 'codes';
  readonly dims: Dims;
}

/** A value on its way: in fixed point, or as operators in float give and take it. */
export type FixedValue = Coded | { readonly kind: 'tensor'; readonly tensor: Tensor };

/** The value in fixed point: its own codes, or its numbers in the format. */
export function asCoded(value: FixedValue, format: FixedFormat): Coded {
  if (value.kind === 'codes') return { ...value, saturated: 0 };
  const { dims, data } = value.tensor;
  return { kind: 'codes', dims, ...toFixed(data as Float32Array, format) };
}

/** The value as numbers; those of fixed point rounded to float32. */
export function asTensor(value: FixedValue): Tensor {
  if (value.kind === 'tensor') return value.tensor;
  return floatTensor(value.dims, Float32Array.from(fromFixed(value)));
}

/** Codes as a tensor of integers. */
export function codeTensor({ dims, codes }: Pick<Coded, 'dims' | 'codes'>): Tensor {
  return { type: 'int32', dims, data: codes };
}
