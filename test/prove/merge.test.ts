import { describe, expect, it } from 'vitest';
import { graphOf, zero, type Bit } from '../../src/prove/graph.js';
import { whichAreEqual } from '../../src/prove/merge.js';
import { all } from '../../src/prove/word.js';

const effort = { conflicts: 1000 };

describe('pairs of bits', () => {
  it('are each judged for themselves, also where a search tells apart what looked the same', () => {
    const g = graphOf({ effort });
    g.sweep(false);
    const x = Array.from({ length: 40 }, () => g.variable());
    const oneByOne = (bits: readonly Bit[]): Bit => bits.reduce((so, bit) => g.and(so, bit));
    const flipped = (every: number): Bit[] => x.map((bit, i) => (i % every === 0 ? bit ^ 1 : bit));
    const pairs = [2, 3, 5, 7].flatMap((every) => {
      const bits = flipped(every);
      return [[all(g, bits), zero] as const, [all(g, bits), oneByOne(bits)] as const];
    });
    expect(pairs.every(([a, b]) => g.mayEqual(a, b))).toBe(true);
    expect(whichAreEqual(g, pairs, effort)).toEqual(pairs.map(([, b]) => b !== zero));
  });

  it.each([
    [Infinity, true],
    [0, false],
  ])('are proven equal where there is time: until %d', (deadline, isEqual) => {
    const g = graphOf({ effort: { ...effort, deadline } });
    g.sweep(false);
    const [a, b, c] = [g.variable(), g.variable(), g.variable()];
    const pair = [g.and(g.and(a, b), c), g.and(a, g.and(b, c))] as const;
    expect(whichAreEqual(g, [pair], { ...effort, deadline })).toEqual([isEqual]);
  });
});
