import type { Tensor } from '../tensor.js';

/** The numbers of a tensor whose type has been checked to be float32. */
export function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.type !== 'float32') throw new Error(`expected float32, got ${tensor?.type ?? 'nothing'}`);
  return tensor.data;
}
