import { describe, expect, test } from 'vitest';
import {
  calibrate,
  chosenRange,
  findSteps,
  int8,
  normalisations,
  prepare,
  quantise,
  type Images,
  type Network,
  type QuantisedLayer,
  type QuantiseOptions,
  type Workload,
} from '../../src/nn/index.js';
import { random } from '../../src/base/index.js';
import { observer, type Observation } from '../../src/nn/observe.js';
import { faults, float, floats, int, need, network, node, ranges, twoLayers } from './networks.js';

/** Bytes as images of `width` numbers. */
function workload(width: number, ...bytes: readonly number[]): Workload {
  const count = bytes.length / width;
  const images: Images = {
    count,
    shape: [1, 1, width],
    classes: 2,
    pixels: Uint8Array.from(bytes),
    labels: new Uint8Array(count),
  };
  return { images, normalisation: normalisations.bytes };
}

function layersOf(one: Network, reach: Record<string, number>, options: Partial<QuantiseOptions> = {}) {
  const quantised = need(quantise(need(prepare(one)), ranges(reach), { ...int8, ...options }));
  return quantised.steps.flatMap((step): QuantisedLayer[] => (step.kind === 'layer' ? [step.layer] : []));
}

const kinds = (one: Network) =>
  findSteps(need(prepare(one))).map((step) => {
    if (step.kind === 'node') return step.node.op;
    const one = step.kind === 'sum' ? step.sum : step.affine;
    return `${one.kind}${one.relu ? '+relu' : ''}`;
  });

describe('layers of inner products', () => {
  test('take in the bias and the ReLU that follow', () => {
    expect(kinds(twoLayers())).toEqual(['Gemm+relu', 'MatMul']);
    const [first, second] = findSteps(need(prepare(twoLayers())));
    expect(first).toMatchObject({ affine: { input: 'x', output: 'r', depth: 3, columns: 2 } });
    expect(second).toMatchObject({ affine: { input: 'r', output: 'y', depth: 2, columns: 2 } });
    expect(second!.kind === 'affine' && [...second!.affine.weights]).toEqual([2, 1, -1, 1]);
    expect(second!.kind === 'affine' && [...second!.affine.bias]).toEqual([0, 1]);
  });

  test('have the factors of Gemm in their weights and biases', () => {
    const attributes = { alpha: float(2), beta: float(-3) };
    const one = network([2], [node('Gemm', ['x', 'w', 'c'], 'y', attributes)], {
      w: floats([2, 1], 1, -2),
      c: floats([1], 5),
    });
    const [step] = findSteps(need(prepare(one)));
    expect(step).toMatchObject({ affine: { weights: Float32Array.of(2, -4), bias: Float64Array.of(-15) } });
  });

  const w = floats([2, 2], 1, 2, 3, 4);
  test.each<[string, Network, readonly string[]]>([
    [
      'not a ReLU beside another reader',
      network(
        [2],
        [node('MatMul', ['x', 'w'], 'h'), node('Relu', ['h'], 'r'), node('Add', ['h', 'r'], 'y')],
        { w },
      ),
      ['MatMul', 'Relu', 'Add'],
    ],
    [
      'not what leaves the network',
      {
        ...network([2], [node('MatMul', ['x', 'w'], 'h'), node('Relu', ['h'], 'y')], { w }),
        outputs: ['y', 'h'].map((name) => ({ name, type: 'float32' }) as const),
      },
      ['MatMul', 'Relu'],
    ],
    [
      'not an addition behind the ReLU',
      network(
        [2],
        [node('MatMul', ['x', 'w'], 'h'), node('Relu', ['h'], 'r'), node('Add', ['r', 'b'], 'y')],
        { w, b: floats([2], 1, 2) },
      ),
      ['MatMul+relu', 'Add'],
    ],
    [
      'not products of two values',
      network([2], [node('Gemm', ['x', 'x'], 'y', { transB: int(1) })]),
      ['Gemm'],
    ],
  ])('take in %s', (_about, one, wanted) => {
    expect(kinds(one)).toEqual(wanted);
  });
});

describe('calibration', () => {
  test('finds the largest magnitude of what layers read', () => {
    const seen = need(calibrate(need(prepare(twoLayers())), workload(3, 4, 0, 2, 0, 8, 2)));
    // Hidden sums: 4 + 1 + 0.5 = 5.5 and 1 − 2 − 0.25 < 0 for the first image; < 0 and 8 − 2 − 0.25 = 5.75.
    expect([...seen].map(([name, { least, most }]) => [name, least, most])).toEqual([
      ['x', 0, 8],
      ['r', 0, 5.75],
    ]);
  });

  test('looks through changes of shape', () => {
    const one = network([1, 2], [node('Flatten', ['x'], 'f'), node('MatMul', ['f', 'w'], 'y')], {
      w: floats([2, 1], 1, 1),
    });
    const seen = need(calibrate(need(prepare(one)), workload(2, 3, 200)));
    expect([...seen].map(([name, { most }]) => [name, most])).toEqual([['x', 200]]);
  });

  test('a percentile leaves out the largest numbers', () => {
    const bytes = Array.from({ length: 200 }, (_, i) => (i === 7 ? 250 : i % 100));
    const one = network([2], [node('MatMul', ['x', 'w'], 'y')], { w: floats([2, 1], 1, 1) });
    const seen = need(calibrate(need(prepare(one)), workload(2, ...bytes))).get('x')!;
    const range = (percent: number) =>
      chosenRange(seen, { method: 'percentile', percent }, 8, 'symmetric').most;
    expect(range(100)).toBe(250);
    expect(range(99.5)).toBeGreaterThanOrEqual(99);
    expect(range(99.5)).toBeLessThan(99 + 2 * (250 / 4096));
    expect(range(50)).toBeGreaterThanOrEqual(50);
    expect(range(50)).toBeLessThan(50 + 2 * (250 / 4096));
  });

  describe('by entropy', () => {
    const seenOf = (numbers: readonly number[]): Observation => {
      const all = observer();
      all.add(Float32Array.from(numbers));
      return all.observation();
    };
    const most = (seen: Observation, bits: number): number =>
      chosenRange(seen, { method: 'entropy' }, bits, 'symmetric').most;
    const source = random(5);
    const bell = Array.from({ length: 20000 }, () => source.normal());

    test('cuts off what is rare, the more the fewer bits there are', () => {
      const seen = seenOf([...bell, 100]);
      expect(most(seen, 4)).toBeGreaterThan(1.5);
      expect(most(seen, 4)).toBeLessThan(5);
      expect(most(seen, 5)).toBeGreaterThanOrEqual(most(seen, 4));
      expect(most(seen, 5)).toBeLessThan(10);
    });

    test('keeps all of what is equally frequent', () => {
      const seen = seenOf(Array.from({ length: 20001 }, (_, i) => i / 10000 - 1));
      expect(most(seen, 4)).toBeGreaterThan(0.97);
    });

    test('does not mind how many zeros there are', () => {
      const ramp = bell.map(Math.abs);
      const rectified = seenOf([...ramp, ...ramp.map(() => 0), ...ramp.map(() => 0)]);
      expect(most(rectified, 4)).toBeCloseTo(most(seenOf(ramp), 4), 1);
    });

    test('takes all where codes are finer than what was counted', () => {
      const seen = seenOf([...bell, 100]);
      expect(most(seen, 16)).toBe(100);
    });
  });

  test('without images, or with infinite numbers is a fault', () => {
    const prepared = need(prepare(twoLayers()));
    expect(faults(calibrate(prepared, workload(3)))).toEqual(['nn-calibration']);
    const wild = new Map(prepared.network.initialisers).set('b1', floats([2], Infinity, 0));
    const other = need(prepare({ ...prepared.network, initialisers: wild }));
    expect(faults(calibrate(other, workload(3, 1, 2, 3)))).toEqual(['nn-not-finite']);
  });
});

describe('quantisation', () => {
  test('gives the codes and scales of the definition', () => {
    const [first, second] = layersOf(twoLayers(), { x: 254, r: 12.7 });
    expect(first!.coding).toEqual({ bits: 8, signed: true, zero: 0, scale: 2 });
    expect([...first!.weightScales]).toEqual([2 / 127, 1 / 127]);
    // 1/(2/127) = 63.5 goes to the even 64; 0.5 is 31.75; 0.25·127 = 31.75.
    expect([...first!.weights]).toEqual([64, -127, 32, 32, 127, -127]);
    // 0.5 / (2 · 2/127) = 15.875; −0.25 / (2/127) = −15.875.
    expect([...first!.bias]).toEqual([16, -16]);
    const result = first!.result;
    if (result.kind !== 'codes') throw new Error('expected codes');
    expect(result.requantisation.to.scale).toBeCloseTo(0.1, 12);
    // inputScale · weightScale / scale = 4/12.7 and 2/12.7, times 2^17: 41282.52 and 20641.26.
    expect(result.requantisation).toMatchObject({
      shift: 17,
      to: { bits: 8 },
      low: 0,
      high: 127,
      multiplierBits: 16,
    });
    expect([...result.requantisation.multiplier]).toEqual([41283, 20641]);
    expect(second!.result).toEqual({ kind: 'numbers' });
  });

  test('with one weight scale for the layer', () => {
    const [first] = layersOf(twoLayers(), { x: 254, r: 12.7 }, { weightScales: 'tensor' });
    expect([...first!.weightScales]).toEqual([2 / 127, 2 / 127]);
    expect([...first!.weights]).toEqual([64, -127, 32, 16, 64, -64]);
  });

  test('with fewer and with more bits', () => {
    const [narrow] = layersOf(twoLayers(), { x: 7, r: 7 }, { weightBits: 2, activationBits: 4 });
    expect([narrow!.coding.scale, ...narrow!.weights]).toEqual([1, 0, -1, 0, 0, 1, -1]);
    const [wide] = layersOf(twoLayers(), { x: 1, r: 1 }, { weightBits: 16, activationBits: 16 });
    expect(wide!.weights).toEqual(Int16Array.of(16384, -32767, 8192, 8192, 32767, -32767));
  });

  test('of columns of zeros and of biases that outweigh their weights', () => {
    const one = network([1], [node('Gemm', ['x', 'w', 'b'], 'y')], {
      w: floats([1, 3], 1, 0, 1e-9),
      b: floats([3], 0.5, 0.5, -8),
    });
    const [layer] = layersOf(one, { x: 127 });
    expect(layer!.weightScales[1]).toBe(1 / 127);
    expect([...layer!.bias]).toEqual([64, 64, -(2 ** 30)]);
    layer!.bias.forEach((code, c) =>
      expect(code * layer!.coding.scale * layer!.weightScales[c]!).toBeCloseTo([0.5, 0.5, -8][c]!, 2),
    );
  });

  test('asks for sound options, ranges, numbers and layers', () => {
    const prepared = need(prepare(twoLayers()));
    const seen = ranges({ x: 1, r: 1 });
    const nothing = { ...int8, calibration: { method: 'percentile', percent: 0 } } as const;
    expect(faults(quantise(prepared, seen, nothing))).toEqual(['nn-calibration']);
    const wrong = { ...int8, weightBits: 1, activationBits: 17, multiplierBits: 32 };
    expect(faults(quantise(prepared, seen, wrong))).toEqual(['nn-bits', 'nn-bits', 'nn-bits']);
    expect(faults(quantise(prepared, ranges({ x: 1 })))).toEqual(['nn-range']);
    expect(faults(quantise(prepared, ranges({ x: 1e30, r: 1e-30 })))).toEqual(['nn-scale']);
    const wild = new Map(prepared.network.initialisers).set('w2', floats([2, 2], NaN, 0, 0, 0));
    const other = need(prepare({ ...prepared.network, initialisers: wild }));
    expect(faults(quantise(other, seen))).toEqual(['nn-not-finite']);
    const none = need(prepare(network([2], [node('Relu', ['x'], 'y')])));
    expect(faults(quantise(none, new Map()))).toEqual(['nn-no-layers']);
  });
});
