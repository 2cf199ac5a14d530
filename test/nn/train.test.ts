import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  crossEntropy,
  dense,
  evaluate,
  exportNetwork,
  fit,
  floatTensor,
  largestOfRows,
  normalisations,
  perceptron,
  prepare,
  readImages,
  range,
  relu,
  type Images,
  type TrainedLayer,
} from '../../src/nn/index.js';
import { augmented } from '../../src/nn/train/augment.js';
import { need } from './networks.js';

function run(layers: readonly TrainedLayer[], x: Float32Array, rows: number): Float32Array {
  return layers.reduce((values, layer) => layer.forward(values, rows), x);
}

test('gradients are the slopes of the loss', () => {
  const source = random(2);
  const layers = [dense('a', 5, 6, source), relu('b'), dense('c', 6, 3, source)];
  const x = Float32Array.from({ length: 20 }, () => source.normal());
  const labels = Uint8Array.of(0, 2, 1, 2);
  const loss = () => crossEntropy(run(layers, x, 4), labels, 3, 0.1).loss;

  let slope: Float32Array = crossEntropy(run(layers, x, 4), labels, 3, 0.1).gradient;
  for (const layer of layers.toReversed()) slope = layer.backward(slope, 4, true)!;
  const known = layers
    .flatMap(({ parameters }) => parameters)
    .map(({ value, gradient }) => ({ value, gradient }));
  for (const { value, gradient } of [...known, { value: x, gradient: slope }]) {
    const expected = gradient.slice();
    for (let i = 0; i < value.length; i++) {
      const before = value[i]!;
      // Small enough that no ReLU switches within it.
      const step = 2 ** -11;
      value[i] = before + step;
      const above = loss();
      value[i] = before - step;
      const below = loss();
      value[i] = before;
      expect(Math.abs((above - below) / (2 * step) - expected[i]!)).toBeLessThan(5e-4);
    }
  }
});

test('cross-entropy of equal scores is the logarithm of the number of classes', () => {
  const { loss, gradient } = crossEntropy(new Float32Array(4), Uint8Array.of(3), 4);
  expect(loss).toBeCloseTo(Math.log(4), 6);
  expect([...gradient]).toEqual([0.25, 0.25, 0.25, -0.75]);
});

const still = { shift: 0, rotateDegrees: 0, stretch: 0 };
const options = {
  normalisation: normalisations.unit,
  augmentation: still,
  epochs: 6,
  batch: 50,
  rate: 0.004,
  labelSmoothing: 0,
  seed: 4,
};

function trained(images: Images, seed: number): TrainedLayer[] {
  const layers = perceptron(784, [16, 10], seed);
  fit(layers, images, { ...options, augmentation: { shift: 1, rotateDegrees: 5, stretch: 0.05 } });
  return layers;
}

test('training learns, depends on its seed alone, and is exported as it is', () => {
  const images = need(readImages('mnist', 'train', range(0, 600)));
  const layers = trained(images, 7);
  const again = trained(images, 7);
  expect(layers.map(({ parameters }) => parameters.map(({ value }) => value))).toEqual(
    again.map(({ parameters }) => parameters.map(({ value }) => value)),
  );
  const exported = exportNetwork('small', layers, images.shape, images.classes, new Map());
  const test = need(readImages('mnist', 'test', range(0, 500)));
  const x = Float32Array.from(test.pixels, (byte) => byte / 255);
  const scores = need(evaluate(need(prepare(exported)), floatTensor([500, 1, 28, 28], x))).get(
    'scores',
  )!.data;
  // Gemm rounds the sum and its bias once, the layer in training twice.
  run(layers, x, 500).forEach((score, i) => expect(scores[i]).toBeCloseTo(score, 4));
  const right = largestOfRows(scores as Float32Array, 500).filter((got, i) => got === test.labels[i]).length;
  expect(right).toBeGreaterThan(330);
});

test('augmentation moves an image by what is drawn, and leaves it where all limits are 0', () => {
  const pixels = Uint8Array.from({ length: 784 }, (_, i) => i % 251);
  const images: Images = { count: 1, shape: [1, 28, 28], classes: 10, pixels, labels: Uint8Array.of(0) };
  const out = new Float32Array(784);
  augmented(images, 0, still, random(1), out, 0);
  expect([...out]).toEqual([...pixels]);
  augmented(images, 0, { ...still, shift: 2 }, random(1), out, 0);
  expect([...out]).not.toEqual([...pixels]);
  // A spot that moves keeps its light as long as it stays inside.
  const spot = { ...images, pixels: new Uint8Array(784).fill(200, 14 * 28 + 13, 14 * 28 + 14) };
  augmented(spot, 0, { ...still, shift: 2 }, random(3), out, 0);
  expect(out.reduce((a, b) => a + b)).toBeCloseTo(200, 3);
});
