import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  calibrate,
  choose,
  exactEngine,
  floatTensor,
  forward,
  int8,
  normalisations,
  prepare,
  quantise,
  range,
  readImages,
  readOnnx,
  runQuantised,
  sampleProducts,
  type Beat,
  type DotEngine,
  type Images,
  type LayerPass,
  type Network,
  type QuantisedNetwork,
  type Workload,
} from '../../src/nn/index.js';
import { faults, floats, need, network, node, ranges, twoLayers } from './networks.js';

function workload(width: number, labels: readonly number[], ...bytes: readonly number[]): Workload {
  const images: Images = {
    count: labels.length,
    shape: [1, 1, width],
    classes: 2,
    pixels: Uint8Array.from(bytes),
    labels: Uint8Array.from(labels),
  };
  return { images, normalisation: normalisations.bytes };
}

function quantised(one: Network, reach: Record<string, number>): QuantisedNetwork {
  return need(quantise(need(prepare(one)), ranges(reach)));
}

/** The codes that the only product of a pass of one image reads. */
function codesRead({ layer, products }: LayerPass): number[] {
  return products()
    .beats(0, 0, 0)
    .flatMap(({ a }) => a)
    .slice(0, layer.depth);
}

describe('two layers followed by hand', () => {
  const small = quantised(twoLayers(), { x: 254, r: 12.7 });

  test('give the codes and numbers of the definition', () => {
    const passes: LayerPass[] = [];
    const image = floatTensor([1, 3], Float32Array.of(20, 3, 8));
    const y = need(forward(small, image, exactEngine(), { layer: (pass) => passes.push(pass) }));
    // Codes 10, 2 (1.5 to even), 4. Sums 64·10 − 127·2 + 32·4 + 16 = 530; 32·10 + 127·2 − 127·4 − 16 = 50.
    expect(codesRead(passes[0]!)).toEqual([10, 2, 4]);
    // 530 · 41283 / 2^17 = 166.9, saturated; 50 · 20641 / 2^17 = 7.87.
    expect(codesRead(passes[1]!)).toEqual([127, 8]);
    expect(passes.map(({ saturated }) => saturated)).toEqual([1, 0]);
    // Weights 127, 64 (63.5) at 2/127 and −127, 127 at 1/127, r = 12.7 and 0.8.
    expect(y.data[0]).toBeCloseTo(((127 * 127 + 64 * 8) * 0.1 * 2) / 127, 4);
    expect(y.data[1]).toBeCloseTo(((-127 * 127 + 127 * 8 + 1270) * 0.1) / 127, 4);
  });

  test('and their report', () => {
    const two = workload(3, [0, 0], 20, 3, 8, 0, 40, 0);
    const report = need(runQuantised(small, two, exactEngine(2), 1));
    expect(report).toMatchObject({ images: 2, accuracy: 0.5, accuracyFloat: 0.5, agreement: 1, macs: 20 });
    const where = { where: 'datapath', onDatapath: true, datapath: 'exact', overflows: 0, clipped: 0 };
    expect(report.layers).toMatchObject([
      { ...where, name: 'the-h', kind: 'Gemm', macs: 12, beats: 8, saturated: 2, outputs: 4 },
      { ...where, name: 'the-m', kind: 'MatMul', macs: 8, beats: 4, saturated: 0, outputs: 4 },
    ]);
    expect(report.layers[0]!.tiling).toEqual({
      ...{ depth: 3, lanes: 2, beats: 2, groups: 1, positions: 1, columns: 2 },
      order: 'group, position, column, beat',
      roundings: ['(acc + bias) · 16-bit multiplier / 2^17 to 8 bits, nearest even'],
    });
  });

  test('go through the engine, whose sums count whatever they are', () => {
    const exact = exactEngine(4);
    const off: DotEngine = {
      ...exact,
      sumBits: 8,
      open(depth, streams, own) {
        const session = exact.open(depth, streams, own);
        return { ...session, run: () => session.run().map((sum) => (sum > 100 ? sum - 256 : sum)) };
      },
    };
    const passes: LayerPass[] = [];
    const image = floatTensor([1, 3], Float32Array.of(20, 3, 8));
    need(forward(small, image, off, { layer: (pass) => passes.push(pass) }));
    // Sums 514 and 66: the first wraps to 258, of which 16 more is 274, times 41283 / 2^17; 50 is as above.
    expect(codesRead(passes[1]!)).toEqual([86, 8]);
    // Of the second layer's sums only the first is positive and beyond a hundred.
    expect(passes.map(({ overflows }) => overflows)).toEqual([1, 1]);
  });
});

test('other operators run in float between the layers, changes of shape on codes', () => {
  const w = floats([2, 2], 1, 0, 0, 1);
  const one = network(
    [2],
    [
      node('MatMul', ['x', 'w'], 'a'),
      node('Identity', ['a'], 'i'),
      node('MatMul', ['i', 'w'], 'b'),
      node('Softmax', ['b'], 's'),
      node('MatMul', ['s', 'w'], 'y'),
    ],
    { w },
  );
  const mixed = quantised(one, { x: 127, a: 127, s: 1 });
  const results = mixed.steps.map((step) =>
    step.kind === 'layer' ? step.layer.result.kind : step.kind === 'node' ? step.node.op : step.kind,
  );
  expect(results).toEqual(['codes', 'Identity', 'numbers', 'Softmax', 'numbers']);
  const y = need(forward(mixed, floatTensor([1, 2], Float32Array.of(3, 2)), exactEngine()));
  expect(y.data[0]).toBeCloseTo(Math.E / (1 + Math.E), 2);
  const report = need(runQuantised(mixed, workload(2, [0, 1], 3, 2, 9, 1), exactEngine()));
  expect(report.layers.map(({ onDatapath }) => onDatapath)).toEqual([true, false, true, false, true]);
});

test('rows of a product of higher rank are all run', () => {
  const one = network([3, 2], [node('MatMul', ['x', 'w'], 'y')], { w: floats([2, 1], 1, 2) });
  const y = need(
    forward(
      quantised(one, { x: 127 }),
      floatTensor([1, 3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)),
      exactEngine(),
    ),
  );
  expect(y.dims).toEqual([1, 3, 1]);
  [5, 11, 17].forEach((wanted, i) => expect(y.data[i]).toBeCloseTo(wanted, 1));
});

test('no images, and results that are no scores, are faults', () => {
  const small = quantised(twoLayers(), { x: 254, r: 12.7 });
  expect(faults(runQuantised(small, workload(3, []), exactEngine()))).toEqual(['nn-no-images']);
  expect(faults(sampleProducts(small, workload(3, []), exactEngine(), 1, 1))).toEqual(['nn-no-images']);
  const three = { ...workload(3, [0], 1, 2, 3) };
  const wrong = { ...three, images: { ...three.images, classes: 3 } };
  expect(faults(runQuantised(small, wrong, exactEngine()))).toEqual(['nn-result']);
});

function replayed(beats: readonly Beat[]): number {
  return beats.flatMap(({ a, w }) => a.map((x, i) => x * w[i]!)).reduce((x, y) => x + y);
}

describe('the trained perceptron', () => {
  let mlp: QuantisedNetwork;
  let test1000: Workload;
  beforeAll(async () => {
    const bytes = readFileSync(new URL('../../models/mlp.onnx', import.meta.url));
    const prepared = need(prepare(need(await readOnnx(bytes, 'mlp.onnx'))));
    const normalisation = normalisations.unit;
    const chosen = need(readImages('mnist', 'train', choose(1000, 60_000, 1)));
    const seen = need(calibrate(prepared, { images: chosen, normalisation }));
    mlp = need(quantise(prepared, seen, int8));
    test1000 = { images: need(readImages('mnist', 'test', range(0, 1000))), normalisation };
  });

  test('is as good on the first 1000 test images as it was measured to be', () => {
    const report = need(runQuantised(mlp, test1000, exactEngine()));
    expect(report.accuracyFloat).toBeGreaterThan(0.98);
    expect(Math.abs(report.accuracy - report.accuracyFloat)).toBeLessThanOrEqual(0.003);
    expect(report.agreement).toBeGreaterThan(0.995);
    expect(report.ci95[0]).toBeLessThan(report.accuracy);
    expect(report.macs).toBe(1000 * (784 * 128 + 128 * 64 + 64 * 10));
    expect(report.layers.map(({ kind, onDatapath }) => `${kind} ${onDatapath}`)).toEqual([
      'Flatten false',
      'Gemm true',
      'Gemm true',
      'Gemm true',
    ]);
  });

  test('gives the same result whatever the size of the batches', () => {
    const few = { ...test1000, images: need(readImages('mnist', 'test', range(0, 50))) };
    const without = (batch: number) => ({
      ...need(runQuantised(mlp, few, exactEngine(), batch)),
      seconds: 0,
      secondsInteger: 0,
    });
    expect(without(7)).toEqual(without(50));
  });

  test('inner products can be replayed from their beats', () => {
    const samples = need(sampleProducts(mlp, test1000, exactEngine(16), 60, 9));
    expect(samples).toHaveLength(60);
    expect(new Set(samples.map(({ layer }) => layer)).size).toBe(3);
    for (const { beats, expected, layer } of samples) {
      expect(beats.length).toBe({ dense1: 49, dense2: 8, dense3: 4 }[layer]);
      expect(beats.every(({ a, w }) => a.length === 16 && w.length === 16)).toBe(true);
      expect(replayed(beats)).toBe(expected);
    }
    expect(need(sampleProducts(mlp, test1000, exactEngine(16), 60, 9))).toEqual(samples);
    const [odd] = need(sampleProducts(mlp, test1000, exactEngine(5), 1, 9));
    expect(odd!.expected).toBe(samples[0]!.expected);
    expect(odd!.beats.every(({ a, w }) => a.length === 5 && w.length === 5)).toBe(true);
    expect(replayed(odd!.beats)).toBe(odd!.expected);
    expect(odd!.beats.at(-1)!.a.at(-1)).toBe(0);
  });
});
