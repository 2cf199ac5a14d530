// A thread of `threads.ts`: answers each task with the losses of its shards.
import { parentPort, workerData } from 'node:worker_threads';
import { replica } from './replica.js';
import type { ThreadAnswer, ThreadStart, ThreadTask } from './threads.js';

const { model, samples, smoothing, weights } = workerData as ThreadStart;
const own = replica(model, samples, smoothing);

parentPort!.on('message', ({ positions, gradients, key }: ThreadTask) => {
  const answer: ThreadAnswer = positions.map((shard, i) => own.gradient(weights, shard, key, gradients[i]!));
  parentPort!.postMessage(answer);
});
