import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  buildLayers,
  crossEntropy,
  evaluate,
  exportModel,
  fastSpace,
  floatTensor,
  layersOf,
  plainSpace,
  prepare,
  spansOf,
  type Floats,
  type Layer,
  type LayerSpec,
  type Space,
} from '../../src/nn/index.js';
import { need } from './networks.js';

const rows = 3;

/** Layers in float64 whose last one gives a score for each of four classes. */
function built(layers: readonly LayerSpec[], shape: readonly number[], space: Space, seed: number): Layer {
  return buildLayers(layers, { space, rows, shape, name: '', source: random(seed) });
}

function inputs(layers: readonly LayerSpec[], size: number, seed: number): number[] {
  const source = random(seed);
  const entries = withEntries.includes(layers[0]!.kind);
  return Array.from({ length: rows * size }, () => (entries ? source.below(5) : source.normal()));
}

const scores: readonly LayerSpec[] = [{ kind: 'flatten' }, { kind: 'dense', outputs: 4 }];

/** Chains that between them have every kind of layer, with what they take. */
const cases: readonly (readonly [string, readonly number[], readonly LayerSpec[]])[] = [
  ['dense', [5], [{ kind: 'dense', outputs: 6 }, { kind: 'relu' }, { kind: 'dense', outputs: 4 }]],
  ['dense on tokens', [3, 5], [{ kind: 'dense', outputs: 2 }, ...scores]],
  ['conv', [2, 5, 6], [{ kind: 'conv', channels: 3, kernel: 3 }, ...scores]],
  [
    'conv, padding and stride',
    [2, 5, 6],
    [{ kind: 'conv', channels: 3, kernel: 3, padding: 2, stride: 2 }, ...scores],
  ],
  [
    'conv, even window',
    [1, 7, 6],
    [{ kind: 'conv', channels: 2, kernel: 4, padding: 1, stride: 3 }, ...scores],
  ],
  ['conv of size 1', [3, 3, 4], [{ kind: 'conv', channels: 5, kernel: 1 }, ...scores]],
  ['conv of size 1, stride', [3, 4, 4], [{ kind: 'conv', channels: 2, kernel: 1, stride: 2 }, ...scores]],
  ['depthwise', [3, 5, 6], [{ kind: 'depthwise', kernel: 3, padding: 1 }, ...scores]],
  ['depthwise, stride', [2, 6, 5], [{ kind: 'depthwise', kernel: 3, padding: 1, stride: 2 }, ...scores]],
  ['maxpool', [2, 4, 6], [{ kind: 'maxpool', size: 2 }, ...scores]],
  ['maxpool, overlapping', [2, 5, 5], [{ kind: 'maxpool', size: 3, stride: 2 }, ...scores]],
  ['avgpool', [2, 5, 4], [{ kind: 'avgpool', size: 2 }, ...scores]],
  ['avgpool, overlapping', [2, 5, 5], [{ kind: 'avgpool', size: 3, stride: 1 }, ...scores]],
  ['globalpool', [4, 3, 2], [{ kind: 'globalpool' }]],
  ['batchnorm', [2, 3, 3], [{ kind: 'conv', channels: 3, kernel: 1 }, { kind: 'batchnorm' }, ...scores]],
  [
    'residual',
    [2, 3, 3],
    [{ kind: 'residual', body: [{ kind: 'conv', channels: 2, kernel: 3, padding: 1 }] }, ...scores],
  ],
  [
    'residual with a shortcut',
    [2, 4, 4],
    [
      {
        kind: 'residual',
        body: [
          { kind: 'depthwise', kernel: 3, padding: 1, stride: 2 },
          { kind: 'conv', channels: 3, kernel: 1 },
        ],
        shortcut: [{ kind: 'conv', channels: 3, kernel: 1, stride: 2 }],
      },
      ...scores,
    ],
  ],
  ['gelu', [5], [{ kind: 'dense', outputs: 6 }, { kind: 'gelu' }, { kind: 'dense', outputs: 4 }]],
  ['layernorm', [3, 5], [{ kind: 'layernorm' }, { kind: 'tokenmean' }, { kind: 'dense', outputs: 4 }]],
  [
    'attention',
    [4, 6],
    [{ kind: 'attention', heads: 3 }, { kind: 'tokenmean' }, { kind: 'dense', outputs: 4 }],
  ],
  [
    'embedding',
    [4],
    [
      { kind: 'embedding', vocabulary: 5, width: 6 },
      { kind: 'residual', body: [{ kind: 'layernorm' }, { kind: 'attention', heads: 2 }] },
      { kind: 'tokenmean' },
      { kind: 'dense', outputs: 4 },
    ],
  ],
  [
    'interaction',
    [5],
    [
      { kind: 'interaction', numeric: 2, tables: [5, 6, 5], width: 3 },
      { kind: 'dense', outputs: 4 },
    ],
  ],
  [
    'interaction with a deeper bottom',
    [5],
    [
      { kind: 'interaction', numeric: 2, bottom: [4, 5], tables: [5, 6, 5], width: 3 },
      { kind: 'dense', outputs: 4 },
    ],
  ],
];

/** Kinds whose inputs are, at least in part, numbers of table entries. */
const withEntries = ['embedding', 'interaction'];

const labels = [0, 3, 1];

test.each(cases)('%s: gradients are the slopes of the loss, in float64', (_, shape, specs) => {
  const space = plainSpace(64);
  const layer = built(specs, shape, space, 7);
  const source = random(3);
  // Offsets and statistics that are no longer 0 and 1, so that nothing hides behind these.
  for (const { value, kind } of layer.parameters)
    if (kind === 'offset') value.forEach((_, i) => (value[i]! += 0.3 * source.normal()));
  const x = space.floats(inputs(specs, 0, 1).length + rows * shape.reduce((a, b) => a * b));
  x.set(inputs(specs, x.length / rows, 5));
  const slope = space.floats(rows * 4);
  const loss = (): number => crossEntropy(layer.forward(x, true), labels, 0.1, slope).loss;
  loss();
  const dx = layer.backward(slope, true).slice();
  const trained = layer.parameters.filter(({ kind }) => kind !== 'statistic');
  const known = trained.map(({ value, gradient }) => ({ value, gradient: gradient.slice() }));
  const entries = withEntries.includes(specs[0]!.kind);
  for (const { value, gradient } of entries ? known : [...known, { value: x, gradient: dx }]) {
    expect(gradient.some((each: number) => each !== 0)).toBe(true);
    for (let i = 0; i < value.length; i++) {
      const [before, step] = [value[i]!, 1e-5];
      value[i] = before + step;
      const above = loss();
      value[i] = before - step;
      const below = loss();
      value[i] = before;
      expect(Math.abs((above - below) / (2 * step) - gradient[i]!)).toBeLessThan(1e-8);
    }
  }
});

test.each(cases)(
  '%s: the fast space is near float64, and without the input gradient the same',
  (_, shape, specs) => {
    const spaces = [plainSpace(64), fastSpace(), fastSpace()];
    const [exact, fast, brief] = spaces.map((space, s) => {
      const layer = built(specs, shape, space, 7);
      const x = space.floats(rows * shape.reduce((a, b) => a * b));
      x.set(inputs(specs, x.length / rows, 5));
      const slope = space.floats(rows * 4);
      // Twice, as what a layer keeps from the first time must not show in the second.
      let y: Floats = x;
      for (let time = 0; time < 2; time++) {
        y = layer.forward(x, true);
        crossEntropy(y, labels, 0, slope);
        layer.backward(slope, s < 2);
      }
      return [y, ...layer.parameters.map(({ gradient }) => gradient)].map((list) => [...list]);
    });
    exact!.forEach((list, k) => list.forEach((value, i) => expect(fast![k]![i]).toBeCloseTo(value, 4)));
    expect(brief).toEqual(fast);
  },
);

test.each(cases)('%s: the network that is written gives the same scores', (_, shape, specs) => {
  const space = plainSpace(64);
  const model = { layers: specs, shape, shard: rows, seed: 7 };
  const layer = layersOf(model, space);
  const source = random(3);
  const spans = spansOf(layer);
  const weights = new Float32Array(spans.at(-1)?.to ?? 0);
  for (const { parameter, from } of spans) {
    parameter.value.forEach((value, i) => (parameter.value[i] = Math.abs(value + 0.3 * source.normal())));
    weights.set(parameter.value, from);
  }
  const size = shape.reduce((a, b) => a * b);
  const x = space.floats(rows * size);
  x.set(inputs(specs, size, 5));
  const network = need(exportModel('written', model, weights, new Map()));
  const scores = need(evaluate(need(prepare(network)), floatTensor([rows, ...shape], Float32Array.from(x))));
  const found = scores.get('scores')!.data;
  layer
    .forward(x, false)
    .forEach((score, i) => expect(Math.abs(Number(found[i]) - score)).toBeLessThan(1e-3));
});

test('cross-entropy of equal scores is the logarithm of the number of classes, and no answer is right', () => {
  const gradient = new Float32Array(4);
  const { loss, right } = crossEntropy(new Float32Array(4), [3], 0, gradient);
  expect(loss).toBeCloseTo(Math.log(4), 6);
  expect([...gradient]).toEqual([0.25, 0.25, 0.25, -0.75]);
  expect(right).toBe(0);
  expect(crossEntropy(Float32Array.of(0, 2, 1, 5, 1, 2), [1, 2], 0, new Float32Array(6)).right).toBe(1);
});
