import { describe, expect, it } from 'vitest';
import { comparePaired, estimateMean, samplesFor, studentQuantile } from '../../src/robust/index.js';

describe('Student’s quantile', () => {
  // Published tables (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2).
  it.each([
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [10, 2.228],
    [49, 2.01],
    [100, 1.984],
  ])('with %d degrees is %d', (freedom, t) => expect(studentQuantile(freedom)).toBeCloseTo(t, 3));

  it('has no step where the expansion takes over', () =>
    expect(studentQuantile(5000) - studentQuantile(5001)).toBeCloseTo(0, 6));
});

describe('the mean', () => {
  it('of 1, 2, 3, 4 is 2.5 ± 3.182 · √(5/3) / 2', () => {
    const { mean, ci95, deviation } = estimateMean([1, 2, 3, 4]);
    expect(mean).toBe(2.5);
    expect(deviation).toBeCloseTo(Math.sqrt(5 / 3), 12);
    expect(ci95[1] - 2.5).toBeCloseTo((3.18244630528 * Math.sqrt(5 / 3)) / 2, 8);
    expect(2.5 - ci95[0]).toBeCloseTo(ci95[1] - 2.5, 12);
  });

  it('of one value is known to no accuracy', () =>
    expect(estimateMean([3]).ci95).toEqual([-Infinity, Infinity]));

  it('needs so many values for an accuracy, and no fewer', () => {
    for (const within of [0.02, 0.1, 0.5, 3]) {
      const n = samplesFor(1, within)!;
      const width = (k: number): number => studentQuantile(k - 1) / Math.sqrt(k);
      expect(width(n)).toBeLessThanOrEqual(within);
      if (n > 2) expect(width(n - 1)).toBeGreaterThan(within);
    }
    expect(samplesFor(0, 0.1)).toBe(2);
    expect(samplesFor(1, 1e-6)).toBeUndefined();
  });
});

describe('a paired comparison', () => {
  it('sees a small difference on chips that differ more', () => {
    const b = [0.1, 0.5, 0.9, 0.3, 0.7];
    const a = b.map((x, i) => x + 0.01 + 0.001 * i);
    const { difference, probabilityGreater } = comparePaired(a, b, 1);
    expect(difference.mean).toBeCloseTo(0.012, 12);
    expect(difference.ci95[0]).toBeGreaterThan(0);
    expect(probabilityGreater).toBe(1);
    expect(comparePaired(b, a, 1).probabilityGreater).toBe(0);
  });

  it('of equals is a half, and of chance differences near the normal value', () => {
    expect(comparePaired([1, 2, 3], [1, 2, 3], 1).probabilityGreater).toBe(0.5);
    // Mean 0.5, deviation of the resampled mean √(5.25/10) ≈ 0.7246: Φ(0.69) = 0.755.
    const a = [-3, -2, -1, 0, 1, 1, 2, 3, 4, 0];
    const { probabilityGreater } = comparePaired(
      a,
      a.map(() => 0),
      1,
    );
    expect(probabilityGreater).toBeGreaterThan(0.7);
    expect(probabilityGreater).toBeLessThan(0.82);
    expect(
      comparePaired(
        a,
        a.map(() => 0),
        1,
      ).probabilityGreater,
    ).toBe(probabilityGreater);
  });
});
