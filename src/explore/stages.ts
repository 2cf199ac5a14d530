import { failure, success, type Result } from '../base/index.js';
import { keyOf, remembered, type Store } from '../cache/index.js';
import type { StageRun } from './point.js';
import { tools } from './fingerprint.js';

/**
 * The stages of points. Points form a tree: those that agree in what a stage depends on share its result, whichever sweep they
 * belong to and whoever computes them. That is the idea of Hippo (Shin et al., 2020), with contents in place of a planned tree.
 */
export interface Stages {
  /**
   * The result of a stage: as it was found before for the same inputs, or made now and kept if it is without faults.
   *
   * @param inputs plain data: all that the result depends on, besides the tools
   */
  run<T>(stage: string, inputs: unknown, make: () => Promise<Result<T>>): Promise<Result<T>>;
  /**
   * The same of what is quickly made and kept in memory alone: `known` if it is at hand, or made now.
   *
   * @param key a digest of all that the result depends on, besides the tools
   */
  at<T>(stage: string, key: string, known: T | undefined, make: () => T): T;
  /** Notes a stage that was run, or waited for, elsewhere; `started` is of `performance.now()`. */
  took(stage: string, key: string, reused: boolean, started: number): void;
  /** The stages that ran since the last call of this. */
  taken(): readonly StageRun[];
}

/** Stages whose results are kept in `store`; nothing is kept without one. One for each point that is evaluated at a time. */
export function stagesIn(store: Store | undefined): Stages {
  let runs: StageRun[] = [];
  const took = (stage: string, key: string, reused: boolean, started: number): void =>
    void runs.push({ stage, key, reused, seconds: (performance.now() - started) / 1000 });
  return {
    async run<T>(stage: string, inputs: unknown, make: () => Promise<Result<T>>): Promise<Result<T>> {
      const started = performance.now();
      const key = keyOf({ stage, inputs, tools: tools() });
      let made: Result<T> | undefined;
      const keep = async (): Promise<T | undefined> => {
        made = await make();
        return made.ok ? made.value : undefined;
      };
      const { value, reused } = store
        ? await remembered(store, key, keep)
        : { value: await keep(), reused: false };
      took(stage, key, reused, started);
      if (value !== undefined) return success(value, made?.diagnostics ?? []);
      return made ?? failure();
    },
    at<T>(stage: string, key: string, known: T | undefined, make: () => T): T {
      const started = performance.now();
      const value = known ?? make();
      took(stage, key, known !== undefined, started);
      return value;
    },
    took,
    taken() {
      const before = runs;
      runs = [];
      return before;
    },
  };
}
