// A thread of `robust.ts`: answers each task with what was seen on its chip.
import { parentPort, workerData } from 'node:worker_threads';
import { chipRunner, type ChipTask } from './robust-chip.js';
import type { RobustPlan } from './robust.js';

const run = chipRunner(workerData as RobustPlan);

parentPort!.on('message', (task: ChipTask) => parentPort!.postMessage(run(task)));
