import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { topOf, type Design } from '../../src/ir/index.js';
import {
  clusterSchedule,
  clusterTiming,
  ipuCluster,
  lockStepCycles,
} from '../../src/ops/ipu_cluster/index.js';
import {
  floatMode,
  integerMode,
  ipuShape,
  jobCycles,
  modeWord,
} from '../../src/ops/nibble_inner_product/index.js';
import { compile } from '../../src/sim/index.js';
import { designOf, type Job } from './ipu-driver.js';

/** In which cycle each result leaves a design that is always offered a job, and whose results are always taken. */
function schedule(design: Design, jobs: readonly Job[], sums: number): number[] {
  const compiled = compile(design);
  compiled.allocate({ cycles: 1, streams: 1, drivenReset: true });
  const set = (name: string, word: bigint): void => compiled.setWord(name, 0, 0, word);
  const packed = (words: readonly bigint[]): bigint =>
    words.reduceRight((all, word) => (all << 16n) | word, 0n);
  set('result_ready', 1n);
  set('rst_n', 0n);
  compiled.run();
  set('rst_n', 1n);
  const left: number[] = [];
  for (let cycle = 0, next = 0; left.length < sums && cycle < 100_000; cycle++) {
    const job = jobs[next];
    set('job_valid', job ? 1n : 0n);
    if (job) {
      set('mode', modeWord(job.mode));
      set('a', packed(job.a));
      set('b', packed(job.b));
      set('first', job.first ? 1n : 0n);
      set('last', job.last ? 1n : 0n);
    }
    compiled.run();
    if (job && compiled.word('job_ready', 0, 0) === 1n) next++;
    if (compiled.word('result_valid', 0, 0) === 1n) left.push(cycle);
  }
  return left;
}

function jobsFor(lanes: number, count: number, seed: number): Job[] {
  const source = random(seed);
  const words = (): bigint[] => Array.from({ length: lanes }, () => source.word(16));
  let first = true;
  return Array.from({ length: count }, (_, k) => {
    const mode = source.below(4) === 0 ? integerMode(4, 4) : floatMode('fp16', 'fp16');
    const last = source.below(3) > 0 || k === count - 1;
    const job = { mode, a: words(), b: words(), first, last };
    first = last;
    return job;
  });
}

describe('a cluster of units', () => {
  it.each([
    { units: 1, depth: 1, lanes: 2, tree: 10 },
    { units: 2, depth: 1, lanes: 2, tree: 12 },
    { units: 3, depth: 2, lanes: 1, tree: 12, accumulate: 'fixed' },
    { units: 4, depth: 3, lanes: 2, tree: 11, software_precision: 58 },
  ])('takes exactly as long as the model of its timing says: %o', (sample) => {
    const { design, p } = designOf(ipuCluster, sample);
    const shape = ipuShape(p);
    for (const seed of [1, 2, 3]) {
      const jobs = jobsFor(sample.lanes, 120, seed);
      const timed = jobs.map(({ mode, a, b, last }) => ({
        cycles: jobCycles(shape, mode, a, b),
        last: last!,
      }));
      const due = clusterSchedule(timed, clusterTiming(shape, sample.units, sample.depth));
      expect(schedule(design, jobs, due.length)).toEqual(due);
    }
  });

  it('has units as modules of their own', () => {
    const { design } = designOf(ipuCluster, { units: 3, lanes: 1 });
    expect(design.modules).toHaveLength(2);
    expect(topOf(design).nodes.filter(({ kind }) => kind === 'instance')).toHaveLength(3);
  });
});

describe('the timing of clusters', () => {
  const timing = { units: 4, stages: 6, lastJobsOnly: false };
  const even = (count: number, cycles: number) =>
    Array.from({ length: count }, () => ({ cycles, last: true }));

  it('keeps every unit busy where there is no difference', () => {
    const left = clusterSchedule(even(400, 9), { ...timing, depth: 2 });
    expect(left.at(-1)! - left.at(-41)!).toBe(90);
  });

  it('is bound by one job a cycle at the door', () => {
    const left = clusterSchedule(even(400, 1), { ...timing, depth: 2 });
    expect(left.at(-1)! - left.at(-101)!).toBe(100);
  });

  it('lies between lock-step and the mean of all, nearer to the mean the longer the queues', () => {
    const source = random(8);
    const jobs = Array.from({ length: 4000 }, () => ({ cycles: 9 * (1 + source.below(5)), last: true }));
    const cycles = jobs.map((job) => job.cycles);
    const mean = cycles.reduce((sum, one) => sum + one, 0) / 4;
    const ends = [1, 2, 4, 8].map((depth) => clusterSchedule(jobs, { ...timing, depth }).at(-1)!);
    const all = [lockStepCycles(cycles, 4), ...ends, mean];
    for (let k = 1; k < all.length; k++) expect(all[k]!).toBeLessThan(all[k - 1]!);
  });

  it('is in lock-step as long as the slowest', () => {
    expect(lockStepCycles([9, 18, 9, 27, 36], 2)).toBe(18 + 27 + 36);
  });
});
