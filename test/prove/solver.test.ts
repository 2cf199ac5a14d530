import { describe, expect, it } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { satisfy } from '../../src/prove/solver.js';

const variables = 11;

/** Clauses of three literals, about as many as make half of all such problems unsatisfiable. */
function problem(r: Random): number[][] {
  return Array.from({ length: 36 + r.below(24) }, () =>
    Array.from({ length: 3 + Number(r.below(8) === 0) }, () => r.below(2 * variables)),
  );
}

function holds(clauses: readonly (readonly number[])[], value: (variable: number) => boolean): boolean {
  return clauses.every((clause) => clause.some((literal) => value(literal >> 1) !== ((literal & 1) === 1)));
}

function hasSolution(clauses: readonly (readonly number[])[]): boolean {
  for (let word = 0; word < 1 << variables; word++)
    if (holds(clauses, (variable) => ((word >> variable) & 1) === 1)) return true;
  return false;
}

describe('the satisfiability search', () => {
  it('finds a solution just where there is one', () => {
    const found = { satisfiable: 0, unsatisfiable: 0, unknown: 0 };
    for (let seed = 0; seed < 400; seed++) {
      const clauses = problem(random(seed));
      const flat = clauses.flatMap((clause) => [clause.length, ...clause]);
      const answer = satisfy(variables, flat, { conflicts: 1e6 });
      expect(answer.kind, `seed ${seed}`).toBe(hasSolution(clauses) ? 'satisfiable' : 'unsatisfiable');
      if (answer.kind === 'satisfiable') expect(holds(clauses, answer.value), `seed ${seed}`).toBe(true);
      found[answer.kind]++;
    }
    expect(found.satisfiable).toBeGreaterThan(50);
    expect(found.unsatisfiable).toBeGreaterThan(50);
  });

  it('proves that pigeons do not fit, and gives up within its budget', () => {
    const [pigeons, holes] = [6, 5];
    const at = (pigeon: number, hole: number): number => 2 * (pigeon * holes + hole);
    const clauses: number[] = [];
    for (let p = 0; p < pigeons; p++)
      clauses.push(holes, ...Array.from({ length: holes }, (_, h) => at(p, h)));
    for (let h = 0; h < holes; h++)
      for (let p = 0; p < pigeons; p++)
        for (let q = p + 1; q < pigeons; q++) clauses.push(2, at(p, h) + 1, at(q, h) + 1);
    expect(satisfy(pigeons * holes, clauses, { conflicts: 1e5 }).kind).toBe('unsatisfiable');
    expect(satisfy(pigeons * holes, clauses, { conflicts: 3 }).kind).toBe('unknown');
  });
});
