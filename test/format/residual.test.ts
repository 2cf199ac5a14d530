import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  binarise,
  bitCounts,
  bitSelections,
  selectBits,
  unbinarise,
  type BinaryPlanes,
  type BitSelection,
} from '../../src/format/index.js';

function planes(values: readonly number[], bits: readonly number[]): BinaryPlanes {
  const made = binarise(Float64Array.from(values), bits);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return made.value;
}

function map(values: readonly number[], average: number, rule: BitSelection, seed = 0): number[] {
  const made = selectBits(Float64Array.from(values), average, rule, seed);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return [...made.value];
}

function counts(length: number, average: number): number[] {
  const made = bitCounts(length, average);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return [...made.value];
}

function normals(length: number, seed: number): number[] {
  const source = random(seed);
  return Array.from({ length }, () => source.normal());
}

const error = (values: readonly number[], bits: readonly number[]): number => {
  const back = unbinarise(planes(values, bits));
  return values.reduce((sum, value, i) => sum + (value - back[i]!) ** 2, 0);
};

describe('residual binarisation', () => {
  it('takes the mean magnitude of what is left, plane by plane', () => {
    // Plane 0: mean of 4, 2, 2, 8 is 4, which leaves 0, −2 (of 2), and 4 (of 8); element 2 has one bit only.
    // Plane 1: mean of 0, 2, 4 is 2; nothing left counts as negative. Plane 2: only element 3, of which 2 is left.
    const made = planes([4, 2, -2, 8], [2, 2, 1, 3]);
    expect(made.scales).toEqual([4, 2, 2]);
    expect([...made.signs]).toEqual([0b01, 0b01, 0b0, 0b111]);
    expect([...unbinarise(made)]).toEqual([2, 2, -4, 8]);
  });

  it('of one bit each is the sign times the mean magnitude', () => {
    const values = normals(100, 1);
    const mean = values.reduce((sum, value) => sum + Math.abs(value), 0) / 100;
    const back = unbinarise(planes(values, Array<number>(100).fill(1)));
    values.forEach((value, i) => expect(back[i]).toBeCloseTo(Math.sign(value) * mean, 12));
  });

  it('calls zero negative, and an empty plane 0', () => {
    expect(planes([0, 0], [1, 3])).toEqual({
      bits: Uint8Array.of(1, 3),
      signs: Uint8Array.of(0, 0),
      scales: [0, 0, 0],
    });
    expect(planes([], [])).toEqual({ bits: new Uint8Array(), signs: new Uint8Array(), scales: [] });
  });

  it('never gets worse by a plane more, and each scale is the best for its signs', () => {
    const values = normals(200, 2);
    const errors = [1, 2, 3, 4, 5, 6, 7, 8].map((bits) => error(values, Array<number>(200).fill(bits)));
    errors.slice(1).forEach((each, k) => expect(each).toBeLessThan(errors[k]!));
    const made = planes(values, Array<number>(200).fill(1));
    for (const factor of [0.99, 1.01]) {
      const back = unbinarise({ ...made, scales: made.scales.map((scale) => scale * factor) });
      const other = values.reduce((sum, value, i) => sum + (value - back[i]!) ** 2, 0);
      expect(other).toBeGreaterThan(errors[0]!);
    }
  });

  it('tells what is wrong with a bit map or a value', () => {
    const told = (values: readonly number[], bits: readonly number[]): string | undefined =>
      binarise(Float64Array.from(values), bits).diagnostics[0]?.message;
    expect(told([1, 2], [1])).toBe('the bit map is wrong: it has 1 elements, but there are 2 values');
    expect(told([1, 2], [1, 0])).toBe('the bit map is wrong: element 1 has 0 bits');
    expect(told([1, 2], [9, 1])).toBe('the bit map is wrong: element 0 has 9 bits');
    expect(told([1, 2], [1.5, 1])).toBe('the bit map is wrong: element 0 has 1.5 bits');
    expect(told([1, NaN], [1, 1])).toBe('value 1 is NaN, but must be a finite number');
    expect(told([1, 2], [1, 8])).toBeUndefined();
  });
});

describe('the numbers of bits', () => {
  it('at 1.4 are 70, 20 and 10 %', () => expect(counts(100, 1.4)).toEqual([70, 20, 10]));

  it('leave out what no element has', () => {
    expect(counts(10, 1)).toEqual([10]);
    expect(counts(10, 3)).toEqual([0, 0, 10]);
    expect(counts(10, 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 10]);
    expect(counts(0, 1.5)).toEqual([]);
  });

  it('meet every average as nearly as whole bits can, with all elements used', () => {
    for (const length of [1, 2, 3, 7, 64, 1000])
      for (let average = 1; average <= 8; average += 0.05) {
        const made = counts(length, average);
        expect(made.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
        expect(made.reduce((sum, count) => sum + count, 0)).toBe(length);
        const total = made.reduce((sum, count, k) => sum + count * (k + 1), 0);
        expect(Math.abs(total - average * length)).toBeLessThanOrEqual(0.5 + 1e-9);
      }
  });

  it('have an average from 1 to 8', () => {
    for (const average of [0.99, 8.01, 0, -1, NaN, Infinity])
      expect(bitCounts(10, average).diagnostics[0]?.code).toBe('out-of-range');
  });
});

describe('the selection of bits', () => {
  // mean |x| is 4; distances from it: 3, 2, 0, 1, 6.
  const values = [1, -2, 4, 3, -10];

  it('ranks by the rule', () => {
    expect(counts(5, 1.6)).toEqual([2, 3]);
    expect(map(values, 1.6, 'middle_out')).toEqual([2, 2, 1, 1, 2]);
    expect(map(values, 1.6, 'top_down')).toEqual([1, 1, 2, 2, 2]);
    expect(map(values, 1.6, 'bottom_up')).toEqual([2, 2, 1, 2, 1]);
    expect(counts(5, 2)).toEqual([1, 3, 1]);
    expect(map(values, 2, 'middle_out')).toEqual([2, 2, 1, 2, 3]);
  });

  it('gives equal elements their bits in order', () => {
    for (const rule of bitSelections.filter((each) => each !== 'random'))
      expect(map([1, -1, 1, 1], 1.5, rule)).toEqual([1, 1, 2, 2]);
  });

  it('at random follows the seed, and favours nobody', () => {
    const many = normals(50, 3);
    expect(map(many, 1.5, 'random', 7)).toEqual(map(many, 1.5, 'random', 7));
    expect(map(many, 1.5, 'random', 7)).not.toEqual(map(many, 1.5, 'random', 8));
    const sums = [0, 0, 0, 0];
    for (let seed = 0; seed < 400; seed++)
      map([5, 6, 7, 8], 1.25, 'random', seed).forEach((bits, i) => (sums[i]! += bits));
    for (const sum of sums) expect(sum).toBeGreaterThan(400 + 60);
  });

  it('middle-out is the best of the four on normal numbers', () => {
    const many = normals(2000, 4);
    const errors = bitSelections.map((rule) => error(many, map(many, 1.4, rule)));
    for (const other of errors.slice(1)) expect(errors[0]).toBeLessThan(other);
  });

  it('tells of values that are no numbers', () => {
    const made = selectBits(Float64Array.of(1, Infinity), 1.5, 'middle_out');
    expect(made.diagnostics[0]?.message).toBe('value 1 is Infinity, but must be a finite number');
  });
});
