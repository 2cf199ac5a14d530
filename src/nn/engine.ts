import type { NumberFormat } from '../format/index.js';

/** Numbers of streams side by side, as a datapath takes them: codes of a port's format. */
export type Lane = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Operands of inner products of one depth, to be filled, and their sums. */
export interface DotSession {
  /** elements from a row to the next */
  readonly stride: number;
  /** [term][stream] */
  readonly activations: Lane;
  /** [term], the same for all streams; [term][stream] for products of two values */
  readonly weights: Lane;
  /** [block][stream] */
  readonly activationScales: Lane | undefined;
  /** as `weights` */
  readonly weightScales: Lane | undefined;
  /**
   * The sums as the datapath gives them, one for each stream: whole numbers, or what floating-point words stand for.
   * They are good until the next run.
   */
  readonly run: () => Int32Array | Float64Array;
}

/** One operand of a datapath: what an element is, and what scales a block of elements has. */
export interface OperandFormat {
  readonly element: NumberFormat;
  readonly scale: NumberFormat | undefined;
}

/**
 * A datapath that takes inner products. What runs a network lays out operands for it; it answers with exactly what the
 * hardware would give.
 */
export interface DotEngine {
  readonly name: string;
  /** products of one beat of the datapath; a longer inner product takes several beats, in order */
  readonly lanes: number;
  readonly activations: OperandFormat;
  readonly weights: OperandFormat;
  /** elements that share a scale; as many as lanes where there are no scales */
  readonly block: number;
  /** width of the sum where it is a whole number that wraps */
  readonly sumBits: number | undefined;
  /** What one unit of the sum stands for, in products of codes and scales: more than 1 where scales are rounded. */
  readonly unit: number;
  /**
   * Buffers for inner products of `depth` terms; what is beyond the depth is zero. Those of an earlier session are
   * no longer the engine's.
   *
   * @param own whether each stream has weights of its own
   */
  readonly open: (depth: number, streams: number, own: boolean) => DotSession;
}

/** Exact sums of exact products in plain arithmetic: what a datapath that loses nothing must give. */
export function exactEngine(lanes = 16): DotEngine {
  const operand = {
    element: { kind: 'fixed', signed: true, width: 17, fraction: 0 },
    scale: undefined,
  } as const;
  return {
    name: 'exact',
    lanes,
    activations: operand,
    weights: operand,
    block: lanes,
    sumBits: undefined,
    unit: 1,
    open(depth, streams, own) {
      const activations = new Int32Array(depth * streams);
      const weights = new Int32Array(own ? depth * streams : depth);
      const run = (): Float64Array => exactSums(activations, weights, depth, streams, streams, own);
      return {
        stride: streams,
        activations,
        weights,
        activationScales: undefined,
        weightScales: undefined,
        run,
      };
    },
  };
}

/** Σ over terms of activation · weight for each stream, in doubles: exact up to 2^53. */
export function exactSums(
  activations: Lane,
  weights: Lane,
  depth: number,
  streams: number,
  stride: number,
  own: boolean,
): Float64Array {
  const sums = new Float64Array(streams);
  for (let k = 0; k < depth; k++) {
    const at = k * stride;
    const weight = weights[k]!;
    if (own) for (let s = 0; s < streams; s++) sums[s]! += activations[at + s]! * weights[at + s]!;
    else if (weight !== 0) for (let s = 0; s < streams; s++) sums[s]! += activations[at + s]! * weight;
  }
  return sums;
}
