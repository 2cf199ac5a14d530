import { keyOf } from '../cache/index.js';
import { tools } from './fingerprint.js';
import { contentsOf, type Materials } from './materials.js';
import { confirmed, type Ranked } from './confirm.js';
import { growingFront, type Objectives } from './pareto.js';
import type { Plan } from './plan.js';
import type { CostMode, Measured, Outcome, Point } from './point.js';
import type { PointRow } from './row.js';
import { hopeful } from './halving.js';
import { keeper } from './keeper.js';
import { runScheduled } from './schedule.js';
import { searchOf } from './search.js';
import type { Candidate } from './space.js';
import type { PointStore } from './store.js';

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

export interface FrontMember {
  readonly candidate: Candidate;
  readonly row: PointRow;
  /** What the model gave, where synthesis has confirmed the point since. */
  readonly estimated?: Measured | undefined;
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
  return `${definition.name}-${keyOf({ lasting: JSON.stringify(lasting), materials, tools: tools() }).slice(0, 12)}`;
}

/** How many failures a report tells one by one. */
const failuresTold = 20;

/**
 * Runs a sweep: measures what its search asks for, passes over what the store has from before, and keeps each outcome there before it
 * counts as done. A point that fails does not stop the others.
 */
export async function runSweep(run: SweepRun): Promise<SweepReport> {
  const { plan, materials, runner, store, id, onProgress, signal } = run;
  const { rungs, budget, mode } = plan.definition;
  await store.begin({ id, name: plan.definition.name, definition: JSON.stringify(plan.definition) });
  const known = new Map((await store.rows(id)).filter(isLasting).map((row) => [row.key, row]));
  const started = performance.now();
  const failures: PointRow[] = [];
  const stages = { run: 0, reused: 0 };
  const counts = { done: 0, failed: 0, reused: 0 };
  let front = growingFront<FrontMember>();
  const ranked: Ranked[] = [];
  const estimates = new Map<string, Measured>();
  let isConfirming = false;
  let total: number | undefined;
  const begun = new Map<string, Promise<PointRow | undefined>>();
  const evidence = interned<PointRow['evidence']>();

  const seconds = (): number => (performance.now() - started) / 1000;
  const progress = (): Progress => ({ ...counts, total, front: front.members.length, seconds: seconds() });
  const leftOf = (points = Infinity): number => (isConfirming ? Infinity : points - begun.size);
  const isOver = (): boolean =>
    signal?.aborted === true || leftOf(budget.points) <= 0 || seconds() >= (budget.seconds ?? Infinity);

  /** Counts a row, and puts it on the front if it belongs there. */
  function take(row: PointRow, isOld: boolean): void {
    counts.done++;
    if (isOld) counts.reused++;
    if (row.status === 'failed') {
      counts.failed++;
      if (failures.length < failuresTold) failures.push(row);
    }
    for (const { reused } of isOld ? [] : row.stages) stages[reused ? 'reused' : 'run']++;
    // Estimates on few images are not on the front beside those on all.
    const objectives = row.images === null ? objectivesOf(plan, row) : undefined;
    if (objectives)
      front.add(
        { candidate: row.candidate, row, estimated: estimates.get(JSON.stringify(row.candidate)) },
        objectives,
      );
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
    const found = begun.get(key) ?? evaluateNew(point, key, candidate, images);
    begun.set(key, found);
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
    // What ran is in the store; there may be a hundred thousand rows at hand.
    return { ...row, stages: [] };
  }

  /** Evaluates candidates, as many at a time as there are slots; gives their rows in order, undefined for what was not looked at. */
  async function evaluateAll(
    candidates: Iterable<Candidate | undefined>,
    images?: number,
    costs?: CostMode,
  ): Promise<(PointRow | undefined)[]> {
    const found: (PointRow | undefined)[] = [];
    const looked = await runScheduled<Candidate>({
      ...{ items: candidates, slots: runner.slots, shareOf: designOf },
      left: () => (isOver() ? 0 : leftOf(budget.points)),
      run: async (candidate, at) => void (found[at] = await evaluate(candidate, images, costs)),
    });
    await rows.written();
    return Array.from({ length: looked }, (_, at) => found[at]);
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
    ranked.push({ candidate, objectives: images === null ? objectivesOf(plan, row) : undefined });
    estimates.set(JSON.stringify(candidate), measures);
  }

  /** Synthesises the front of the model and its neighbours; the front is among these alone. */
  async function confirm(): Promise<number> {
    isConfirming = true;
    front = growingFront();
    const wanted = confirmed(plan.definition.variables, ranked);
    total = counts.done + wanted.length;
    await evaluateAll(wanted, undefined, 'synth');
    return wanted.length;
  }

  const giveUp = (): void => runner.giveUp?.();
  signal?.addEventListener('abort', giveUp);
  const search = searchOf(plan);
  let step = search.next([]);
  for (; !step.done && !isOver();) {
    total = step.value.total;
    const rows = await climb(step.value.candidates);
    if (mode === 'model-first') rows.forEach(rank);
    step = search.next(rows.map((row) => row && objectivesOf(plan, row)));
  }
  const isRanked = step.done === true && !isCut();
  const toConfirm = mode === 'model-first' ? await confirm() : undefined;
  signal?.removeEventListener('abort', giveUp);
  return {
    ...progress(),
    complete: isRanked && !isCut(),
    confirmed: toConfirm,
    frontier: inOrder(front.members),
    failures,
    stages,
  };

  function isCut(): boolean {
    return signal?.aborted === true || (isOver() && total !== undefined && counts.done < total);
  }
}

function inOrder(
  members: readonly { readonly value: FrontMember; readonly objectives: Objectives }[],
): FrontMember[] {
  const key = ({ objectives }: (typeof members)[number]): Objectives => objectives;
  return [...members]
    .sort((a, b) => {
      const at = key(a).findIndex((one, i) => one !== key(b)[i]);
      return at < 0 ? (a.value.row.key < b.value.row.key ? -1 : 1) : key(a)[at]! - key(b)[at]!;
    })
    .map(({ value }) => value);
}

/** Whether an outcome need not be looked for again: all but those that a limit or an accident ended. */
function isLasting({ status, failure }: PointRow): boolean {
  return status === 'done' || failure?.kind === 'invalid';
}

/** The objectives of a point that was measured. */
export function objectivesOf(plan: Plan, row: PointRow): Objectives | undefined {
  return row.status === 'done' ? plan.objectivesOf(row.candidate, row.measures) : undefined;
}

function rowOf(
  plan: Plan,
  key: string,
  candidate: Candidate,
  images: number | undefined,
  outcome: Outcome,
  seconds: number,
): PointRow {
  const common = { key, candidate, images: images ?? null, seconds };
  if (!outcome.ok)
    return {
      ...common,
      ...{ status: 'failed', measures: {}, intervals: {}, evidence: null, stages: [] },
      failure: outcome.failure,
    };
  const { stages, intervals, measures: _, ...evidence } = outcome.evaluation;
  const measures = plan.measuresOf(candidate, outcome.evaluation);
  return { ...common, status: 'done', measures, intervals, evidence, stages, failure: null };
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
