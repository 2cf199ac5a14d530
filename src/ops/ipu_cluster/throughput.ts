import { latencyOf, type IpuShape } from '../nibble_inner_product/index.js';

/** What a job means for time: the cycles that a unit works on it, and whether it ends a sum. */
export interface TimedJob {
  readonly cycles: number;
  readonly last: boolean;
}

export interface ClusterTiming {
  readonly units: number;
  /** Jobs that can wait before each unit, and results behind it. */
  readonly depth: number;
  /** Registers between the last step of a job and its result. */
  readonly stages: number;
  /** Whether jobs that end no sum go no further than the last but two of them. */
  readonly lastJobsOnly: boolean;
}

interface UnitState {
  readonly queue: TimedJob[];
  /** The job at work, and how many of its cycles are left. */
  job: TimedJob | undefined;
  left: number;
  /** Finished jobs under way, the one that comes next to the result last. */
  readonly pipe: (TimedJob | undefined)[];
  result: boolean;
  /** Results in the queue. */
  results: number;
}

/** The timing of a cluster of units of those parameters. */
export function clusterTiming(unit: IpuShape, units: number, depth: number): ClusterTiming {
  return { units, depth, ...latencyOf(unit) };
}

/**
 * In which cycle each sum leaves a cluster, counted from that in which the first job is offered. Jobs are offered in
 * every cycle and results are always taken. This is what the hardware does, cycle by cycle, without its arithmetic.
 */
export function clusterSchedule(jobs: readonly TimedJob[], timing: ClusterTiming): number[] {
  const { units, depth } = timing;
  const states = Array.from({ length: units }, () => idleUnit(timing.stages));
  const sums = jobs.filter((job) => job.last).length;
  const left: number[] = [];
  let [next, into, from] = [0, 0, 0];
  for (let cycle = 0; left.length < sums; cycle++) {
    const offered = jobs[next];
    const room = states[into]!.queue.length < depth;
    const turn = from;
    const leaves = states[turn]!.results > 0;
    if (leaves) {
      left.push(cycle);
      from = (from + 1) % units;
    }
    states.forEach((state) => {
      const taken = state.results < depth;
      const result = state.result;
      stepUnit(state, taken, timing.lastJobsOnly);
      if (result && taken) state.results++;
    });
    if (leaves) states[turn]!.results--;
    if (!offered || !room) continue;
    states[into]!.queue.push(offered);
    next++;
    if (offered.last) into = (into + 1) % units;
  }
  return left;
}

function idleUnit(stages: number): UnitState {
  const pipe = Array.from({ length: stages - 1 }, () => undefined);
  return { queue: [], job: undefined, left: 0, pipe, result: false, results: 0 };
}

/** One clock edge of a unit; `taken`: its result, if it has one, is taken in this cycle. */
function stepUnit(state: UnitState, taken: boolean, lastJobsOnly: boolean): void {
  const waits = state.result && !taken;
  const arriving = state.pipe.at(-1);
  const blocks = arriving !== undefined && (arriving.last || !lastJobsOnly);
  if (waits && blocks) return;
  state.result = waits || (arriving?.last ?? false);
  state.pipe.pop();
  const ends = state.job !== undefined && state.left === 1;
  state.pipe.unshift(ends ? state.job : undefined);
  if (state.job && !ends) state.left--;
  else {
    state.job = state.queue.shift();
    state.left = state.job?.cycles ?? 0;
  }
}

/** Cycles in which as many units in lock-step do the jobs: as many at a time, all as long as the slowest of them. */
export function lockStepCycles(cycles: readonly number[], units: number): number {
  let sum = 0;
  for (let k = 0; k < cycles.length; k += units) sum += Math.max(...cycles.slice(k, k + units));
  return sum;
}
