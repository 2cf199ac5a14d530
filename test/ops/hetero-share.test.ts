import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { adderCount, planSums, type SumPlan, type Term } from '../../src/ops/hetero_dot/share.js';

describe('the sharing of adders', () => {
  const term = (word: number): Term => ({ word: Math.abs(word) - 1, negative: word < 0 });
  /** Sums of inputs 1, 2, …, subtracted where negative. */
  const plan = (inputs: number, share: boolean, ...sums: readonly (readonly number[])[]): SumPlan =>
    planSums(
      inputs,
      sums.map((sum) => sum.map(term)),
      share,
    );

  /** The coefficient of each input in each sum. */
  function meaning({ inputs, adders, roots }: SumPlan): number[][] {
    const words = Array.from({ length: inputs }, (_, i) =>
      Array.from({ length: inputs }, (_, j): number => (i === j ? 1 : 0)),
    );
    for (const { a, b, subtract } of adders)
      words.push(words[a]!.map((x, i) => x + (subtract ? -1 : 1) * words[b]![i]!));
    return roots.map((root) => {
      if (!root) return Array<number>(inputs).fill(0);
      return words[root.word]!.map((x) => (root.negative ? 0 - x : x));
    });
  }

  it('adds an equal part once, also with the opposite sign', () => {
    expect(adderCount(plan(3, true, [1, 2, 3], [1, 2, -3], [1, 2]))).toBe(3);
    expect(adderCount(plan(3, false, [1, 2, 3], [1, 2, -3], [1, 2]))).toBe(5);
    expect(adderCount(plan(4, true, [1, -2, 3], [-1, 2, 4]))).toBe(3);
    expect(adderCount(plan(2, true, [1, -2], [-1, 2]))).toBe(2);
  });

  it('of empty sums, single inputs and negative ones costs what it must', () => {
    expect(adderCount(plan(2, true, [], [1], [2], [1]))).toBe(0);
    expect(adderCount(plan(2, true, [-1]))).toBe(1);
    expect(adderCount(plan(2, true, [-1, -2]))).toBe(2);
    expect(adderCount(plan(2, true, [-1, 2]))).toBe(1);
  });

  it('changes no sum, and needs no more adders', () => {
    const source = random(9);
    for (let trial = 0; trial < 60; trial++) {
      const inputs = 1 + source.below(20);
      const sums = Array.from({ length: 1 + source.below(70) }, () =>
        Array.from({ length: inputs }, (_, i) => [i + 1, -i - 1, 0][source.below(3)]!).filter((i) => i !== 0),
      );
      const due = sums.map((sum) =>
        Array.from({ length: inputs }, (_, i) => Math.sign(sum.find((one) => Math.abs(one) === i + 1) ?? 0)),
      );
      const [shared, plain] = [true, false].map((share) => plan(inputs, share, ...sums));
      expect(meaning(shared!)).toEqual(due);
      expect(meaning(plain!)).toEqual(due);
      expect(adderCount(shared!)).toBeLessThanOrEqual(adderCount(plain!));
    }
  });

  it('keeps no pair in two sums', () => {
    const source = random(10);
    const sums = Array.from({ length: 40 }, () =>
      Array.from({ length: 12 }, (_, i) => (source.below(2) === 0 ? i + 1 : -i - 1)),
    );
    const { adders } = plan(12, true, ...sums);
    const known = adders.map(({ a, b, subtract }) => `${Math.min(a, b)} ${Math.max(a, b)} ${subtract}`);
    expect(new Set(known).size).toBe(adders.length);
  });

  it('is worth more than half of the adders of a random layer', () => {
    const source = random(11);
    const sums = Array.from({ length: 64 }, () =>
      Array.from({ length: 32 }, (_, i) => (source.below(2) === 0 ? i + 1 : -i - 1)),
    );
    expect(adderCount(plan(32, false, ...sums))).toBe(64 * 31);
    expect(adderCount(plan(32, true, ...sums))).toBeLessThan(32 * 31);
  });

  it('lets absent bits cost nothing', () => {
    const full = [1, 2, 3, 4, 5, 6, 7, 8];
    expect(adderCount(plan(8, false, full, full.slice(0, 3)))).toBe(7 + 2);
    expect(adderCount(plan(8, false, full, []))).toBe(7);
  });
});
