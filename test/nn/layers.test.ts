import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { buildDesign } from '../../src/flow/index.js';
import { loadDesign } from '../../src/lang/index.js';
import {
  calibrate,
  datapathEngine,
  elements,
  evaluate,
  exactEngine,
  floatRunner,
  floatTensor,
  forward,
  int8,
  normalisations,
  prepare,
  quantise,
  readOnnx,
  runQuantised,
  type Attribute,
  type CodingStyle,
  type DotEngine,
  type LayerPass,
  type Network,
  type QuantisedLayer,
  type QuantisedNetwork,
  type QuantiseOptions,
} from '../../src/nn/index.js';
import { faults, int, need, network, node, ranges } from './networks.js';

const ints = (...value: number[]): Attribute => ({ kind: 'ints', value });

function normal(r: Random, ...dims: number[]) {
  return floatTensor(
    dims,
    Float32Array.from({ length: elements(dims) }, () => r.normal()),
  );
}

/** Numbers that are codes times a step. */
function codes(r: Random, step: number, least: number, most: number, dims: readonly number[]) {
  const data = Float32Array.from(
    { length: elements(dims) },
    () => step * (least + r.below(most - least + 1)),
  );
  return floatTensor(dims, data);
}

const layersOf = ({ steps }: QuantisedNetwork): QuantisedLayer[] =>
  steps.flatMap((step) => (step.kind === 'layer' ? [step.layer] : []));

const dot = need(loadDesign(readFileSync('examples/dot-int8.dp', 'utf8'), 'dot-int8.dp')).at(-1)!;
const datapath = (given: Record<string, number> = {}): DotEngine =>
  need(datapathEngine(need(buildDesign(dot, given)).simplified));

const convolutions: readonly [string, readonly number[], readonly number[], Record<string, Attribute>][] = [
  ['plain', [3, 7, 6], [4, 3, 3, 2], {}],
  ['with padding', [2, 5, 5], [3, 2, 3, 3], { pads: ints(1, 2, 0, 1) }],
  ['with strides', [2, 9, 8], [3, 2, 3, 3], { strides: ints(2, 3), pads: ints(1, 1, 1, 1) }],
  ['with dilations', [1, 9, 9], [2, 1, 3, 3], { dilations: ints(2, 3), pads: ints(2, 2, 2, 2) }],
  ['in groups', [6, 5, 4], [9, 2, 2, 2], { group: int(3) }],
  ['depthwise', [5, 6, 6], [5, 1, 3, 3], { group: int(5), pads: ints(1, 1, 1, 1) }],
  ['of one place', [20, 3, 3], [7, 20, 1, 1], {}],
  ['over one dimension', [3, 11], [4, 3, 5], { pads: ints(2, 2) }],
  ['with padding by name', [2, 6, 5], [3, 2, 4, 2], { auto_pad: { kind: 'string', value: 'SAME_LOWER' } }],
];

const styles: readonly CodingStyle[] = ['symmetric', 'unsigned', 'asymmetric'];

describe('a convolution on a datapath gives what float does with the numbers of its codes', () => {
  test.each(convolutions)('%s', (_about, image, filter, attributes) => {
    const r = random(5);
    const [w, b] = [normal(r, ...filter), normal(r, filter[0]!)];
    const one = network(image, [node('Conv', ['x', 'w', 'b'], 'y', attributes)], { w, b });
    const prepared = need(prepare(one));
    for (const style of styles) {
      const options = { ...int8, activations: style };
      // The ends of the range are multiples of the step, so that these numbers are codes in every style.
      const [least, most] =
        style === 'symmetric' ? [-127, 127] : style === 'unsigned' ? [0, 255] : [-55, 200];
      const x = codes(r, 0.125, least, most, [5, ...image]);
      const seen = new Map([['x', { ...ranges({ x: 1 }).get('x')!, least: least / 8, most: most / 8 }]]);
      const quantised = need(quantise(prepared, seen, options));
      const [layer] = layersOf(quantised);
      expect(layer!.coding.scale).toBe(0.125);
      const engine = style === 'unsigned' ? exactEngine() : datapath();
      const passes: LayerPass[] = [];
      const got = need(forward(quantised, x, engine, { layer: (pass) => passes.push(pass) }));
      expect(passes[0]).toMatchObject({ overflows: 0, clipped: 0 });
      const due = dequantised(one, quantised, x);
      expect(got.dims).toEqual(due.dims);
      got.data.forEach((y, i) => expect(Math.abs(y - due.data[i]!), `${style} ${i}`).toBeLessThan(2e-4));
    }
  });
});

/** The float result with weights and biases that codes stand for. */
function dequantised(one: Network, quantised: QuantisedNetwork, x: ReturnType<typeof floatTensor>) {
  const [layer] = layersOf(quantised) as [QuantisedLayer];
  const [w, b] = [one.initialisers.get('w')!, one.initialisers.get('b')!];
  const size = elements(w.dims.slice(1));
  const back = Float32Array.from(w.data as Float32Array, (weight, i) => {
    const scale = layer.weightScales[Math.floor(i / size)]!;
    return Math.round(weight / scale) * scale;
  });
  const bias = Float32Array.from(b.data as Float32Array, (one, c) => {
    const scale = layer.weightScales[c]! * layer.coding.scale;
    return Math.round(one / scale) * scale;
  });
  const initialisers = new Map(one.initialisers);
  initialisers.set('w', floatTensor(w.dims, back)).set('b', floatTensor(b.dims, bias));
  return need(evaluate(need(prepare({ ...one, initialisers })), x)).get('y') as ReturnType<
    typeof floatTensor
  >;
}

test('products of two values go through the datapath, for each image and head', () => {
  const r = random(6);
  const one: Network = {
    ...network([2, 3, 20], [node('MatMul', ['x', 'z'], 'y')]),
    inputs: [
      { name: 'x', type: 'float32', dims: ['n', 2, 3, 20] },
      { name: 'z', type: 'float32', dims: ['n', 2, 20, 5] },
    ],
  };
  const x = codes(r, 0.5, -127, 127, [4, 2, 3, 20]);
  const z = codes(r, 0.25, -127, 127, [4, 2, 20, 5]);
  const seen = ranges({ x: 63.5, z: 31.75 });
  const quantised = need(quantise(need(prepare(one)), seen));
  const inputs = new Map([
    ['x', x],
    ['z', z],
  ]);
  const got = need(forward(quantised, inputs, datapath()));
  const due = need(evaluate(need(prepare(one)), inputs)).get('y')!;
  expect(layersOf(quantised)).toMatchObject([{ right: 'z', weightBits: 8 }]);
  expect([got.dims, ...got.data]).toEqual([due.dims, ...(due.data as Float32Array)]);
  // Zero points would add sums of codes, so that such products do without.
  const asymmetric = need(quantise(need(prepare(one)), seen, { ...int8, activations: 'asymmetric' }));
  expect(need(forward(asymmetric, inputs, datapath())).data).toEqual(got.data);
  const unsigned = quantise(need(prepare(one)), seen, { ...int8, activations: 'unsigned' });
  expect(faults(unsigned)).toEqual(['nn-no-layers']);
});

/** A small residual network: a convolution, a depthwise one beside a shortcut, means, a classifier. */
function residual(r: Random): Network {
  const pads = { pads: ints(1, 1, 1, 1) };
  return network(
    [2, 8, 8],
    [
      node('Conv', ['x', 'w1', 'b1'], 'c1', pads),
      node('Relu', ['c1'], 'r1'),
      node('Conv', ['r1', 'w2', 'b2'], 'c2', { ...pads, group: int(6) }),
      node('Clip', ['c2', 'none', 'six'], 'r2'),
      node('Conv', ['r2', 'w3'], 'c3'),
      node('Add', ['c3', 'r1'], 'a'),
      node('Relu', ['a'], 'r3'),
      node('AveragePool', ['r3'], 'p', { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
      node('GlobalAveragePool', ['p'], 'g'),
      node('Flatten', ['g'], 'f'),
      node('Gemm', ['f', 'w4', 'b4'], 'y', { transB: int(1) }),
    ],
    {
      w1: normal(r, 6, 2, 3, 3),
      b1: normal(r, 6),
      w2: normal(r, 6, 1, 3, 3),
      b2: normal(r, 6),
      w3: normal(r, 6, 6, 1, 1),
      w4: normal(r, 3, 6),
      b4: normal(r, 3),
      none: floatTensor([], Float32Array.of(0)),
      six: floatTensor([], Float32Array.of(6)),
    },
  );
}

describe('a residual network', () => {
  const r = random(7);
  const prepared = need(prepare(residual(r)));
  const x = normal(r, 30, 2, 8, 8);
  const bytes = Uint8Array.from(x.data, (value) => Math.max(0, Math.min(255, 128 + 40 * value)));
  const images = {
    count: 30,
    shape: [2, 8, 8],
    classes: 3,
    pixels: bytes,
    labels: new Uint8Array(30),
  } as const;
  const seen = need(calibrate(prepared, { images, normalisation: normalisations.symmetric }));
  const input = floatTensor(
    [30, 2, 8, 8],
    Float32Array.from(bytes, (byte) => (2 * byte) / 255 - 1),
  );
  const float = need(evaluate(prepared, input));

  test('stays in integers from end to end', () => {
    const quantised = need(quantise(prepared, seen));
    const kinds = quantised.steps.map((step) =>
      step.kind === 'layer'
        ? `${step.layer.kind} ${step.layer.result.kind}`
        : step.kind === 'sum'
          ? step.sum.kind
          : '',
    );
    expect(kinds).toEqual([
      ...['Conv codes', 'Conv codes', 'Conv codes', 'Add', 'AveragePool', 'GlobalAveragePool', ''],
      'Gemm numbers',
    ]);
  });

  test.each<[string, Partial<QuantiseOptions>, number]>([
    ['symmetric', {}, 25],
    ['asymmetric', { activations: 'asymmetric' }, 28],
    ['16 bits', { weightBits: 16, activationBits: 16, multiplierBits: 31 }, 60],
    ['one scale for weights', { weightScales: 'tensor' }, 20],
  ])('%s: the noise is what these bits make', (_about, changed, decibels) => {
    const quantised = need(quantise(prepared, seen, { ...int8, ...changed }));
    const engine = changed.activationBits === 16 ? exactEngine() : datapath();
    const got = need(forward(quantised, input, engine));
    const due = float.get('y')!.data as Float32Array;
    const power = due.reduce((sum, y) => sum + y * y, 0);
    const noise = due.reduce((sum, y, i) => sum + (y - got.data[i]!) ** 2, 0);
    expect(10 * Math.log10(power / noise)).toBeGreaterThan(decibels);
  });

  test('datapath and plain arithmetic agree bit for bit, whatever the batch and the lanes', () => {
    const quantised = need(quantise(prepared, seen));
    const due = need(forward(quantised, input, exactEngine()));
    expect(need(forward(quantised, input, datapath()))).toEqual(due);
    expect(need(forward(quantised, input, datapath({ lanes: 3 })))).toEqual(due);
    const first = floatTensor([7, 2, 8, 8], input.data.slice(0, 7 * 128));
    expect([...need(forward(quantised, first, datapath())).data]).toEqual([...due.data.slice(0, 21)]);
  });

  test('overflows of a narrow accumulator change the result, and are counted', () => {
    const quantised = need(quantise(prepared, seen));
    const counts: number[] = [];
    const narrow = datapath({ lanes: 1, beats: 1 });
    const got = need(forward(quantised, input, narrow, { layer: ({ overflows }) => counts.push(overflows) }));
    expect(counts.some((count) => count > 0)).toBe(true);
    expect(got).not.toEqual(need(forward(quantised, input, exactEngine())));
  });
});

test('the float run of a network for many batches is that of single operators', () => {
  const r = random(8);
  const prepared = need(prepare(residual(r)));
  const run = floatRunner(prepared);
  for (const count of [9, 9, 4]) {
    const x = normal(r, count, 2, 8, 8);
    const due = need(evaluate(prepared, x));
    const seen = new Map<string, Float32Array>();
    const got = need(run(x, (name, value) => seen.set(name, value())));
    const wanted = due.get('y')!.data as Float32Array;
    expect(got.dims).toEqual([count, 3]);
    got.data.forEach((y, i) => expect(Math.abs(y - wanted[i]!)).toBeLessThan(1e-5));
    expect([...seen.keys()]).toEqual(['r1', 'r2', 'c3', 'r3', 'p', 'g', 'y']);
    // An element of all images side by side.
    const [r2, planes] = [due.get('r2')!, seen.get('r2')!];
    expect(planes[5 * count + 1]).toBeCloseTo((r2.data as Float32Array)[6 * 64 + 5]!, 5);
  }
});

test('a transformer block: attention’s products of two values on the datapath too', async () => {
  const bytes = readFileSync('models/transformer.onnx');
  const prepared = need(prepare(need(await readOnnx(bytes, 'transformer.onnx'))));
  const [input] = prepared.network.inputs;
  const shape = (input!.dims ?? []).slice(1) as number[];
  const r = random(9);
  const count = 40;
  const labelled = {
    ...{ count, shape, classes: 6, labels: new Uint8Array(count) },
    pixels: Float32Array.from({ length: count * elements(shape) }, () => r.below(27)),
  };
  const workload = { images: labelled, normalisation: normalisations.bytes };
  const quantised = need(quantise(prepared, need(calibrate(prepared, workload))));
  const pairs = layersOf(quantised).filter(({ right }) => right !== undefined);
  expect(pairs.length).toBe(2);
  const report = need(runQuantised(quantised, workload, datapath()));
  expect(report.agreement).toBeGreaterThan(0.9);
  const x = floatTensor([count, ...shape], labelled.pixels);
  expect(need(forward(quantised, x, datapath()))).toEqual(need(forward(quantised, x, exactEngine())));
});
