import { costModelContent } from './materials.js';
import type { Candidate } from './space.js';
import type { Evaluation, Failure, Measured } from './point.js';

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
