import { sizeOf, valueAt, type Variable } from './definition.js';
import { frontOf, type Objectives } from './pareto.js';
import type { Measured } from './point.js';
import type { Candidate } from './space.js';

/** A candidate with what a model gave it; without objectives where the model found it to be outside the budgets. */
export interface Ranked {
  readonly candidate: Candidate;
  readonly measures: Measured;
  readonly objectives: Objectives | undefined;
}

/**
 * The candidates whose costs synthesis is to confirm: the front, and its neighbours among those that were ranked, which differ from a point of
 * the front in one variable by one step of its domain. Neighbours outside the budgets are among them, as the model may err there.
 */
export function confirmed(variables: readonly Variable[], ranked: readonly Ranked[]): Ranked[] {
  const known = new Map(ranked.map((one) => [keyOf(variables, one.candidate), one]));
  const good = ranked.filter(({ objectives }) => objectives !== undefined);
  const front = frontOf(good.map(({ objectives }) => objectives!)).map((i) => good[i]!.candidate);
  const wanted = new Map<string, Ranked>();
  for (const candidate of front)
    for (const one of [candidate, ...neighboursOf(variables, candidate)]) {
      const key = keyOf(variables, one);
      const found = known.get(key);
      if (found) wanted.set(key, found);
    }
  return [...wanted.values()];
}

function neighboursOf(variables: readonly Variable[], candidate: Candidate): Candidate[] {
  return variables.flatMap(({ name, domain }) => {
    if (candidate[name] === undefined) return [];
    const values = Array.from({ length: sizeOf(domain) }, (_, i) => valueAt(domain, i));
    const at = values.indexOf(candidate[name]);
    const steps = [values[at - 1], values[at + 1]].filter((value) => value !== undefined);
    return steps.map((value) => ({ ...candidate, [name]: value }));
  });
}

function keyOf(variables: readonly Variable[], candidate: Candidate): string {
  return JSON.stringify(variables.map(({ name }) => candidate[name] ?? null));
}
