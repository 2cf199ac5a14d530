import type { Loss } from './loss.js';
import { replica, type Model } from './replica.js';
import type { Samples } from './samples.js';

/** Computes gradients of whole batches, in this thread or in several. */
export interface Gradients {
  /**
   * The mean loss over a batch, a whole number of shards, and its gradient. Shards are added in their order, so
   * that the result does not depend on who computed them.
   *
   * @param key decides, together with the position of a sample, how that is augmented
   */
  readonly ofBatch: (weights: Float32Array, positions: Uint32Array, key: number) => Promise<BatchGradient>;
  readonly close: () => void;
}

export interface BatchGradient extends Loss {
  readonly gradient: Float32Array;
}

/** Gradients in this thread. */
export function localGradients(model: Model, samples: Samples, smoothing: number, size: number): Gradients {
  const own = replica(model, samples, smoothing);
  const part = new Float32Array(size);
  return {
    async ofBatch(weights, positions, key) {
      // Lets signals and timers in between batches.
      await new Promise((resolve) => setImmediate(resolve));
      const sum = startSum(size);
      for (let from = 0; from < positions.length; from += model.shard) {
        const loss = own.gradient(weights, positions.subarray(from, from + model.shard), key, part);
        addShard(sum, loss, part);
      }
      return meanOf(sum, positions.length / model.shard);
    },
    close: () => undefined,
  };
}

/** What shards add up to, in float32, in the order in which they are added. */
export interface ShardSum {
  loss: number;
  right: number;
  readonly gradient: Float32Array;
}

export function startSum(size: number): ShardSum {
  return { loss: 0, right: 0, gradient: new Float32Array(size) };
}

export function addShard(sum: ShardSum, { loss, right }: Loss, gradient: Float32Array): void {
  sum.loss += loss;
  sum.right += right;
  for (let i = 0; i < gradient.length; i++) sum.gradient[i]! += gradient[i]!;
}

export function meanOf({ loss, right, gradient }: ShardSum, shards: number): BatchGradient {
  const share = 1 / shards;
  for (let i = 0; i < gradient.length; i++) gradient[i]! *= share;
  return { loss: loss * share, right, gradient };
}
