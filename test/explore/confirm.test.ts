import { expect, it } from 'vitest';
import { confirmed, type Variable } from '../../src/explore/index.js';

const variables: Variable[] = [
  { name: 'N', domain: { kind: 'range', least: 1, most: 9, step: 2 } },
  { name: 'tech', domain: { kind: 'list', values: ['a', 'b', 'c'] } },
];
const all = [1, 3, 5, 7, 9].flatMap((N) => ['a', 'b', 'c'].map((tech) => ({ N, tech })));

it('synthesis confirms the front and what is one step of one variable from it, where that was ranked', () => {
  const ranked = all
    .filter(({ N, tech }) => N !== 3 || tech !== 'a')
    .map((candidate) => ({
      candidate,
      measures: { area: candidate.N },
      // One point is best; a neighbour of it is outside the budgets.
      objectives:
        candidate.N === 7 && candidate.tech === 'a'
          ? undefined
          : [Math.abs(candidate.N - 5), candidate.tech.charCodeAt(0)],
    }));
  expect(confirmed(variables, ranked)).toMatchObject([
    { candidate: { N: 5, tech: 'a' }, measures: { area: 5 } },
    { candidate: { N: 7, tech: 'a' }, measures: { area: 7 } },
    { candidate: { N: 5, tech: 'b' }, measures: { area: 5 } },
  ]);
  expect(confirmed(variables, [])).toEqual([]);
});
