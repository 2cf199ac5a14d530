import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  codeValues,
  encodeWeights,
  evaluate,
  fillSample,
  floatTensor,
  largestOfRows,
  ladder,
  parseRecipe,
  plan,
  prepare,
  range,
  readImages,
  readSamples,
  readOnnx,
  storedWeights,
  faultyWeights,
  train,
  writeOnnx,
  type FitState,
  type Images,
  type Network,
  type Plan,
  type Recipe,
} from '../../src/nn/index.js';
import { packageFolder } from '../../src/nn/data/package.js';
import { faults, need } from './networks.js';

const still = { shift: 0, rotateDegrees: 0, stretch: 0 };

const base: Recipe = {
  schema: 1,
  name: 'small',
  data: 'mnist',
  normalisation: 'unit',
  layers: [
    { kind: 'conv', channels: 4, kernel: 5, stride: 2 },
    { kind: 'batchnorm' },
    { kind: 'relu' },
    { kind: 'maxpool', size: 2 },
    { kind: 'flatten' },
    { kind: 'dense', outputs: 10 },
  ],
  augmentation: { shift: 1, rotateDegrees: 5, stretch: 0.05 },
  epochs: 3,
  batch: 20,
  shard: 10,
  optimiser: { kind: 'adam' },
  rate: 0.01,
  seed: 7,
};

/** A plan with the first of the training images only. */
function small(recipe: Recipe, count = 400): Plan {
  const planned = need(plan(recipe));
  if (planned.samples.kind !== 'images') throw new Error('no images');
  return {
    ...planned,
    samples: { ...planned.samples, images: need(readImages('mnist', 'train', range(0, count))) },
  };
}

async function trained(recipe: Recipe, from?: FitState, epochs = recipe.epochs) {
  return need(
    await train(small(recipe), {
      threads: 1,
      ...(from && { from }),
      kept: (state) => Promise.resolve(state.epochs.length < epochs),
    }),
  );
}

async function scoresOf(network: Network, images: Images): Promise<Float32Array> {
  const read = need(await readOnnx(await writeOnnx(network), 'small.onnx'));
  const x = Float32Array.from(images.pixels, (byte) => byte / 255);
  const values = need(evaluate(need(prepare(read)), floatTensor([images.count, 1, 28, 28], x)));
  return values.get('scores')!.data as Float32Array;
}

test('training learns, goes on where it stopped, and is exported with its batch normalisation folded', async () => {
  const whole = await trained(base);
  const half = await trained(base, undefined, 1);
  expect(half.finished).toBe(false);
  const rest = await trained(base, structuredClone(half.state));
  expect(rest.state).toEqual(whole.state);
  expect(whole.finished).toBe(true);
  expect(whole.measured.accuracy).toBeGreaterThan(0.6);
  expect(whole.state.epochs[2]!.loss).toBeLessThan(whole.state.epochs[0]!.loss);
  expect(whole.network.nodes.map(({ op }) => op)).not.toContain('BatchNormalization');

  const test = need(readImages('mnist', 'test'));
  const scores = await scoresOf(whole.network, test);
  const right = largestOfRows(scores, test.count).filter((got, i) => got === test.labels[i]).length;
  expect(Math.abs(right / test.count - whole.measured.accuracy)).toBeLessThan(3e-4);
});

test('another seed gives other weights', async () => {
  const [one, other] = [await trained(base, undefined, 1), await trained({ ...base, seed: 8 }, undefined, 1)];
  expect(one.state.weights).not.toEqual(other.state.weights);
});

test('weights stay within their bound, and with bit errors training still learns', async () => {
  const robust: Recipe = {
    ...base,
    layers: base.layers.filter(({ kind }) => kind !== 'batchnorm'),
    stored: { scheme: 'rquant', bits: 8 },
    clip: 0.25,
    bitErrors: { rate: 0.02, belowLoss: 2 },
  };
  const { state, measured } = await trained(robust);
  expect(state.errors).toBe(true);
  const clip = Math.fround(0.25);
  expect(Math.max(...state.weights.map(Math.abs))).toBe(clip);
  expect(measured.stored!.accuracy).toBeGreaterThan(0.6);
  const without = await trained({ ...robust, bitErrors: { rate: 0.02, belowLoss: 0.001 } });
  expect(without.state.errors).toBe(false);
  expect(without.state.weights).not.toEqual(state.weights);
});

test('stored weights are the decoded codes, and faulty ones differ in as many bits as the rate says', () => {
  const planned = need(plan({ ...base, layers: base.layers.filter(({ kind }) => kind !== 'batchnorm') }));
  const { weights } = planned.start;
  const tensors = planned.spans.map(({ from, to }) => weights.subarray(from, to));
  const stored = { scheme: 'rquant', bits: 8 } as const;
  const read = storedWeights(weights, planned.spans, stored);
  const faulty = faultyWeights(weights, planned.spans, stored, 0.05, 3);
  let [flipped, bits] = [0, 0];
  encodeWeights(tensors, ladder.rquant, 8).forEach((tensor, t) => {
    const values = codeValues(tensor);
    const { from } = planned.spans[t]!;
    tensor.codes.forEach((code, i) => {
      expect(read[from + i]).toBe(values[code]);
      if (tensor.low === tensor.high || [0, 1, 254, 255].includes(code)) return;
      bits += 8;
      const found = values.indexOf(faulty[from + i]!);
      for (let rest = found ^ code; rest > 0; rest >>= 1) flipped += rest & 1;
    });
  });
  // Codes that are clamped to the same weight make the count a little uncertain.
  expect(bits).toBeGreaterThan(10_000);
  expect(flipped / bits).toBeGreaterThan(0.04);
  expect(flipped / bits).toBeLessThan(0.06);
  expect(faultyWeights(weights, planned.spans, stored, 0.05, 3)).toEqual(faulty);
  expect(faultyWeights(weights, planned.spans, stored, 0.05, 4)).not.toEqual(faulty);
  expect(faultyWeights(weights, planned.spans, stored, 0, 4)).toEqual(read);
});

test('heterogeneous weights have few values, offsets stay', () => {
  const planned = need(plan(base));
  const weights = planned.start.weights.map((w, i) => w + 0.01 * Math.sin(i));
  const stored = { scheme: 'heterogeneous', averageBits: 1.4, selection: 'middle_out' } as const;
  const read = storedWeights(weights, planned.spans, stored);
  for (const { parameter, from, to } of planned.spans) {
    if (parameter.kind === 'weight') expect(new Set(read.subarray(from, to)).size).toBeLessThanOrEqual(14);
    else expect(read.subarray(from, to)).toEqual(weights.subarray(from, to));
  }
});

test('homogeneous weights are sums of as many signs as there are planes', () => {
  const planned = need(plan(base));
  const weights = planned.start.weights.map((w, i) => w + 0.01 * Math.sin(i));
  const read = storedWeights(weights, planned.spans, { scheme: 'homogeneous', planes: 2 });
  for (const { parameter, from, to } of planned.spans) {
    const values = new Set(read.subarray(from, to).map(Math.abs));
    if (parameter.kind === 'weight') expect(values.size).toBe(2);
    else expect(read.subarray(from, to)).toEqual(weights.subarray(from, to));
  }
  const stored = { scheme: 'homogeneous', planes: 0 };
  expect(faults(parseRecipe({ ...base, stored }))).toHaveLength(1);
});

test('a recipe is checked field by field', () => {
  const { rate: _, ...without } = base;
  const wrong = {
    ...without,
    epoch: 3,
    shard: 7,
    layers: [
      { kind: 'conv', channels: 0, kernel: 3 },
      { kind: 'convolution' },
      { kind: 'residual', body: [] },
    ],
    optimiser: { kind: 'sgd' },
    stored: { scheme: 'rquant', bits: 1 },
    augmentation: 3,
  };
  const messages = parseRecipe(wrong).diagnostics.map(({ message }) => message);
  expect(messages).toEqual([
    'the recipe has no field `epoch`',
    'the recipe.layers[0].channels must be a whole number from 1 to 65536, and is 0',
    'the recipe.layers[1].kind cannot be "convolution"',
    'the recipe.layers[2].body must be a list with something in it, and is []',
    'the recipe.augmentation must be an object, as { … }',
    'the recipe.optimiser must say `momentum`',
    'the recipe must say `rate`',
    'the recipe.stored.bits must be a whole number from 2 to 16, and is 1',
  ]);
  expect(faults(parseRecipe({ ...base, shard: 7 }))).toEqual(['recipe-value']);
  expect(faults(parseRecipe({ ...base, bitErrors: { rate: 0.1, belowLoss: 1 } }))).toEqual(['recipe-value']);
  expect(faults(parseRecipe([]))).toEqual(['recipe-shape']);
  expect(need(parseRecipe(base))).toEqual(base);
});

test('layers that do not fit each other or the data are told before anything is read', () => {
  const withLayers = (...layers: Recipe['layers']) =>
    plan({ ...base, layers }).diagnostics.map(({ message }) => message);
  expect(withLayers({ kind: 'dense', outputs: 10 })).toEqual([
    'layers[0] takes what `flatten` or a pool gives, and gets [1, 28, 28]',
  ]);
  expect(withLayers({ kind: 'conv', channels: 2, kernel: 29 })).toEqual([
    'layers[0] takes images of at least 29 × 29, and gets [1, 28, 28]',
  ]);
  expect(withLayers({ kind: 'flatten' }, { kind: 'maxpool', size: 2 })[0]).toContain(
    'layers[1] takes images',
  );
  expect(withLayers({ kind: 'residual', body: [{ kind: 'conv', channels: 2, kernel: 3 }] })).toEqual([
    'layers[0] adds [2, 26, 26] of its body to [1, 28, 28] of its shortcut',
  ]);
  expect(withLayers({ kind: 'globalpool' })).toEqual(['the last layer gives [1], and there are 10 classes']);
  expect(faults(plan({ ...base, data: 'emnist' }))).toEqual(['nn-data-unknown']);
});

test('a rate that is too high is told, and not trained to the end', async () => {
  const dense = [16, 16, 10].map((outputs) => ({ kind: 'dense', outputs }) as const);
  const layers = [{ kind: 'flatten' } as const, ...dense];
  const wild: Recipe = { ...base, rate: 1000, optimiser: { kind: 'sgd', momentum: 0.9 }, layers };
  expect(faults(await train(small(wild), { threads: 1 }))).toEqual(['train-diverged']);
});

test('augmentation moves an image by what is drawn, and leaves it where all limits are 0', () => {
  const images = (pixels: Uint8Array): Images => ({
    count: 1,
    shape: [1, 28, 28],
    classes: 10,
    pixels,
    labels: Uint8Array.of(0),
  });
  const moved = (pixels: Uint8Array, augmentation: typeof still, seed: number): Float32Array => {
    const out = new Float32Array(784);
    const samples = {
      kind: 'images',
      images: images(pixels),
      normalisation: { scale: 1, shift: 0 },
    } as const;
    fillSample({ ...samples, augmentation }, 0, random(seed), out, 0);
    return out;
  };
  const slope = Uint8Array.from({ length: 784 }, (_, i) => i % 251);
  expect([...moved(slope, still, 1)]).toEqual([...slope]);
  expect([...moved(slope, { ...still, shift: 2 }, 1)]).not.toEqual([...slope]);
  // A spot that moves keeps its light as long as it stays inside.
  const spot = new Uint8Array(784).fill(200, 14 * 28 + 13, 14 * 28 + 14);
  expect(moved(spot, { ...still, shift: 2 }, 3).reduce((a, b) => a + b)).toBeCloseTo(200, 3);
});

test.skipIf(!packageFolder('vega-datasets'))(
  'reports of bird strikes become rows of numbers and table entries',
  () => {
    const recipe = { ...base, data: 'birdstrikes' };
    const [training, tests] = (['train', 'test'] as const).map((split) => need(readSamples(recipe, split)));
    if (training?.kind !== 'rows' || tests?.kind !== 'rows') throw new Error('no rows');
    expect([training.labels.length, tests.labels.length, training.classes]).toEqual([8000, 2000, 16]);
    const most = [1.2, 4, 63, 127, 7, 3, 7];
    const column = (at: number): number[] => [...training.values].filter((_, i) => i % 7 === at);
    most.forEach((bound, at) => {
      expect(Math.max(...column(at))).toBeLessThanOrEqual(bound);
      if (at > 1) expect(column(at).every((entry) => Number.isInteger(entry) && entry >= 0)).toBe(true);
    });
    expect(Math.max(...training.labels)).toBe(15);
  },
);

test('made clicks name entries by Zipf’s law, and the same ones every time', () => {
  const recipe = { ...base, data: 'clicks' };
  const [training, tests] = (['train', 'test'] as const).map((split) => need(readSamples(recipe, split)));
  if (training?.kind !== 'rows' || tests?.kind !== 'rows') throw new Error('no rows');
  expect([training.labels.length, tests.labels.length, training.classes]).toEqual([40_000, 10_000, 2]);
  [5000, 2000, 500, 100, 20].forEach((entries, t) => {
    const seen = new Float64Array(entries);
    for (let at = 4 + t; at < training.values.length; at += 9) seen[training.values[at]!]!++;
    const weights = Array.from({ length: entries }, (_, k) => (k + 1) ** -1.05);
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    for (const k of [0, 1, 4, 15]) {
      const due = (40_000 * weights[k]!) / whole;
      expect(Math.abs(seen[k]! - due)).toBeLessThan(4 * Math.sqrt(due));
    }
  });
  const again = need(readSamples(recipe, 'test'));
  expect(again.kind === 'rows' && [...again.values.subarray(0, 90)]).toEqual([
    ...tests.values.subarray(0, 90),
  ]);
});
