import { keyOf } from '../cache/index.js';
import { tools } from './fingerprint.js';
import { contentsOf, type Materials } from './materials.js';
import { confirmed, type Ranked } from './confirm.js';
import type { Plan } from './plan.js';
import type { CostMode, Outcome, Point } from './point.js';
import { isLasting, objectivesOf, rowOf, slim, type PointRow } from './row.js';
import { hopeful } from './halving.js';
import { keeper } from './keeper.js';
import { runScheduled } from './schedule.js';
import { searchOf } from './search.js';
import type { Candidate } from './space.js';
import type { PointStore } from './store.js';
import { candidateKey, tallyOf, type FrontMember } from './tally.js';

/** What evaluates points, several at a time. */
export interface Runner {
  /** How many points it takes at a time. */
  readonly slots: number;
  /** What a point gives; undefined if it was given up before anything had begun with it. */
  run(point: Point): Promise<Outcome | undefined>;
  /** Gives up the points that nothing has begun with yet. */
  giveUp?(): void;
  close(): Promise<void>;
}

export interface Progress {
  /** Points with an outcome, and how many of them failed or were in the store from before. */
  readonly done: number;
  readonly failed: number;
  readonly reused: number;
  /** How many there will be; undefined where that is not known before. */
  readonly total: number | undefined;
  readonly front: number;
  readonly seconds: number;
}

export interface SweepRun {
  readonly plan: Plan;
  readonly materials: Materials;
  readonly runner: Runner;
  readonly store: PointStore;
  /** The sweep's name in the store; see `sweepId`. */
  readonly id: string;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends the run after the points that are under way. */
  readonly signal?: AbortSignal | undefined;
}

export interface SweepReport extends Progress {
  /** Whether all points were looked at that the search asks for. */
  readonly complete: boolean;
  readonly frontier: readonly FrontMember[];
  readonly failures: readonly PointRow[];
  /** How many points synthesis was to confirm after the model had ranked all; undefined in other modes. */
  readonly confirmed: number | undefined;
  /** Stages that were run, and those whose results were at hand. */
  readonly stages: { readonly run: number; readonly reused: number };
}

/** What a sweep is called in a store: its name and a digest of its definition, of the files it reads and of the tools. */
export function sweepId({ definition }: Plan, materials: Materials): string {
  const { budget: _, ...lasting } = definition;
  // Where a formula stands changes nothing of it.
  const text = JSON.stringify(lasting, (key, value: unknown) => (key === 'place' ? undefined : value));
  return `${definition.name}-${keyOf({ lasting: text, materials, tools: tools() }).slice(0, 12)}`;
}

/**
 * Runs a sweep: measures what its search asks for, passes over what the store has from before, and keeps each outcome there before it
 * counts as done. A point that fails does not stop the others.
 */
export async function runSweep(run: SweepRun): Promise<SweepReport> {
  const { plan, materials, runner, store, id, onProgress, signal } = run;
  const { rungs, budget, mode, search } = plan.definition;
  await store.begin({ id, name: plan.definition.name, definition: JSON.stringify(plan.definition) });
  const known = await lastingRows(store, id);
  const started = performance.now();
  const tally = tallyOf(plan);
  const ranked: Ranked[] = [];
  let isConfirming = false;
  let total: number | undefined;
  let asked = 0;
  const begun = new Map<string, Promise<PointRow | undefined>>();
  const evidence = interned<PointRow['evidence']>();
  // Else a row is forgotten once it is kept, so that memory does not grow with the number of points.
  const looksBack = search.kind === 'nsga2' || rungs.length > 0 || mode === 'model-first';

  const seconds = (): number => (performance.now() - started) / 1000;
  const progress = (): Progress => ({ ...tally.counts, total, front: tally.front(), seconds: seconds() });
  const leftOf = (points = Infinity): number => (isConfirming ? Infinity : points - asked);
  const isOver = (): boolean =>
    signal?.aborted === true || leftOf(budget.points) <= 0 || seconds() >= (budget.seconds ?? Infinity);

  function take(row: PointRow, isOld: boolean): void {
    tally.take(row, isOld);
    onProgress?.(progress());
  }

  const rows = keeper(store, id, (rows) => rows.forEach((row) => take(row, false)));

  function evaluate(
    candidate: Candidate,
    images: number | undefined,
    costs: CostMode | undefined,
  ): Promise<PointRow | undefined> {
    const point = plan.pointOf(candidate, images, costs);
    const key = keyOf({ point, contents: contentsOf(point, materials), tools: tools() });
    const before = begun.get(key);
    if (before) return before;
    asked++;
    const found = evaluateNew(point, key, candidate, images);
    if (looksBack) begun.set(key, found);
    return found;
  }

  async function evaluateNew(
    point: Point,
    key: string,
    candidate: Candidate,
    images: number | undefined,
  ): Promise<PointRow | undefined> {
    const old = known.get(key);
    if (old) {
      take(old, true);
      return old;
    }
    const started = performance.now();
    const outcome = await runner.run(point);
    if (!outcome) return undefined;
    const whole = rowOf(plan, key, candidate, images, outcome, (performance.now() - started) / 1000);
    const row = { ...whole, evidence: evidence(whole.evidence) };
    await rows.keep(row);
    return slim(row);
  }

  /**
   * Evaluates candidates, as many at a time as there are slots; gives their rows in order, undefined for what was not looked at, or nothing where
   * nobody looks back at them.
   */
  async function evaluateAll(
    candidates: Iterable<Candidate | undefined>,
    images?: number,
    costs?: CostMode,
  ): Promise<(PointRow | undefined)[]> {
    const found: (PointRow | undefined)[] = [];
    const looked = await runScheduled<Candidate>({
      ...{ items: candidates, slots: runner.slots, shareOf: designOf },
      left: () => (isOver() ? 0 : leftOf(budget.points)),
      run: async (candidate, at) => {
        const row = await evaluate(candidate, images, costs);
        if (looksBack) found[at] = row;
      },
    });
    await rows.written();
    return looksBack ? Array.from({ length: looked }, (_, at) => found[at]) : [];
  }

  /** The candidates on few images, those that may still reach the front on more, and so on; the last have been measured in full. */
  async function climb(candidates: Iterable<Candidate | undefined>): Promise<(PointRow | undefined)[]> {
    if (rungs.length === 0) return evaluateAll(candidates);
    const all = [...candidates];
    let left = all;
    const last = new Map<Candidate, PointRow>();
    for (const images of [...rungs, undefined]) {
      const rows = await evaluateAll(left, images);
      rows.forEach((row, i) => row && left[i] && last.set(left[i], row));
      if (isOver()) break;
      left = hopeful(plan, rows).map((i) => left[i]);
    }
    return all.map((candidate) => candidate && last.get(candidate));
  }

  function rank(row: PointRow | undefined): void {
    if (!row) return;
    const { candidate, measures, images } = row;
    ranked.push({ candidate, measures, objectives: images === null ? objectivesOf(plan, row) : undefined });
  }

  /** Synthesises the front of the model and its neighbours; the front is among these alone. */
  async function confirm(): Promise<number> {
    isConfirming = true;
    const wanted = confirmed(plan.definition.variables, ranked);
    tally.confirming(new Map(wanted.map((one) => [candidateKey(one.candidate), one.measures])));
    total = tally.counts.done + wanted.length;
    await evaluateAll(
      wanted.map(({ candidate }) => candidate),
      undefined,
      'synth',
    );
    return wanted.length;
  }

  const giveUp = (): void => runner.giveUp?.();
  signal?.addEventListener('abort', giveUp);
  const steps = searchOf(plan);
  let step = steps.next([]);
  for (; !step.done && !isOver();) {
    total = step.value.total;
    const rows = await climb(step.value.candidates);
    if (mode === 'model-first') rows.forEach(rank);
    step = steps.next(rows.map((row) => row && objectivesOf(plan, row)));
  }
  const isRanked = step.done === true && !isCut();
  const toConfirm = mode === 'model-first' ? await confirm() : undefined;
  signal?.removeEventListener('abort', giveUp);
  return {
    ...progress(),
    complete: isRanked && !isCut(),
    confirmed: toConfirm,
    frontier: tally.frontier(),
    failures: tally.failures,
    stages: tally.stages,
  };

  function isCut(): boolean {
    return signal?.aborted === true || (isOver() && total !== undefined && tally.counts.done < total);
  }
}

/** The outcomes of a sweep that need not be looked for again, by key. */
async function lastingRows(store: PointStore, id: string): Promise<Map<string, PointRow>> {
  const found = new Map<string, PointRow>();
  for await (const row of store.rows(id)) if (isLasting(row)) found.set(row.key, slim(row));
  return found;
}

/** What of a candidate says how its circuit is made; others differ in technology or clock alone. */
function designOf(candidate: Candidate): string {
  return JSON.stringify({ ...candidate, tech: undefined, clockPs: undefined });
}

/** One object for all that are equal. */
function interned<T>(): (value: T) => T {
  const known = new Map<string, T>();
  return (value) => {
    const text = JSON.stringify(value);
    const found = known.get(text) ?? value;
    known.set(text, found);
    return found;
  };
}
