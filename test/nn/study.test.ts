import { describe, expect, test } from 'vitest';
import {
  exactEngine,
  floatTensor,
  halfExponent,
  int8,
  normalisations,
  prepare,
  quantise,
  studyLayers,
  type Images,
  type QuantiseOptions,
} from '../../src/nn/index.js';
import { need, network, node, ranges, twoLayers } from './networks.js';

const images = (width: number, ...bytes: number[]): Images => ({
  count: bytes.length / width,
  shape: [1, 1, width],
  classes: 2,
  pixels: Uint8Array.from(bytes),
  labels: new Uint8Array(bytes.length / width),
});

describe('the study of a layer', () => {
  const two = { images: images(3, 20, 3, 8, 0, 40, 0), normalisation: normalisations.bytes };

  test('counts the bits of its sums', () => {
    const quantised = need(quantise(need(prepare(twoLayers())), ranges({ x: 254, r: 12.7 })));
    const [first, second] = need(studyLayers(quantised, two, exactEngine(2), 2, 1));
    // Codes 10, 2, 4 and 0, 20, 0: sums 514, 66 and −127 · 20 = −2540, 127 · 20 = 2540.
    expect(first!.accumulatorBits).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 2]);
    expect(first!.name).toBe('the-h');
    expect(second!.accumulatorBits.reduce((a, b) => a + b)).toBe(4);
  });

  test('measures the noise against float', () => {
    const decibels = (options: Partial<QuantiseOptions>): number => {
      const prepared = need(prepare(twoLayers()));
      const quantised = need(quantise(prepared, ranges({ x: 64, r: 64 }), { ...int8, ...options }));
      return need(studyLayers(quantised, two, exactEngine(2), 2, 1))[1]!.snrDb!;
    };
    const [four, eight, sixteen] = [4, 8, 16].map((bits) =>
      decibels({ weightBits: bits, activationBits: bits }),
    );
    expect(eight! - four!).toBeGreaterThan(10);
    expect(sixteen! - eight!).toBeGreaterThan(15);
  });

  test('tells how far exponents lie apart, and what that costs a narrow adder tree', () => {
    const w = floatTensor([4, 1], Float32Array.of(1, 2 ** -3, 2 ** -7, 0));
    const one = need(prepare(network([4], [node('MatMul', ['x', 'w'], 'y')], { w })));
    const quantised = need(quantise(one, ranges({ x: 255 })));
    const same = { images: images(4, 64, 64, 64, 64), normalisation: normalisations.bytes };
    const [{ exponents }] = need(studyLayers(quantised, same, exactEngine(4), 1, 1)) as [never];
    const { products, beats, differences, cycles } = exponents as {
      products: number;
      beats: number;
      differences: number[];
      cycles: object[];
    };
    expect(beats).toBe(products);
    expect(differences.flatMap((count, s) => (count > 0 ? [[s, count / products]] : []))).toEqual([
      [0, 1],
      [3, 1],
      [7, 1],
    ]);
    // floor(7 / 3) + 1, floor(7 / 5) + 1, floor(7 / 7) + 1, then 1.
    expect(cycles).toEqual([
      { tree: 12, mean: 3 },
      { tree: 14, mean: 2 },
      { tree: 16, mean: 2 },
      ...[20, 24, 28].map((tree) => ({ tree, mean: 1 })),
    ]);
  });
});

test.each([
  [1, 0],
  [0.5, -1],
  [2 ** -14, -14],
  [2 ** -24, -14],
  [2 ** -26, -Infinity],
  [2 - 2 ** -12, 1],
  [-3, 1],
  [0, -Infinity],
  [1e9, 15],
])('the exponent of %d in FP16 is %d', (x, exponent) => {
  expect(halfExponent(x)).toBe(exponent);
});
