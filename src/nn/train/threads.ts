import { Worker } from 'node:worker_threads';
import { addShard, meanOf, startSum, type Gradients } from './gradients.js';
import type { Loss } from './loss.js';
import type { Model } from './replica.js';
import type { Samples } from './samples.js';

/** What a thread starts with; lists are shared between all threads. */
export interface ThreadStart {
  readonly model: Model;
  readonly samples: Samples;
  readonly smoothing: number;
  readonly weights: Float32Array;
}

/** Shards to compute, and where their gradients go, in this order. */
export interface ThreadTask {
  readonly positions: readonly Uint32Array[];
  readonly gradients: readonly Float32Array[];
  readonly key: number;
}

export type ThreadAnswer = readonly Loss[];

/** Gradients in `count` threads, shard by shard in turns. Samples should be shared, or each thread copies them. */
export function threadGradients(
  model: Model,
  samples: Samples,
  smoothing: number,
  size: number,
  count: number,
): Gradients {
  const weights = sharedFloats(size);
  const start: ThreadStart = { model, samples, smoothing, weights };
  const file = new URL('./worker.js', import.meta.url);
  const threads = Array.from({ length: count }, () => new Worker(file, { workerData: start }));
  const slots: Float32Array[] = [];
  return {
    async ofBatch(current, positions, key) {
      weights.set(current);
      const shards = positions.length / model.shard;
      while (slots.length < shards) slots.push(sharedFloats(size));
      const shardOf = (i: number): Uint32Array => positions.slice(i * model.shard, (i + 1) * model.shard);
      const answers = await Promise.all(
        threads.map((thread, t) => {
          const own = Array.from({ length: shards }, (_, i) => i).filter((i) => i % count === t);
          return ask(thread, { positions: own.map(shardOf), gradients: own.map((i) => slots[i]!), key });
        }),
      );
      const sum = startSum(size);
      for (let i = 0; i < shards; i++) addShard(sum, answers[i % count]![Math.floor(i / count)]!, slots[i]!);
      return meanOf(sum, shards);
    },
    close: () => threads.forEach((thread) => void thread.terminate()),
  };
}

function ask(thread: Worker, task: ThreadTask): Promise<ThreadAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void): void => {
      thread.off('message', answered);
      thread.off('error', failed);
      action();
    };
    const answered = (answer: ThreadAnswer): void => settle(() => resolve(answer));
    const failed = (error: Error): void => settle(() => reject(error));
    thread.on('message', answered);
    thread.on('error', failed);
    thread.postMessage(task);
  });
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}
