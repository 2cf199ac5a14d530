import { costModelContent } from './materials.js';
import type { Objectives } from './pareto.js';
import type { Plan } from './plan.js';
import type { Evaluation, Failure, Measured, Outcome } from './point.js';
import type { Candidate } from './space.js';

/** One point of a sweep as it is kept: what it was and what it gave. */
export interface PointRow {
  /** Digest of the point, of what it reads, and of the tools. */
  readonly key: string;
  readonly candidate: Candidate;
  /** On how many images networks were measured, where that is less than all. */
  readonly images: number | null;
  readonly status: 'done' | 'failed';
  /** Derived ones among them. */
  readonly measures: Measured;
  readonly intervals: Evaluation['intervals'];
  /** Where the figures come from, what was read and by which tools; null for a failure. */
  readonly evidence: Omit<Evaluation, 'measures' | 'intervals' | 'stages'> | null;
  readonly stages: Evaluation['stages'];
  readonly failure: Failure | null;
  readonly seconds: number;
}

/** Whether a row's costs are those of a model. */
export function isEstimated({ evidence }: PointRow): boolean {
  return evidence !== null && Object.hasOwn(evidence.contents, costModelContent);
}

/** A row without what is only for the store: there may be a hundred thousand at hand. */
export function slim(row: PointRow): PointRow {
  return { ...row, stages: [] };
}

/** Whether an outcome need not be looked for again: all but those that a limit or an accident ended. */
export function isLasting({ status, failure }: PointRow): boolean {
  return status === 'done' || failure?.kind === 'invalid';
}

/** The objectives of a point that was measured. */
export function objectivesOf(plan: Plan, row: PointRow): Objectives | undefined {
  return row.status === 'done' ? plan.objectivesOf(row.candidate, row.measures) : undefined;
}

/** The row of a point that has an outcome. */
export function rowOf(
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
