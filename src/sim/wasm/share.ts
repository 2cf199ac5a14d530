import { Worker } from 'node:worker_threads';

export type Main = (first: number, end: number, cycles: number, every: number) => void;

/**
 * What a run does, in a shared array: the run's number, shares done, blocks of cycles, words of the kernel's table,
 * groups a call, groups that `wide` takes at once, whether every cycle is looked at, where blocks begin; from 8 on
 * the first group of each share and the one after its last; of each block its cycles and its table.
 */
export type Plan = Int32Array<SharedArrayBuffer>;

/** Does one share of a plan. It stands alone, as threads are given its text. */
export function runShare(
  plan: Plan,
  share: number,
  table: Uint32Array,
  wide: Main | undefined,
  narrow: Main,
): void {
  // By index, and word by word: a run may take no longer than iterators and copies of so few words would.
  const blocks = plan[2]!;
  const words = plan[3]!;
  const step = plan[4]!;
  const unroll = plan[5]!;
  const every = plan[6]!;
  const start = plan[7]!;
  const first = plan[8 + 2 * share]!;
  const end = plan[9 + 2 * share]!;
  for (let block = 0; block < blocks; block++) {
    const at = start + block * (words + 1);
    const cycles = plan[at]!;
    for (let word = 0; word < words; word++) table[word] = plan[at + 1 + word]!;
    for (let group = first; group < end; group += step) {
      const stop = Math.min(group + step, end);
      const middle = wide ? group + Math.floor((stop - group) / unroll) * unroll : group;
      if (wide && middle > group) wide(group, middle, cycles, every);
      if (stop > middle) narrow(middle, stop, cycles, every);
    }
  }
}

/** What a thread does: waits for the next run, does its share, says so; until the run's number is negative. */
const threadText = `
const { workerData } = require('node:worker_threads');
const { code, memory, base, plan, share, words } = workerData;
const { exports } = new WebAssembly.Instance(code, { env: { memory, base } });
const table = new Uint32Array(memory.buffer, base, words);
const runShare = ${runShare.toString()};
for (let seen = 0; ; ) {
  Atomics.wait(plan, 0, seen);
  seen = Atomics.load(plan, 0);
  if (seen < 0) break;
  runShare(plan, share, table, exports.wide, exports.narrow);
  Atomics.add(plan, 1, 1);
  Atomics.notify(plan, 1);
}
`;

export interface Thread {
  readonly code: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Where the kernel's own memory of this thread begins. */
  readonly base: number;
  readonly plan: Plan;
  readonly share: number;
  readonly words: number;
}

/** Starts a thread that waits for runs. It does not keep the process alive. */
export function startThread(thread: Thread): void {
  new Worker(threadText, { eval: true, workerData: thread }).unref();
}

/** Starts the run of all shares but that of the caller. */
export function startRun(plan: Plan): void {
  Atomics.store(plan, 1, 0);
  Atomics.add(plan, 0, 1);
  Atomics.notify(plan, 0);
}

/** Waits until the other shares are done. */
export function awaitRun(plan: Plan, others: number): void {
  for (;;) {
    const done = Atomics.load(plan, 1);
    if (done >= others) return;
    Atomics.wait(plan, 1, done);
  }
}

/** Ends all threads of a plan. */
export function endThreads(plan: Plan): void {
  Atomics.store(plan, 0, -1);
  Atomics.notify(plan, 0);
}
