import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import type { Arguments } from '../../src/builder/index.js';
import { binarise, int, selectBits, uint, unbinarise, type Fixed } from '../../src/format/index.js';
import { heteroDot, heteroMac, heteroMacLoaded, parametersOf, type Operator } from '../../src/ops/index.js';
import { encode, layerOf, planesOf, run, sign } from './hetero-run.js';

describe('hetero_dot', () => {
  const source = random(5);
  const formats: readonly [Fixed, number, number][] = [
    [uint(1), 0, 1],
    [uint(3), 0, 7],
    [int(1), -1, 0],
    [int(8), -128, 127],
  ];

  it.each(formats)('has room for the least and the greatest sum of every plane: %o', (a, least, most) => {
    const layer = layerOf(3 * 21, 3, 3, source);
    const rows = Array.from({ length: 9 }, (_, row) => row);
    // For every sum the activations that make it greatest, then those that make it least.
    const extremes = rows.flatMap((row) => {
      const signs = Array.from({ length: 21 }, (_, i) => sign(layer, Math.floor(row / 3) * 21 + i, row % 3));
      return [signs.map((s) => (s > 0 ? most : least)), signs.map((s) => (s > 0 ? least : most))];
    });
    const inputs = extremes.map((activations) => [activations.map((one) => encode(one, a))]);
    const [scaled, plain] = [[11, 5, 2], []].map((scale) =>
      run(heteroDot, { ...layer, a, scale }, inputs).map(([sums]) => sums!.map(Number)),
    );
    extremes.forEach((activations, k) => {
      const due = planesOf(layer, activations);
      expect(plain![k]).toEqual(due);
      const total = (output: number): number =>
        11 * due[3 * output]! + 5 * due[3 * output + 1]! + 2 * due[3 * output + 2]!;
      expect(scaled![k]).toEqual([total(0), total(1), total(2)]);
    });
  });

  it('reads bits as −1 and +1 in their places where it is bipolar', () => {
    const layer = { bits: [1, 2], signs: [1, 1], outputs: 1 };
    const numbers = [-7, -5, -3, -1, 1, 3, 5, 7];
    const all = Array.from({ length: 64 }, (_, k): [number, number] => [k % 8, k >> 3]);
    const found = run(
      heteroDot,
      { ...layer, a: uint(3), bipolar: true },
      all.map((pair) => [pair.map(BigInt)]),
    );
    all.forEach(([x, y], k) =>
      expect(found[k]![0]!.map(Number)).toEqual([numbers[x]! + numbers[y]!, -numbers[y]!]),
    );
  });

  it('gives with the scales of a binarisation the inner product with its numbers', () => {
    const values = Float64Array.from({ length: 120 }, () => source.normal());
    const map = selectBits(values, 1.4, 'middle_out');
    const made = map.ok ? binarise(values, map.value) : map;
    if (!made.ok) throw new Error(made.diagnostics[0]!.message);
    const { bits, signs, scales } = made.value;
    const weights = unbinarise(made.value);
    const activations = Array.from({ length: 40 }, () => source.below(16));
    const found = run(heteroDot, { bits: [...bits], signs: [...signs], outputs: 3, a: uint(4) }, [
      [activations.map(BigInt)],
    ]);
    const planes = found[0]![0]!.map(Number);
    for (let output = 0; output < 3; output++) {
      const own = scales.reduce((sum, scale, b) => sum + scale * planes[3 * output + b]!, 0);
      const due = activations.reduce((sum, a, i) => sum + a * weights[40 * output + i]!, 0);
      expect(own).toBeCloseTo(due, 9);
    }
  });
});

describe('weights that do not agree', () => {
  const told = (operator: Operator, given: Arguments): string[] =>
    parametersOf(operator, [], given).diagnostics.map(({ message }) => message);

  it.each([
    [
      { bits: [1, 2, 1], signs: [0, 0, 0], outputs: 2 },
      '`bits` has 3 elements, which 2 outputs cannot share',
    ],
    [{ bits: [1, 2], signs: [0] }, '`bits` has 2 elements, but `signs` has 1'],
    [{ bits: [1, 2], signs: [0, 4] }, 'element 1 of `signs` is 4, but its weight has 2 bits'],
    [{ bits: [1, 2], signs: [0, 0], scale: [1] }, '`scale` has 1 elements for 2 planes'],
    [{ bits: [0], signs: [0] }, 'element 0 of parameter `bits` is 0, but must be from 1 to 8'],
    [{ bits: [9], signs: [0] }, 'element 0 of parameter `bits` is 9, but must be from 1 to 8'],
    [{ bits: [], signs: [] }, 'the length of parameter `bits` is 0'],
    [{ bits: [1], signs: [0], a: int(2), bipolar: true }, 'bipolar activations are bits of `uint`'],
    [{ bits: [1], signs: [0], a: { ...int(4), fraction: 2 } }, '`a` of `hetero_'],
  ])('are told: %o', (given, message) => {
    for (const operator of [heteroDot, heteroMac]) expect(told(operator, given).join()).toContain(message);
  });

  it('are told all at once', () => {
    expect(told(heteroDot, { bits: [1, 2, 1], signs: [4], outputs: 2, scale: [1] })).toHaveLength(4);
  });

  it('have a scale for each output only where every output can have one', () => {
    const given = { bits: [1, 2], signs: [0, 0], outputs: 2, scale: [1, 2, 3, 4] };
    expect(told(heteroDot, given)).toEqual([]);
    expect(told(heteroMac, given)).toEqual(['`scale` has 4 elements for 2 planes']);
    expect(told(heteroMacLoaded, { planes: 2, scale: [1] })).toEqual(['`scale` has 1 elements for 2 planes']);
  });
});
