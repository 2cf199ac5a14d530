import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { buildDesign } from '../../src/flow/index.js';
import { loadDesign } from '../../src/lang/index.js';
import {
  calibrate,
  datapathEngine,
  evaluate,
  exactEngine,
  findSteps,
  floatTensor,
  forward,
  int8,
  normalisations,
  observedRange,
  plainPlan,
  planByName,
  planOptions,
  prepare,
  quantise,
  readOnnx,
  searchBits,
  tensorOf,
  withBatchNormsFolded,
  writeOnnx,
  type Attribute,
  type DotEngine,
  type LayerPass,
  type Network,
  type Node,
  type Prepared,
  type QuantisedLayer,
  type QuantisedNetwork,
  type Tensor,
  type TensorOf,
} from '../../src/nn/index.js';
import { int, need, network, node } from './networks.js';
import { byRuntime, runtimeInstalled } from './onnxruntime.js';

const ints = (...value: readonly number[]): Attribute => ({ kind: 'ints', value });
const text = (value: string): Attribute => ({ kind: 'string', value });

/** The datapath of an example, or of its text with something else in it. */
function engineOf(change: (text: string) => string = (text) => text): DotEngine {
  const loaded = need(loadDesign(change(readFileSync('examples/dot-int8.dp', 'utf8')), 'dot.dp'));
  return need(datapathEngine(need(buildDesign(loaded.at(-1)!, {})).simplified));
}

/** A network in the making: nodes and constants, with the pairs of nodes that quantise. */
type Builder = ReturnType<typeof builder>;

function builder(source: Random, scale: () => number) {
  const nodes: Node[] = [];
  const constants: Record<string, Tensor> = {};
  const add = (
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Record<string, Attribute> = {},
  ): string => {
    nodes.push(node(op, inputs, output, attributes));
    return output;
  };
  const constant = (name: string, tensor: Tensor): string => {
    constants[name] = tensor;
    return name;
  };
  /** A value through QuantizeLinear and DequantizeLinear. */
  const codes = (value: string, type: 'int8' | 'uint8', zero: number, own = scale()): string => {
    const s = constant(`${value}-s`, floatTensor([], Float32Array.of(own)));
    const z = constant(`${value}-z`, tensorOf(type, [], [zero]));
    add('QuantizeLinear', [value, s, z], `${value}-q`);
    return add('DequantizeLinear', [`${value}-q`, s, z], `${value}-d`);
  };
  /** Random weights in codes: with a scale for each entry of an axis, or of unsigned codes with a zero point. */
  const weights = (name: string, dims: readonly number[], axis?: number): string => {
    const type = axis === undefined ? 'uint8' : 'int8';
    const size = dims.reduce((a, b) => a * b, 1);
    const least = axis === undefined ? 0 : -128;
    const count = axis === undefined ? 1 : dims[axis]!;
    const shape = axis === undefined ? [] : [count];
    const inputs = [
      constant(
        `${name}-q`,
        tensorOf(
          type,
          dims,
          Array.from({ length: size }, () => source.below(256) + least),
        ),
      ),
      constant(
        `${name}-s`,
        floatTensor(
          shape,
          Float32Array.from({ length: count }, () => scale() / 16),
        ),
      ),
      constant(`${name}-z`, tensorOf(type, shape, new Array<number>(count).fill(least + 128))),
    ];
    return add('DequantizeLinear', inputs, name, axis === undefined ? {} : { axis: int(axis) });
  };
  const scalesOf = (value: string): Float32Array => (constants[`${value}-s`] as TensorOf<'float32'>).data;
  /** A bias in codes of 32 bits, of the scales of what it is added to. */
  const bias = (name: string, input: string, of: string, count: number): string => {
    const [a] = scalesOf(input.replace(/-d$/, ''));
    const w = scalesOf(of);
    const scales = Float32Array.from({ length: count }, (_, i) => a! * w[i % w.length]!);
    const inputs = [
      constant(
        `${name}-q`,
        tensorOf(
          'int32',
          [count],
          scales.map(() => source.below(4000) - 2000),
        ),
      ),
      constant(`${name}-s`, floatTensor([count], scales)),
    ];
    return add('DequantizeLinear', inputs, name, { axis: int(0) });
  };
  return { nodes, constants, add, constant, codes, weights, bias };
}

/** All that exporters write: signed and unsigned codes, zero points, scales of channels, groups, a sum, a mean, a pool, a transpose. */
function convolutional(source: Random, scale: () => number): Network {
  const b = builder(source, scale);
  const x = b.codes('x', 'uint8', 3);
  const w1 = b.weights('w1', [4, 2, 3, 3], 0);
  const pads = { pads: ints(1, 1, 1, 1) };
  b.add('Conv', [x, w1, b.bias('b1', x, 'w1', 4)], 'c1', pads);
  const r1 = b.codes(b.add('Relu', ['c1'], 'r1'), 'uint8', 0);
  const pool = { kernel_shape: ints(2, 2), strides: ints(2, 2) };
  const { 'r1-s': kept } = b.constants;
  const p1 = b.codes(b.add('MaxPool', [r1], 'p1', pool), 'uint8', 0, (kept as TensorOf<'float32'>).data[0]);
  const w2 = b.weights('w2', [4, 1, 3, 3]);
  b.add('Conv', [p1, w2], 'c2', { ...pads, group: int(4) });
  const c2 = b.codes('c2', 'int8', -7);
  const sum = b.codes(b.add('Add', [p1, c2], 'sum'), 'int8', 5);
  const mean = b.codes(b.add('GlobalAveragePool', [sum], 'mean'), 'int8', 1);
  b.add('Flatten', [mean], 'flat');
  const w3 = b.weights('w3', [5, 4], 0);
  b.add('Transpose', [w3], 'w3-t', { perm: ints(1, 0) });
  b.add('MatMul', ['flat', 'w3-t'], 'm');
  const out = b.codes(b.add('Add', ['m', b.bias('b3', 'mean-d', 'w3', 5)], 'a'), 'int8', 0);
  b.add('Identity', [out], 'y');
  return network([2, 8, 8], b.nodes, b.constants, 17);
}

/** Images whose numbers the first scale of the network brings all over its codes. */
function images(count: number, dims: readonly number[], reach: number, source: Random): TensorOf<'float32'> {
  const size = dims.reduce((a, b) => a * b, count);
  return floatTensor(
    [count, ...dims],
    Float32Array.from({ length: size }, () => source.unit() * reach),
  );
}

async function prepared(from: Network): Promise<Prepared> {
  return withBatchNormsFolded(need(prepare(need(await readOnnx(await writeOnnx(from), 'small.onnx')))));
}

/** What calibration would have seen, which is of no account where everything is stated. */
function quantised(own: Prepared, engine: DotEngine, plan = plainPlan): QuantisedNetwork {
  const layers = findSteps(own).flatMap((step) => (step.kind === 'affine' ? [step.affine] : []));
  const seen = new Map(own.nodes.flatMap((one) => one.inputs.map((name) => [name, observedRange(-1, 1)])));
  return need(quantise(own, seen, need(planOptions(plan, layers, () => engine))));
}

function where({ steps }: QuantisedNetwork): string[] {
  return steps.map((step) => (step.kind === 'layer' && step.layer.stated === 'all' ? 'stated' : step.kind));
}

describe.skipIf(!runtimeInstalled)('QuantizeLinear and DequantizeLinear', () => {
  test('with scales that are powers of two: bit for bit as ONNX Runtime has it', async () => {
    const engine = engineOf();
    for (let seed = 1; seed <= 6; seed++) {
      const source = random(seed);
      const own = convolutional(source, () => 2 ** -source.below(3));
      const ready = quantised(await prepared(own), engine);
      expect(where(ready).filter((kind) => kind === 'stated')).toHaveLength(3);
      expect(where(ready).filter((kind) => kind === 'sum')).toHaveLength(2);
      expect(where(ready).filter((kind) => kind === 'node')).toEqual(['node', 'node', 'node']);
      const scale = (own.initialisers.get('x-s') as TensorOf<'float32'>).data[0]!;
      const input = images(5, [2, 8, 8], 250 * scale, source);
      const wanted = (await byRuntime(await writeOnnx(own), new Map([['x', input]])))['y']!;
      expect([...need(forward(ready, input, engine)).data]).toEqual([...(wanted.data as Float32Array)]);
    }
  });

  test('with any scales: the codes of ONNX Runtime, but for one where a tie is near', async () => {
    const engine = engineOf();
    let [all, other] = [0, 0];
    for (let seed = 1; seed <= 12; seed++) {
      const source = random(seed);
      const own = convolutional(source, () => 0.5 + source.unit());
      const ready = quantised(await prepared(own), engine);
      const scale = (own.initialisers.get('x-s') as TensorOf<'float32'>).data[0]!;
      const input = images(20, [2, 8, 8], 250 * scale, source);
      const wanted = (await byRuntime(await writeOnnx(own), new Map([['x', input]])))['y']!.data;
      const step = (own.initialisers.get('a-s') as TensorOf<'float32'>).data[0]!;
      need(forward(ready, input, engine)).data.forEach((found, i) => {
        const codes = Math.round(Math.abs(found - Number(wanted[i])) / step);
        expect(codes).toBeLessThanOrEqual(1);
        all++;
        other += codes;
      });
    }
    expect(other / all).toBeLessThan(0.002);
  });

  test('sums of products are those of ConvInteger', async () => {
    const source = random(3);
    const own = convolutional(source, () => 0.5 + source.unit());
    const ready = quantised(await prepared(own), engineOf());
    const input = images(1, [2, 8, 8], 300, source);
    const passes: LayerPass[] = [];
    need(forward(ready, input, engineOf(), { layer: (pass) => void passes.push(pass) }));
    const [first] = passes as [LayerPass];
    const integer = network(
      [2, 8, 8],
      [
        node('QuantizeLinear', ['x', 's', 'z'], 'q'),
        node('ConvInteger', ['q', 'w', 'z'], 'y', { pads: ints(1, 1, 1, 1) }),
      ],
      {
        s: own.initialisers.get('x-s')!,
        z: own.initialisers.get('x-z')!,
        w: own.initialisers.get('w1-q')!,
      },
    );
    const typed = { ...integer, outputs: [{ name: 'y', type: 'int32' as const }] };
    const wanted = (await byRuntime(await writeOnnx(typed), new Map([['x', input]])))['y']!;
    const biases = own.initialisers.get('b1-q')!.data as Int32Array;
    const { layer } = first;
    if (!('coding' in layer)) throw new Error('not in integers');
    const found = Array.from({ length: 4 * 64 }, (_, i) => {
      const column = Math.floor(i / 64);
      return first.products().sum(0, i % 64, column) + layer.bias[column]! - biases[column]!;
    });
    expect(found).toEqual([...(wanted.data as Int32Array)]);
  });
});

/** Numbers through a node of QONNX that makes integers of them. */
function quant(
  b: Builder,
  value: string,
  bits: number,
  scale: Tensor,
  attributes: Record<string, Attribute> = {},
): string {
  const inputs = [
    value,
    b.constant(`${value}-s`, scale),
    b.constant(`${value}-z`, floatTensor([], Float32Array.of(0))),
    b.constant(`${value}-b`, floatTensor([], Float32Array.of(bits))),
  ];
  return b.add('qonnx.custom_op.general.Quant', inputs, `${value}-d`, attributes);
}

const scalar = (x: number): Tensor => floatTensor([], Float32Array.of(x));

describe('QONNX', () => {
  test('weights of few bits and of one, normalised channels and narrow codes keep their scales', async () => {
    const source = random(5);
    const b = builder(source, () => 1);
    const numbers = (length: number): Float32Array =>
      Float32Array.from({ length }, () => source.unit() * 2 - 1);
    const x = quant(b, 'x', 4, scalar(0.25), { signed: int(1), narrow: int(1) });
    b.constant('w', floatTensor([3, 2, 3, 3], numbers(54)));
    const w = quant(b, 'w', 3, floatTensor([3, 1, 1, 1], Float32Array.of(0.25, 0.5, 0.3)));
    b.add('Conv', [x, w], 'c');
    b.constant('scale', floatTensor([3], numbers(3)));
    // An offset would be rounded to the unit of the sums.
    for (const name of ['bias', 'mean']) b.constant(name, floatTensor([3], new Float32Array(3)));
    b.constant('variance', floatTensor([3], Float32Array.of(0.5, 1, 2)));
    b.add('BatchNormalization', ['c', 'scale', 'bias', 'mean', 'variance'], 'n');
    const r = quant(b, b.add('Relu', ['n'], 'r'), 4, scalar(0.125), { signed: int(0) });
    b.add('Flatten', [r], 'f');
    b.constant('v', floatTensor([48, 2], numbers(96)));
    b.add('finn.custom_op.general.BipolarQuant', ['v', b.constant('v-s', scalar(0.0625))], 'v-d');
    b.add('MatMul', ['f', 'v-d'], 'y');
    const own = await prepared(network([2, 6, 6], b.nodes, b.constants, 17));
    const engine = engineOf();
    const ready = quantised(own, engine);
    expect(where(ready)).toEqual(['quantiser', 'stated', 'quantiser', 'node', 'stated']);
    const input = images(10, [2, 6, 6], 3, source);
    const wanted = need(evaluate(own, input)).get('y')!.data as Float32Array;
    need(forward(ready, input, engine)).data.forEach((y, i) => expect(y).toBeCloseTo(wanted[i]!, 5));
    const widths = ready.steps.flatMap((step) => (step.kind === 'layer' ? [step.layer.weightBits] : []));
    expect(widths).toEqual([3, 2]);
  });
});

describe('what has no codes that go through a datapath', () => {
  /** One layer behind what is tried. */
  async function reason(build: (b: Builder) => string, weights = 'w', engine = engineOf()): Promise<string> {
    const source = random(1);
    const b = builder(source, () => 0.5 + source.unit());
    const input = build(b);
    if (weights === 'w' && !b.constants['w-q']) b.weights('w', [4, 3], 1);
    b.add('MatMul', [input, weights], 'y');
    const ready = quantisedOrFloat(await prepared(network([4], b.nodes, b.constants, 21)), engine);
    return ready;
  }

  function quantisedOrFloat(own: Prepared, engine: DotEngine): string {
    const layers = findSteps(own).flatMap((step) => (step.kind === 'affine' ? [step.affine] : []));
    const seen = need(calibrate(own, { images: few, normalisation: normalisations.unit }));
    const made = quantise(own, seen, need(planOptions(plainPlan, layers, () => engine)));
    return made.ok
      ? made.value.steps.flatMap((step) => (step.kind === 'node' ? [step.why ?? ''] : [])).join('')
      : made.diagnostics.map(({ message }) => message).join();
  }

  const few = {
    count: 2,
    shape: [4] as const,
    classes: 3,
    pixels: new Uint8Array(8),
    labels: new Uint8Array(2),
  };

  test.each<[string, (b: Builder) => string, RegExp]>([
    [
      'numbers',
      (b) => b.add('Relu', [b.codes('x', 'int8', 0)], 'r'),
      /nothing states the codes of what it reads/,
    ],
    [
      'a scale for each entry',
      (b) => {
        b.constant('s', floatTensor([4], Float32Array.of(1, 2, 3, 4)));
        b.add('QuantizeLinear', ['x', 's'], 'q', { axis: int(1) });
        return b.add('DequantizeLinear', ['q', 's'], 'd', { axis: int(1) });
      },
      /a scale for each entry of an axis/,
    ],
    [
      'other scales on the way back',
      (b) => {
        b.add('QuantizeLinear', ['x', b.constant('s', scalar(1))], 'q');
        return b.add('DequantizeLinear', ['q', b.constant('t', scalar(2))], 'd');
      },
      /differ in scale or zero point/,
    ],
    [
      'codes wider than the port',
      (b) => {
        const inputs = [b.constant('s', scalar(1)), b.constant('z', tensorOf('int16', [], [0]))];
        b.add('QuantizeLinear', ['x', ...inputs], 'q');
        return b.add('DequantizeLinear', ['q', ...inputs], 'd');
      },
      /16 bits, signed, do not go through/,
    ],
    [
      'weights wider than the port',
      (b) => {
        b.constant('w-q', tensorOf('uint8', [4, 3], new Array<number>(12).fill(200)));
        b.add('DequantizeLinear', ['w-q', b.constant('w-s', scalar(1))], 'w');
        return b.codes('x', 'int8', 0);
      },
      /weights need 9 bits/,
    ],
    [
      'weights with scales of inputs',
      (b) => {
        b.weights('w', [4, 3], 0);
        return b.codes('x', 'int8', 0);
      },
      /several scales for one output/,
    ],
    [
      'floating point',
      (b) => {
        const inputs = [1, 4, 3, 7, 448].map((x, i) => b.constant(`f${i}`, scalar(x)));
        return b.add('qonnx.custom_op.general.FloatQuant', ['x', ...inputs], 'd');
      },
      /floating point/,
    ],
    [
      'a rounding that requantisation has not, at the input',
      (b) => quant(b, 'x', 4, scalar(0.25), { rounding_mode: text('FLOOR') }),
      /^$/,
    ],
  ])('%s', async (_about, build, why) => {
    expect(await reason(build)).toMatch(why);
  });

  test('weights alone keep their scales where activations are calibrated', async () => {
    const b = builder(random(1), () => 0.5);
    b.weights('w', [4, 3], 1);
    b.add('MatMul', ['x', 'w'], 'y');
    const ready = quantised(await prepared(network([4], b.nodes, b.constants, 21)), engineOf());
    const [{ layer }] = ready.steps as unknown as [{ layer: QuantisedLayer }];
    expect(layer.stated).toBe('weights');
    const codes = b.constants['w-q']!.data as Int8Array;
    expect([...layer.weights]).toEqual([0, 1, 2].flatMap((c) => [0, 1, 2, 3].map((k) => codes[3 * k + c])));
    expect([...layer.weightScales]).toEqual([0.5 / 16, 0.5 / 16, 0.5 / 16]);
  });

  test('widths of codes that are stated cannot be searched', async () => {
    const b = builder(random(1), () => 0.5);
    b.weights('w', [4, 3], 1);
    b.add('MatMul', [b.codes('x', 'int8', 0), 'w'], 'y');
    const own = await prepared(network([4], b.nodes, b.constants, 21));
    const training = { images: few, normalisation: normalisations.unit };
    const seen = need(calibrate(own, training));
    const made = searchBits(own, seen, () => int8, { meanWeightBits: 4 }, training, exactEngine());
    expect(made.diagnostics[0]!.message).toBe('no layer has weights whose width could be searched');
  });

  test('without a plan such a layer runs in float, with one it is calibrated', async () => {
    const b = builder(random(1), () => 0.5);
    b.weights('w', [4, 3], 1);
    b.weights('v', [3, 2], 1);
    b.add('MatMul', [b.codes('x', 'int8', 0), 'w'], 'h');
    b.add('MatMul', [b.add('Sigmoid', ['h'], 's'), 'v'], 'y');
    const own = await prepared(network([4], b.nodes, b.constants, 21));
    expect(where(quantised(own, exactEngine()))).toEqual([
      'quantiser',
      'quantiser',
      'stated',
      'node',
      'node',
    ]);
    const planned = quantised(own, exactEngine(), need(planByName('int8')));
    expect(where(planned)).toEqual(['quantiser', 'quantiser', 'stated', 'node', 'layer']);
    const { weightBits } = int8;
    expect(planned.steps.flatMap((step) => (step.kind === 'layer' ? [step.layer.weightBits] : []))).toEqual([
      8,
      weightBits,
    ]);
  });
});
