import { expect, test } from 'vitest';
import { largestOfRows, wilson } from '../../src/nn/index.js';

test.each([
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3
  [81, 263, 0.2553, 0.3662],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [20, 20, 0.8389, 1],
])('Wilson interval of %i in %i', (hits, trials, low, high) => {
  const interval = wilson(hits, trials);
  expect(interval[0]).toBeCloseTo(low, 3);
  expect(interval[1]).toBeCloseTo(high, 3);
});

test('without trials anything is possible', () => {
  expect(wilson(0, 0)).toEqual([0, 1]);
});

test('the first of equally large scores is taken', () => {
  expect([...largestOfRows(Float32Array.of(1, 3, 3, -1, -2, -3), 2)]).toEqual([1, 0]);
});
