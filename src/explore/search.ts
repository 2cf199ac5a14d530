import { nsga2 } from './nsga2.js';
import type { Objectives } from './pareto.js';
import type { Plan } from './plan.js';
import { latinCandidates, randomCandidates, sobolCandidates } from './sampling.js';
import type { Candidate } from './space.js';

/** Candidates to look at together; undefined for one that the sweep's constraints exclude. */
export interface SearchBatch {
  readonly candidates: Iterable<Candidate | undefined>;
  /** How many candidates the search looks at in all, if that is known. */
  readonly total: number | undefined;
}

/** The batches of a sweep's search, each of which is answered with the objectives of its candidates. */
export function* searchOf({
  definition: { search },
  space,
}: Plan): Generator<SearchBatch, void, readonly (Objectives | undefined)[]> {
  switch (search.kind) {
    case 'grid':
      yield { candidates: space.all(), total: space.size <= mostCounted ? countOf(space.all()) : undefined };
      return;
    case 'random':
      yield { candidates: randomCandidates(space, search.points, search.seed), total: search.points };
      return;
    case 'latin':
      yield { candidates: latinCandidates(space, search.points, search.seed), total: search.points };
      return;
    case 'sobol':
      yield { candidates: sobolCandidates(space, search.points, search.seed), total: search.points };
      return;
    case 'nsga2': {
      const genes = nsga2({ ...search, genes: space.variables.length });
      let found: readonly (Objectives | undefined)[] = [];
      for (let step = genes.next(); !step.done; step = genes.next(found))
        found = yield { candidates: step.value.map((genome) => space.at(genome)), total: undefined };
    }
  }
}

/** How large a space is counted beforehand, for the time left. */
const mostCounted = 1_000_000;

function countOf(all: Iterable<unknown>): number {
  let count = 0;
  for (const _ of all) count++;
  return count;
}
