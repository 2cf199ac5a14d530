import { describe, expect, it } from 'vitest';
import { graphOf, type Bits } from '../../src/prove/graph.js';
import { decidingBits, intervalsOf } from '../../src/prove/interval.js';

describe('intervals', () => {
  it('of words do not say more than is so, at their corners', () => {
    const g = graphOf();
    const a: Bits = Array.from({ length: 4 }, () => g.variable());
    const words: Bits[] = [a, [...a.slice(0, 2), a[2]!, a[2]!]];
    const intervals = intervalsOf(g, words);
    const node = (op: 'add' | 'sub', a: number, b: number) =>
      intervals.enter({ kind: 'binary', op, a, b, width: 6 }, 9);
    expect(node('sub', 1, 1)).toEqual({ least: -7n, greatest: 7n });
    expect(node('add', 0, 1)).toEqual({ least: -4n, greatest: 18n });
    expect(intervals.enter({ kind: 'mul', signed: true, a: 0, b: 1, width: 8 }, 9)).toEqual({
      least: -28n,
      greatest: 32n,
    });
  });

  it('are known of all words of the same bits', () => {
    const g = graphOf();
    const x: Bits = Array.from({ length: 4 }, () => g.variable());
    const first: Bits[] = [x];
    const one = intervalsOf(g, first);
    one.enter({ kind: 'mul', signed: true, a: 0, b: 0, width: 8 }, 1);
    first[1] = Array.from({ length: 8 }, () => g.variable());
    one.share(1);
    const other = intervalsOf(g, [first[1]]);
    expect(other.enter({ kind: 'extend', signed: true, a: 0, width: 10 }, 1)).toEqual({
      least: -56n,
      greatest: 64n,
    });
  });

  it.each([
    [0n, 0n, 0, false],
    [0n, 8n, 4, false],
    [-1n, 0n, 1, true],
    [-8n, 7n, 4, true],
    [-8n, 8n, 5, true],
  ])('from %d to %d are decided by %d bits', (least, greatest, width, signed) =>
    expect(decidingBits({ least, greatest })).toEqual({ width, signed }),
  );
});
