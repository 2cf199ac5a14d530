import { beforeAll, describe, expect, it } from 'vitest';
import {
  latinCandidates,
  loadFormulas,
  randomCandidates,
  spaceOf,
  type Formulas,
  type Space,
  type SweepDefinition,
} from '../../src/explore/index.js';

let formulas: Formulas;
beforeAll(async () => {
  formulas = await loadFormulas();
});

const variables: SweepDefinition['variables'] = [
  { name: 'N', domain: { kind: 'list', values: [3, 4, 6, 8] } },
  { name: 'M', domain: { kind: 'range', least: 4, most: 9, step: 2 } },
  { name: 'R', domain: { kind: 'list', values: [1, 2] }, when: { text: 'M > 4' } },
  { name: 'tech', domain: { kind: 'list', values: ['asap7', 'sky130'] } },
];

function space(where: readonly string[] = [], given = variables): Space {
  const made = spaceOf({ variables: given, where: where.map((text) => ({ text })) }, formulas);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return made.value;
}

describe('spaces', () => {
  it('hold all values of lists and ranges, and those of conditional variables where they are', () => {
    const all = [...space().all()];
    // 4 values of N times (M = 4: one, M = 6 and 8: two each) times 2 technologies.
    expect(all).toHaveLength(40);
    expect(all[0]).toEqual({ N: 3, M: 4, tech: 'asap7' });
    expect(all.at(-1)).toEqual({ N: 8, M: 8, R: 2, tech: 'sky130' });
    expect(space().size).toBe(48);
  });

  it('hold only what the constraints allow; one over a variable that is not there excludes nothing', () => {
    const all = [...space(['N + M <= 12', 'R != 2', 'tech == "asap7" or N == 3']).all()];
    const due = [...space().all()].filter(
      ({ N, M, R, tech }) => (N as number) + (M as number) <= 12 && R !== 2 && (tech === 'asap7' || N === 3),
    );
    expect(all).toEqual(due);
    expect(due.length).toBeGreaterThan(5);
    expect(due.some((one) => !('R' in one))).toBe(true);
  });

  it('are drawn from without repeating, the same for the same seed, until they are exhausted', () => {
    const some = space(['N + M <= 12']);
    const count = [...some.all()].length;
    for (const draw of [randomCandidates, latinCandidates]) {
      const drawn = [...draw(some, 12, 3)];
      expect(drawn).toHaveLength(12);
      expect(new Set(drawn.map((one) => JSON.stringify(one))).size).toBe(12);
      expect([...draw(some, 12, 3)]).toEqual(drawn);
      expect([...draw(some, 12, 4)]).not.toEqual(drawn);
      const most = [...draw(some, 1000, 3)].map((one) => JSON.stringify(one)).sort();
      expect(most).toEqual([...some.all()].map((one) => JSON.stringify(one)).sort());
      expect(most).toHaveLength(count);
    }
  });

  it('say what is wrong with them, all of it', () => {
    const made = spaceOf(
      {
        variables: [
          { name: 'A', domain: { kind: 'list', values: [] } },
          { name: 'B', domain: { kind: 'list', values: [1] }, when: { text: 'C > 1' } },
          { name: 'C', domain: { kind: 'list', values: [1] } },
          { name: 'C', domain: { kind: 'list', values: [1] } },
        ],
        where: [{ text: 'A + D < 3' }, { text: 'A <' }, { text: 'A + 1' }],
      },
      formulas,
    );
    expect(made.diagnostics.map(({ code }) => code).sort()).toEqual(
      ['bad-formula', 'bad-formula', 'bad-sweep', 'bad-sweep', 'defined-twice', 'unknown-name'].sort(),
    );
  });
});
