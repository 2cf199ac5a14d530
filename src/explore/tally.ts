import { growingFront, type Objectives } from './pareto.js';
import type { Plan } from './plan.js';
import type { Measured } from './point.js';
import { objectivesOf, type PointRow } from './row.js';
import type { Candidate } from './space.js';

export interface FrontMember {
  readonly candidate: Candidate;
  readonly row: PointRow;
  /** What the model gave, where synthesis has confirmed the point since. */
  readonly estimated?: Measured | undefined;
}

/** What has come of a sweep's points so far. It holds rows of the front and of the first failures only. */
export interface Tally {
  readonly counts: Readonly<Record<'done' | 'failed' | 'reused', number>>;
  /** Stages that were run, and those whose results were at hand. */
  readonly stages: Readonly<Record<'run' | 'reused', number>>;
  readonly failures: readonly PointRow[];
  readonly front: () => number;
  /** The front, by rising objectives. */
  frontier(): FrontMember[];
  /** Counts a row, and puts it on the front if it belongs there. */
  take(row: PointRow, isOld: boolean): void;
  /** Empties the front, for rows of candidates that the model has ranked with these measures, by `candidateKey`. */
  confirming(estimates: ReadonlyMap<string, Measured>): void;
}

/** How many failures are told one by one. */
const failuresTold = 20;

/** The tally of a sweep of which nothing has come yet. */
export function tallyOf(plan: Plan): Tally {
  const counts = { done: 0, failed: 0, reused: 0 };
  const stages = { run: 0, reused: 0 };
  const failures: PointRow[] = [];
  let front = growingFront<FrontMember>();
  let estimates: ReadonlyMap<string, Measured> = new Map();
  return {
    ...{ counts, stages, failures },
    front: () => front.members.length,
    frontier: () => inOrder(front.members),
    take(row, isOld) {
      counts.done++;
      if (isOld) counts.reused++;
      if (row.status === 'failed') {
        counts.failed++;
        if (failures.length < failuresTold) failures.push(row);
      }
      for (const { reused } of isOld ? [] : row.stages) stages[reused ? 'reused' : 'run']++;
      // Estimates on few images are not on the front beside those on all.
      const objectives = row.images === null ? objectivesOf(plan, row) : undefined;
      const { candidate } = row;
      if (objectives)
        front.add({ candidate, row, estimated: estimates.get(candidateKey(candidate)) }, objectives);
    },
    confirming(known) {
      front = growingFront();
      estimates = known;
    },
  };
}

/** Equal for equal candidates of one sweep. */
export function candidateKey(candidate: Candidate): string {
  return JSON.stringify(candidate);
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
