import type { Result } from '../base/index.js';

/** What a benchmark found. */
export interface BenchOutcome {
  /** What `--json` prints besides the schema's number; `benchmarks` is a list of `{name, ours, peer, ratio, …}`. */
  readonly document: { readonly benchmarks: readonly object[] };
  /** The same for reading. */
  readonly text: string;
  /** Whether all results that were compared on the way are the same. */
  readonly agrees: boolean;
}

/** A module of a benchmark: measures, says on standard error what goes on, and prints nothing. */
export interface BenchModule {
  readonly bench: () => Promise<Result<BenchOutcome>>;
}

/** All benchmarks, by the name that `bitloom bench NAME` takes. One that is added is one line here. */
export const benches: Readonly<Record<string, () => Promise<BenchModule>>> = {
  infer: () => import('./bench-infer.js'),
  hbm: () => import('./bench-hbm.js'),
  sim: () => import('./bench-sim.js'),
  cost: () => import('./bench-cost.js'),
  sweep: () => import('./bench-sweep.js'),
  queue: () => import('./bench-queue.js'),
};
