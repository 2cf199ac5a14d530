import { wrap } from '../../base/index.js';
import type { Fixed } from '../../format/index.js';

/** A step of the program as numbers. */
export interface ReferenceStep {
  /** 1, −1 or 0 for each lane. */
  readonly weights: readonly bigint[];
  readonly plane: number;
  readonly chunkEnd: boolean;
  readonly sumEnd: boolean;
}

export interface SumDefinition {
  readonly planes: number;
  /** A factor for each plane; empty for a sum of its own for each plane. */
  readonly scale: readonly number[];
  readonly sum: Fixed;
}

/** The sums of a unit: after each step that is taken, Σ over its lanes of weight · activation is added to its plane. */
export function referenceSums({ planes, scale, sum }: SumDefinition) {
  let sums = Array<bigint>(planes).fill(0n);
  let fresh = true;
  let done = false;
  return {
    /** The words of the sums and of `done` in this cycle. */
    outputs(): [sums: bigint[], done: bigint[]] {
      const total = sums.reduce((all, own, plane) => all + BigInt(scale[plane] ?? 0) * own, 0n);
      const shown = scale.length > 0 ? [total] : sums;
      return [shown.map((own) => wrap(own, sum.width)), [done ? 1n : 0n]];
    },
    /** The clock edge of a cycle in which the step is taken. */
    take({ weights, plane, sumEnd }: ReferenceStep, activations: readonly bigint[]): void {
      if (fresh) sums = Array<bigint>(planes).fill(0n);
      const beat = weights.reduce((total, weight, lane) => total + weight * activations[lane]!, 0n);
      if (plane < planes) sums[plane]! += beat;
      fresh = done = sumEnd;
    },
    /** The clock edge of any other cycle. */
    rest(): void {
      done = false;
    },
    /** What `restart` does besides. */
    renew(): void {
      fresh = true;
    },
  };
}

/** A layer of constant weights. */
export interface LayerDefinition extends SumDefinition {
  readonly outputs: number;
  readonly bits: readonly number[];
  readonly signs: readonly number[];
  readonly lanes: number;
  /** The number that the word of an activation stands for. */
  readonly numberOf: (word: bigint) => bigint;
}

/**
 * Cycle by cycle: from the second cycle on, a valid chunk is met by a plane of its weights in each cycle, the lowest
 * first, and is `ready` in the cycle of its last; when the last chunk of an output is, `done` follows in the next cycle.
 * Outputs take turns.
 */
export function layerReference(of: LayerDefinition) {
  const steps = layerSteps(of);
  const sums = referenceSums(of);
  let at = 0;
  let awake = false;
  return ([a, valid]: readonly (readonly bigint[])[]): bigint[][] => {
    const step = steps[at]!;
    const outputs = [...sums.outputs(), [awake && step.chunkEnd ? 1n : 0n]];
    if (awake && valid![0] === 1n) {
      sums.take(step, a!.map(of.numberOf));
      at = (at + 1) % steps.length;
    } else sums.rest();
    awake = true;
    return outputs;
  };
}

/** The steps that a layer takes: output by output, chunk by chunk, plane by plane. */
function layerSteps({ outputs, bits, signs, lanes, planes }: LayerDefinition): ReferenceStep[] {
  const row = bits.length / outputs;
  const steps: ReferenceStep[] = [];
  for (let output = 0; output < outputs; output++)
    for (let from = 0; from < row; from += lanes) {
      const chunk = Array.from({ length: Math.min(lanes, row - from) }, (_, k) => output * row + from + k);
      const most = Math.max(...chunk.map((i) => bits[i]!));
      for (let plane = 0; plane < Math.min(most, planes); plane++) {
        const weights = Array.from({ length: lanes }, (_, k) => {
          const i = chunk[k];
          if (i === undefined || bits[i]! <= plane) return 0n;
          return Math.floor(signs[i]! / 2 ** plane) % 2 === 1 ? 1n : -1n;
        });
        const chunkEnd = plane === most - 1;
        steps.push({ weights, plane, chunkEnd, sumEnd: chunkEnd && from + lanes >= row });
      }
    }
  return steps;
}
