import { describe, expect, test } from 'vitest';
import {
  evaluate,
  int64Tensor,
  prepare,
  type Attribute,
  type Dims,
  type Network,
  type Node,
  type Tensor,
  type TensorOf,
} from '../../src/nn/index.js';
import { faults, float, floats, int, need, network, node } from './networks.js';

interface Case {
  readonly about: string;
  readonly node: Node;
  readonly x: Tensor;
  readonly initialisers?: Record<string, Tensor>;
  readonly opset?: number;
  readonly dims: Dims;
  readonly y: readonly number[];
}

const e = Math.exp;
const tensorValue = (value: Tensor): Attribute => ({ kind: 'tensor', value });

const cases: readonly Case[] = [
  {
    about: 'Add repeats a row',
    node: node('Add', ['x', 'b'], 'y'),
    x: floats([2, 3], 1, 2, 3, 4, 5, 6),
    initialisers: { b: floats([3], 10, 20, 30) },
    dims: [2, 3],
    y: [11, 22, 33, 14, 25, 36],
  },
  {
    about: 'Add repeats a column and a scalar axis',
    node: node('Add', ['b', 'x'], 'y'),
    x: floats([2, 1, 2], 1, 2, 3, 4),
    initialisers: { b: floats([2, 1], 10, 20) },
    dims: [2, 2, 2],
    y: [11, 12, 21, 22, 13, 14, 23, 24],
  },
  {
    about: 'Relu',
    node: node('Relu', ['x'], 'y'),
    x: floats([1, 4], -2, 0, 3, -0.5),
    dims: [1, 4],
    y: [0, 0, 3, 0],
  },
  {
    about: 'Identity',
    node: node('Identity', ['x'], 'y'),
    x: floats([1, 2], -2, 5),
    dims: [1, 2],
    y: [-2, 5],
  },
  {
    about: 'Flatten',
    node: node('Flatten', ['x'], 'y'),
    x: floats([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8),
    dims: [2, 4],
    y: [1, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    about: 'Flatten from the last axis',
    node: node('Flatten', ['x'], 'y', { axis: int(-1) }),
    x: floats([1, 2, 3], 1, 2, 3, 4, 5, 6),
    dims: [2, 3],
    y: [1, 2, 3, 4, 5, 6],
  },
  {
    about: 'Reshape keeps at 0 and fills at −1',
    node: node('Reshape', ['x', 's'], 'y'),
    x: floats([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8),
    initialisers: { s: int64Tensor([0, -1]) },
    dims: [2, 4],
    y: [1, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    about: 'Reshape to one image takes as many as there are',
    node: node('Reshape', ['x', 's'], 'y'),
    x: floats([2, 4], 1, 2, 3, 4, 5, 6, 7, 8),
    initialisers: { s: int64Tensor([1, 2, 2]) },
    dims: [2, 2, 2],
    y: [1, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    about: 'MatMul',
    node: node('MatMul', ['x', 'w'], 'y'),
    x: floats([2, 2], 1, 2, 3, 4),
    initialisers: { w: floats([2, 3], 1, 0, -1, 2, 1, 0.5) },
    dims: [2, 3],
    y: [5, 2, 0, 11, 4, -1],
  },
  {
    about: 'MatMul with a matrix for each image',
    node: node('MatMul', ['x', 'w'], 'y'),
    x: floats([2, 1, 2], 1, 2, 3, 4),
    initialisers: { w: floats([2, 2, 1], 1, 10, 100, 1000) },
    dims: [2, 1, 1],
    y: [21, 4300],
  },
  {
    about: 'MatMul with a vector',
    node: node('MatMul', ['x', 'w'], 'y'),
    x: floats([2, 2], 1, 2, 3, 4),
    initialisers: { w: floats([2], 10, 1) },
    dims: [2],
    y: [12, 34],
  },
  {
    about: 'Gemm with all its attributes',
    node: node('Gemm', ['x', 'w', 'c'], 'y', { alpha: float(2), beta: float(0.5), transB: int(1) }),
    x: floats([1, 2], 3, 5),
    initialisers: { w: floats([2, 2], 1, 2, -1, 4), c: floats([1, 2], 10, 20) },
    dims: [1, 2],
    y: [31, 44],
  },
  {
    about: 'Gemm with A transposed and without C',
    node: node('Gemm', ['x', 'w'], 'y', { transA: int(1) }),
    x: floats([1, 2], 3, 5),
    initialisers: { w: floats([1, 2], 1, 2) },
    dims: [2, 2],
    y: [3, 6, 5, 10],
  },
  {
    about: 'Softmax along the last axis',
    node: node('Softmax', ['x'], 'y'),
    x: floats([1, 2, 2], 0, 1, 100, 100),
    dims: [1, 2, 2],
    y: [1 / (1 + e(1)), e(1) / (1 + e(1)), 0.5, 0.5],
  },
  {
    about: 'Softmax along an inner axis',
    node: node('Softmax', ['x'], 'y', { axis: int(1) }),
    x: floats([1, 2, 2], 0, 5, 1, 5),
    dims: [1, 2, 2],
    y: [1 / (1 + e(1)), 0.5, e(1) / (1 + e(1)), 0.5],
  },
  {
    about: 'Softmax before operator set 13 takes all dimensions behind the axis',
    node: node('Softmax', ['x'], 'y'),
    x: floats([1, 2, 2], 7, 7, 7, 7),
    opset: 11,
    dims: [1, 2, 2],
    y: [0.25, 0.25, 0.25, 0.25],
  },
];

const values = (network: Network, x: Tensor) => evaluate(need(prepare(network)), x as TensorOf<'float32'>);

test.each(cases)('$about', ({ node, x, initialisers, opset, dims, y }) => {
  const one = network(x.dims.slice(1), [node], initialisers, opset);
  const got = need(values(one, x)).get('y')!;
  expect(got.dims).toEqual(dims);
  expect(got.data).toHaveLength(y.length);
  y.forEach((wanted, i) => expect(got.data[i]).toBeCloseTo(wanted, 6));
});

test.each([
  ['value', tensorValue(floats([2], 1, 2)), [1, 2]],
  ['value', tensorValue({ type: 'float64', dims: [2], data: Float64Array.of(1, 2) }), [1, 2]],
  ['value', tensorValue({ type: 'float16', dims: [2], data: Uint16Array.of(0x3c00, 0xc580) }), [1, -5.5]],
  [
    'value',
    tensorValue({ type: 'float16', dims: [2], data: Uint16Array.of(0x0001, 0x7bff) }),
    [2 ** -24, 65504],
  ],
  ['value', tensorValue({ type: 'bfloat16', dims: [2], data: Uint16Array.of(0x3f80, 0xc0b0) }), [1, -5.5]],
  ['value_float', float(3), [3, 3]],
  ['value_floats', { kind: 'floats', value: [5, 6] } as Attribute, [5, 6]],
])('Constant gives %s', (name, attribute, added) => {
  const nodes = [node('Constant', [], 'c', { [name]: attribute }), node('Add', ['x', 'c'], 'y')];
  expect([...need(values(network([2], nodes), floats([1, 2], 0, 0))).get('y')!.data]).toEqual(added);
});

test('a shape made by Constant and Identity is known before the run', () => {
  const shape = { kind: 'ints', value: [-1, 2, 1] } as const;
  const nodes = [
    node('Constant', [], 's', { value_ints: shape }),
    node('Identity', ['s'], 't'),
    node('Reshape', ['x', 't'], 'y'),
  ];
  const prepared = need(prepare(network([2], nodes)));
  expect(prepared.nodes.map(({ op }) => op)).toEqual(['Reshape']);
  expect(
    need(evaluate(prepared, floats([3, 2], 1, 2, 3, 4, 5, 6) as TensorOf<'float32'>)).get('y')!.dims,
  ).toEqual([3, 2, 1]);
});

describe('dimensions that do not fit are faults', () => {
  test.each([
    [node('Add', ['x', 'w'], 'y')],
    [node('MatMul', ['x', 'w'], 'y')],
    [node('Gemm', ['x', 'w'], 'y')],
    [node('Gemm', ['x', 'x', 'w'], 'y', { transB: int(1) })],
    [node('Flatten', ['x'], 'y', { axis: int(3) })],
    [node('Softmax', ['x'], 'y', { axis: int(2) })],
    [node('Reshape', ['x', 's'], 'y')],
    [node('Reshape', ['x', 'x'], 'y')],
    [node('Constant', [], 'y')],
  ])('$op', (one) => {
    const initialisers = { w: floats([3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9), s: int64Tensor([3, -1]) };
    expect(faults(prepare(network([2], [one], initialisers)))).toEqual(['nn-shape']);
  });

  test('a result that would not fit into memory', () => {
    const wide = (name: string) => node('Reshape', ['x', `${name}s`], name);
    const big = network([2 ** 15], [wide('a'), wide('b'), node('MatMul', ['a', 'b'], 'y')], {
      as: int64Tensor([2 ** 15, 1]),
      bs: int64Tensor([1, 2 ** 15]),
    });
    expect(faults(prepare(big))).toEqual(['nn-too-large']);
  });

  test('a network without an output', () => {
    expect(faults(prepare({ ...network([2], [node('Relu', ['x'], 'y')]), outputs: [] }))).toEqual([
      'nn-no-output',
    ]);
  });

  test('integers where reals are computed', () => {
    const one = network([2], [node('Add', ['x', 's'], 'y')], { s: int64Tensor([1, 2]) });
    expect(faults(prepare(one))).toEqual(['nn-type']);
  });

  test('images of another size, and open dimensions', () => {
    const one = network([2], [node('Relu', ['x'], 'y')]);
    expect(faults(values(one, floats([2, 3], 1, 2, 3, 4, 5, 6)))).toEqual(['nn-images']);
    const open = { ...one, inputs: [{ name: 'x', type: 'float32', dims: ['batch', 'width'] }] } as const;
    expect(faults(prepare(open))).toEqual(['nn-input-shape']);
  });
});

test.each([
  [10, 'float16', [1, 1 + 2 ** -9, 2 ** -24, 0, 65504, Infinity]],
  [16, 'bfloat16', [1, 1, 2 ** -24, 2 ** -26, 65536, 65536]],
])('Cast to %i rounds to %s and runs as float32', (to, _name, wanted) => {
  const one = network([6], [node('Cast', ['x'], 'y', { to: int(to) })]);
  const got = need(
    values(one, floats([1, 6], 1 + 2 ** -12, 1 + 2 ** -9 + 2 ** -12, 2 ** -24, 2 ** -26, 65519, 65520)),
  );
  expect([got.get('y')!.type, ...got.get('y')!.data]).toEqual(['float32', ...wanted]);
});
