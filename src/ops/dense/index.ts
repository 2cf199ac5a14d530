import { pack, scalar, unpack, vec, type Arguments, type Value } from '../../builder/index.js';
import { bits, bool, fixed, int, uint } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { elementFormat } from '../arguments.js';
import type { Operator, OperatorPorts } from '../operator.js';
import { buildDense } from './build.js';
import { denseRow } from './reference.js';
import { denseRules } from './rules.js';
import { denseShape, type DenseShape } from './shape.js';

export { denseRow } from './reference.js';
export { denseInterval, denseLatency, denseShape, denseSteps, type DenseShape } from './shape.js';

const most = Number.MAX_SAFE_INTEGER;
/** Weights for samples, the same in every run. */
const numbers = (count: number, bits_: number): number[] =>
  Array.from({ length: count }, (_, k) => ((k * 7919 + 5) % 2 ** bits_) - 2 ** (bits_ - 1));

/** A fully connected layer with constant weights, unfolded over elements and lanes. */
export const dense: Operator = {
  name: 'dense',
  about:
    'A fully connected layer at its own pace: the inner products of every vector with constant weights, `lanes` features a cycle in each of `elements` elements, with biases, rounded to nearest even, rectified and saturated.',
  parameters: [
    { kind: 'integer', name: 'inputs', about: 'features of a vector', least: 1, most: 65536, default: 4 },
    { kind: 'integer', name: 'outputs', about: 'results', least: 1, most: 65536, default: 2 },
    {
      kind: 'integer',
      name: 'elements',
      about: 'processing elements, which share the outputs evenly',
      least: 1,
      most: 4096,
      default: 1,
    },
    {
      kind: 'integer',
      name: 'lanes',
      about: 'features that an element takes a cycle',
      least: 1,
      most: 1024,
      default: 2,
    },
    { kind: 'format', of: 'fixed', name: 'x', about: 'format of a feature', default: int(8) },
    { kind: 'format', of: 'fixed', name: 'w', about: 'format of a weight', default: int(8) },
    { kind: 'format', of: 'fixed', name: 'y', about: 'format of a result', default: int(16) },
    {
      kind: 'list',
      name: 'weights',
      about: 'those of each output one after the other, as integers in units of the last bit',
      least: -most,
      most,
      shortest: 1,
      longest: 2 ** 24,
      default: [1, -2, 3, -4, 5, -6, 7, -8],
    },
    {
      kind: 'list',
      name: 'biases',
      about: 'one for each output, in units of the last bit of a product; empty for none',
      least: -most,
      most,
      shortest: 0,
      longest: 65536,
      default: [],
    },
    { kind: 'flag', name: 'rectify', about: 'whether negative results become 0', default: true },
    {
      kind: 'integer',
      name: 'fault_bits',
      about: 'bits that go along with each vector, as the faults of a lookup',
      least: 1,
      most: 4096,
      default: 1,
    },
  ],
  infer: ([x, faults]) => ({
    ...(x?.kind === 'vector' && { inputs: x.length }),
    ...elementFormat('x', x),
    ...(faults?.kind === 'bits' && { fault_bits: faults.width }),
  }),
  ports: (p) => densePorts(denseShape(p)),
  rules: (p) => denseRules(denseShape(p)),
  latency: () => 0,
  reference(p) {
    const shape = denseShape(p);
    return ([vector, faults]) => [denseRow(shape, vector!), faults!];
  },
  build(datapath, p, inputs) {
    const shape = denseShape(p);
    const { draft } = datapath;
    const [vector, faults, valid, taken] = inputs.map((value) => wordOf(draft, value)) as [Id, Id, Id, Id];
    const made = buildDense(datapath, shape, { vector, faults, valid, taken });
    return [
      unpack(draft, made.result, vec(shape.y, shape.outputs)),
      scalar(bits(shape.faultBits), made.faults),
      scalar(bool, made.ready),
      scalar(bool, made.valid),
    ];
  },
  samples: samples(),
};

function densePorts({ inputs, outputs, x, y, faultBits }: DenseShape): OperatorPorts {
  return {
    inputs: [
      { name: 'x', type: vec(x, inputs) },
      { name: 'faults', type: bits(faultBits) },
      { name: 'vector_valid', type: bool },
      { name: 'result_ready', type: bool },
    ],
    outputs: [
      { name: 'y', type: vec(y, outputs) },
      { name: 'y_faults', type: bits(faultBits) },
      { name: 'vector_ready', type: bool },
      { name: 'result_valid', type: bool },
    ],
    streams: [
      {
        name: 'vector',
        direction: 'in',
        fields: ['x', 'faults'],
        valid: 'vector_valid',
        ready: 'vector_ready',
      },
      {
        name: 'result',
        direction: 'out',
        fields: ['y', 'y_faults'],
        valid: 'result_valid',
        ready: 'result_ready',
      },
    ],
  };
}

function wordOf(draft: Draft, value: Value): Id {
  if (value.kind === 'poison') throw new Error('inputs are words');
  return pack(draft, value);
}

/** One row, one step, one element; lanes that do not divide the features; fractions, saturation, biases. */
function samples(): readonly Arguments[] {
  return [
    {},
    { inputs: 8, outputs: 4, elements: 2, lanes: 4, weights: numbers(32, 8) },
    { inputs: 1, outputs: 1, elements: 1, lanes: 1, weights: [-3], rectify: false },
    { inputs: 3, outputs: 3, elements: 3, lanes: 8, weights: numbers(9, 8), y: int(6), fault_bits: 5 },
    {
      inputs: 7,
      outputs: 6,
      elements: 2,
      lanes: 3,
      x: fixed(4, 4),
      w: fixed(2, 8),
      y: fixed(5, 3),
      weights: numbers(42, 10),
      biases: [300, -2000, 0, 1, -1, 40000],
      rectify: false,
      fault_bits: 9,
    },
    {
      inputs: 10,
      outputs: 4,
      elements: 1,
      lanes: 2,
      x: uint(5),
      w: uint(3),
      y: uint(9),
      weights: numbers(40, 3).map((weight) => weight + 4),
    },
    {
      inputs: 5,
      outputs: 4,
      elements: 4,
      lanes: 4,
      x: fixed(16, 16),
      w: fixed(16, 16),
      y: fixed(16, 16),
      weights: numbers(20, 31),
      biases: [2 ** 40, -(2 ** 45), 7, -7],
    },
  ];
}
