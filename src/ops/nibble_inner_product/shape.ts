import { clog2 } from '../../base/index.js';

/** The parameters of a nibble inner-product unit. */
export interface IpuShape {
  /** Products summed at once, n. */
  readonly lanes: number;
  /** Bits of an adder-tree input, w; at least 10. */
  readonly tree: number;
  /** The software precision P: lanes whose alignment is greater do not count. */
  readonly precision: number;
  /** `single`: one cycle a pass, bits below the tree's window fall off. `multi`: as many cycles as exactness takes. */
  readonly alignment: 'single' | 'multi';
  /** The floating-point formats of the operands: FP16, or FP16 and BF16 in any pairing. */
  readonly floats: 'fp16' | 'fp16_bf16';
  /** Over several jobs: an FP32 sum, rounded after every job, or a fixed-point sum that is exact. */
  readonly accumulate: 'fp32' | 'fixed';
  /** What is read out of a floating-point sum. */
  readonly result: 'fp32' | 'fixed';
  /** The most jobs in one sum that cannot overflow. */
  readonly jobs: number;
}

/** Bits of a product of two nibbles with sign. */
export const productWidth = 9;

/** How far a product can be shifted in the tree's window without loss: sp = w − 9. */
export function windowOf(shape: IpuShape): number {
  return shape.tree - productWidth;
}

/** Bits of an integer sum: two unsigned 16-bit factors' products, over all lanes and jobs, and a sign. */
export function integerWidth(shape: IpuShape): number {
  return 33 + clog2(shape.lanes * shape.jobs);
}

/** The exponent of the last bit of a fixed-point sum: that of the product of the least subnormal numbers. */
export function fixedExponent({ floats }: IpuShape): number {
  return floats === 'fp16' ? -48 : -266;
}

/** Bits of a fixed-point sum: from the least product to the sum of the greatest ones, and a sign. */
export function fixedWidth(shape: IpuShape): number {
  const top = shape.floats === 'fp16' ? 32 : 256;
  return top - fixedExponent(shape) + 1 + clog2(shape.lanes * shape.jobs);
}

/** Bits of the result: of the widest kind of sum that is read out. */
export function resultWidth(shape: IpuShape): number {
  return shape.result === 'fixed' ? fixedWidth(shape) : integerWidth(shape);
}

/** The bias of a sum of two exponent fields, both of the widest format that the unit takes. */
export function greatestBias({ floats }: IpuShape): number {
  return floats === 'fp16' ? 30 : 254;
}

/**
 * Registers between the last step of a job and its result, and whether only the last job of a sum comes to the last
 * but one of them: then no other waits for a result to be taken.
 */
export function latencyOf({ accumulate, result }: IpuShape): { stages: number; lastJobsOnly: boolean } {
  if (accumulate === 'fp32') return { stages: 7, lastJobsOnly: false };
  return result === 'fp32' ? { stages: 6, lastJobsOnly: true } : { stages: 4, lastJobsOnly: false };
}
