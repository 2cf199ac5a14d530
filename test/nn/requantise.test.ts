import { describe, expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  codeBounds,
  fixedPoint,
  fromCodes,
  requantise,
  roundHalfEven,
  saturate,
  scaled,
  toCodes,
  type Requantisation,
} from '../../src/nn/index.js';

/** roundHalfEven(sum · multiplier / 2^shift) from the definition, in whole numbers of any size. */
function exactly(sum: number, multiplier: number, shift: number): number {
  const product = BigInt(sum) * BigInt(multiplier);
  const unit = 1n << BigInt(shift);
  const low = product >= 0n || product % unit === 0n ? product / unit : product / unit - 1n;
  const twice = 2n * (product - low * unit);
  const up = twice > unit || (twice === unit && low % 2n !== 0n);
  return Number(up ? low + 1n : low);
}

test.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, 0],
  [-1.5, -2],
  [-2.5, -2],
  [0.5 + 2 ** -53, 1],
  [0.5 - 2 ** -54, 0],
  [-0.5 + 2 ** -54, 0],
  [-0.5 - 2 ** -53, -1],
  [126.49999, 126],
  [2 ** 52 + 1, 2 ** 52 + 1],
])('%d is rounded to %d', (x, rounded) => {
  expect(roundHalfEven(x) + 0).toBe(rounded);
});

test('saturation ends at −2^(bits−1) and 2^(bits−1) − 1', () => {
  expect([127, 128, -128, -129].map((x) => saturate(x, 8))).toEqual([127, 127, -128, -128]);
});

test('codes are rounded to nearest even and saturated, and come back as multiples of the scale', () => {
  const codes = toCodes(Float32Array.of(0.25, 0.75, -0.25, 0.5, 63.4, 64, -64.5), 0.5, 8);
  expect([...codes]).toEqual([0, 2, 0, 1, 127, 127, -128]);
  expect([...fromCodes(codes, 0.5)]).toEqual([0, 1, 0, 0.5, 63.5, 63.5, -64]);
});

describe('scaling', () => {
  test.each([1, 3, 2 ** 15 + 1, 2 ** 16 - 1, 2 ** 31 - 1])(
    'at ties and one unit to each side, multiplier %i',
    (multiplier) => {
      for (const shift of [1, 2, 15, 24, 31, 46]) {
        for (const quotient of [-129, -128, -3, -2, -1, 0, 1, 2, 127, 128]) {
          const tie = Math.round(((quotient + 0.5) * 2 ** shift) / multiplier);
          for (const sum of [tie - 1, tie, tie + 1]) {
            expect(scaled(sum, multiplier, shift) + 0).toBe(exactly(sum, multiplier, shift));
          }
        }
      }
    },
  );

  test('exact ties go to the even number', () => {
    expect([3, 5, 7, -3, -5, -7].map((sum) => scaled(sum, 1, 1))).toEqual([2, 2, 4, -2, -2, -4]);
    expect([3, 5, -3, -5].map((sum) => scaled(sum * 2 ** 30, 2 ** 30, 61))).toEqual([2, 2, -2, -2]);
  });

  test('is the definition for random words, where doubles would not do as well', () => {
    const source = random(11);
    for (let i = 0; i < 3000; i++) {
      const sum = source.uint32() - 2 ** 31;
      const multiplier = source.below(2 ** (8 + source.below(24)));
      const shift = source.below(64);
      expect(scaled(sum, multiplier, shift) + 0).toBe(exactly(sum, multiplier, shift));
    }
  });
});

/** Rows of two columns, requantised column by column. */
function byColumns(sums: Int32Array | Float64Array, by: Requantisation) {
  const columns = by.multiplier.length;
  const rows = sums.length / columns;
  const codes = new Int8Array(sums.length);
  let saturated = 0;
  for (let column = 0; column < columns; column++) {
    const own = sums.filter((_, i) => i % columns === column);
    saturated += requantise(own, rows, by, column, codes, column * rows);
  }
  return {
    codes: Array.from(codes, (_, i) => codes[(i % columns) * rows + Math.floor(i / columns)]!),
    saturated,
  };
}

describe('requantisation', () => {
  const to = { bits: 8, signed: true, zero: 0, scale: 1 };
  const by: Requantisation = {
    bias: Int32Array.of(0, 100),
    multiplier: Uint32Array.of(2 ** 15, 2 ** 14),
    multiplierBits: 16,
    shift: 16,
    to,
    ...codeBounds(to, false, Infinity),
  };

  test('adds the bias and scales by column, and counts what it saturates', () => {
    const { codes, saturated } = byColumns(Int32Array.of(3, 4, 255, -1000, -300, 2), by);
    expect(codes).toEqual([2, 26, 127, -128, -128, 26]);
    expect(saturated).toBe(3);
  });

  test('ReLU clears negative codes, and these are not counted as saturated', () => {
    const relu = { ...by, ...codeBounds(to, true, Infinity) };
    const { codes, saturated } = byColumns(Int32Array.of(-3, 4, -1000, -1000, 300, 2), relu);
    expect(codes).toEqual([0, 26, 0, 0, 127, 26]);
    expect(saturated).toBe(1);
  });

  test('a bound from above cuts codes off without saturating them', () => {
    const clipped = { ...by, ...codeBounds({ ...to, scale: 0.5 }, true, 6) };
    const { codes, saturated } = byColumns(Int32Array.of(-3, 4, 22, 1000, 300, 2), clipped);
    expect(codes).toEqual([0, 12, 11, 12, 12, 12]);
    expect(saturated).toBe(0);
  });

  test('a zero that is not code 0 is added behind the rounding, and ReLU ends there', () => {
    const moved = { ...to, zero: -100 };
    const shifted = { ...by, to: moved, ...codeBounds(moved, true, Infinity) };
    const { codes, saturated } = byColumns(Int32Array.of(3, -500, 255, 1000, 1000, 2), shifted);
    expect(codes).toEqual([-98, -100, 28, 127, 127, -74]);
    expect(saturated).toBe(2);
  });

  test.each([16, 31])('whole columns are what the definition gives, multipliers of %i bits', (bits) => {
    const source = random(bits);
    const multiplier = Uint32Array.of(2 ** (bits - 1) + source.below(2 ** (bits - 1)));
    const sums = Int32Array.from({ length: 500 }, () => source.below(2 ** 24) - 2 ** 23);
    const one = { ...by, bias: Int32Array.of(-77), multiplier, multiplierBits: bits, shift: bits + 15 };
    const codes = new Int8Array(500);
    requantise(sums, 500, one, 0, codes, 0);
    expect(Array.from(codes)).toEqual(
      Array.from(sums, (sum) => saturate(exactly(sum - 77, multiplier[0]!, bits + 15), 8)),
    );
  });

  test('sums wider than 32 bits stay exact', () => {
    const wide = { ...by, multiplier: Uint32Array.of(1, 1), shift: 33 };
    expect(byColumns(Float64Array.of(2 ** 34 + 2 ** 32, 2 ** 40), wide).codes).toEqual([2, 127]);
  });
});

describe('multipliers', () => {
  test.each([8, 15, 16, 31])('of %i bits use their top bit and err by half a unit at most', (bits) => {
    const ratios = Float64Array.of(0.0123, 0.004, 0.0007);
    const { multiplier, shift } = fixedPoint(ratios, bits)!;
    expect(multiplier[0]).toBeGreaterThanOrEqual(2 ** (bits - 1));
    expect(multiplier[0]).toBeLessThan(2 ** bits);
    ratios.forEach((ratio, i) =>
      expect(Math.abs(multiplier[i]! / 2 ** shift - ratio)).toBeLessThanOrEqual(0.5 / 2 ** shift),
    );
  });

  test('a ratio just below a power of two does not need one bit too many', () => {
    const { multiplier, shift } = fixedPoint(Float64Array.of(0.5 - 2 ** -40), 16)!;
    expect([multiplier[0], shift]).toEqual([2 ** 15, 16]);
  });

  test('there are none for ratios beyond all shifts', () => {
    expect(fixedPoint(Float64Array.of(2 ** 40), 16)).toBeUndefined();
    expect(fixedPoint(Float64Array.of(2 ** -60), 16)).toBeUndefined();
  });
});
