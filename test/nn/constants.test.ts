import { describe, expect, test } from 'vitest';
import {
  evaluate,
  floatTensor,
  int64Tensor,
  prepare,
  withDims,
  withBatchNormsFolded,
  withSizes,
  type Attribute,
  type Network,
  type Node,
  type Tensor,
} from '../../src/nn/index.js';
import { faults, float, floats, int, need, network, node } from './networks.js';

const scalar = (x: number): Tensor => withDims(int64Tensor([x]), []);
const ints = (...value: number[]): Attribute => ({ kind: 'ints', value });

const kept = (one: Network): string[] => need(prepare(one)).nodes.map(({ op }) => op);

function run(one: Network, images: number, each: readonly number[]) {
  const size = each.reduce((a, b) => a * b, 1);
  const x = floatTensor(
    [images, ...each],
    Float32Array.from({ length: images * size }, (_, i) => i),
  );
  return need(evaluate(need(prepare(one)), x)).get('y')!;
}

/** What PyTorch's exporter writes for x.view(x.size(0), −1). */
const viewNodes: readonly Node[] = [
  node('Shape', ['x'], 's'),
  node('Gather', ['s', 'zero'], 'n', { axis: int(0) }),
  node('Unsqueeze', ['n', 'axes'], 'u'),
  node('Concat', ['u', 'rest'], 'c', { axis: int(0) }),
  node('Reshape', ['x', 'c'], 'y'),
];
const viewConstants = { zero: scalar(0), axes: int64Tensor([0]), rest: int64Tensor([-1]) };

describe('shape arithmetic', () => {
  test('falls away where the shape is the same but for the images', () => {
    const one = network([2, 3], viewNodes, viewConstants);
    expect(kept(one)).toEqual(['Reshape']);
    for (const images of [1, 4]) expect(run(one, images, [2, 3]).dims).toEqual([images, 6]);
  });

  test('stays where it is not, and goes by the images that are run', () => {
    // [n, 2, 3] → [n · 2, 3] by the product of two of its sizes
    const nodes = [
      node('Shape', ['x'], 's'),
      node('Slice', ['s', 'zero', 'two'], 'front'),
      node('ReduceProd', ['front'], 'p', { keepdims: int(1) }),
      node('Slice', ['s', 'two', 'three'], 'last'),
      node('Concat', ['p', 'last'], 'c', { axis: int(0) }),
      node('ConstantOfShape', ['c'], 'zeros'),
      node('Reshape', ['x', 'c'], 'r'),
      node('Add', ['r', 'zeros'], 'y'),
    ];
    const constants = { zero: int64Tensor([0]), two: int64Tensor([2]), three: int64Tensor([3]) };
    const one = network([2, 3], nodes, constants);
    for (const images of [1, 5]) expect(run(one, images, [2, 3]).dims).toEqual([2 * images, 3]);
  });

  test('of sizes that the file states is constant', () => {
    const nodes = [
      node('Shape', ['x'], 's', { start: int(1) }),
      node('Cast', ['s'], 'f', { to: int(1) }),
      node('Mul', ['f', 'twice'], 'm'),
      node('Cast', ['m'], 'i', { to: int(7) }),
      node('Slice', ['i', 'one', 'two'], 'width'),
      node('Concat', ['minus', 'width'], 'c', { axis: int(0) }),
      node('Reshape', ['x', 'c'], 'y'),
    ];
    const constants = {
      twice: floats([], 2),
      one: int64Tensor([0]),
      two: int64Tensor([1]),
      minus: int64Tensor([-1]),
    };
    const one = network([6, 2], nodes, constants);
    expect(kept(one)).toEqual(['Reshape']);
    expect(run(one, 3, [6, 2]).dims).toEqual([3, 12]);
  });

  test('with the number of images in two places is left to the run', () => {
    const nodes = [
      node('Shape', ['x'], 's'),
      node('Gather', ['s', 'zero'], 'n', { axis: int(0) }),
      node('Mul', ['n', 'n'], 'square'),
      node('Div', ['square', 'n'], 'again'),
      node('Unsqueeze', ['again', 'axes'], 'u'),
      node('Concat', ['one', 'u', 'rest'], 'c', { axis: int(0) }),
      node('Reshape', ['x', 'c'], 'y'),
    ];
    const constants = { ...viewConstants, one: int64Tensor([1]), rest: int64Tensor([4]) };
    const one = network([4], nodes, constants);
    for (const images of [1, 3]) expect(run(one, images, [4]).dims).toEqual([1, images, 4]);
  });

  test('of a network that is fixed to one image runs for any number', () => {
    const one = network([2, 3], viewNodes, viewConstants);
    const fixed = { ...one, inputs: [{ ...one.inputs[0]!, dims: [1, 2, 3] }] };
    expect(run(fixed, 4, [2, 3]).dims).toEqual([4, 6]);
  });
});

test('arithmetic on constants is done ahead, and weights from codes are known', () => {
  const codes: Tensor = { type: 'int8', dims: [2, 2], data: Int8Array.of(1, -2, 3, 100) };
  const nodes = [
    node('DequantizeLinear', ['codes', 'scale'], 'w'),
    node('Transpose', ['w'], 't', { perm: ints(1, 0) }),
    node('MatMul', ['x', 't'], 'y'),
  ];
  const prepared = need(prepare(network([2], nodes, { codes, scale: floats([], 0.5) })));
  expect(prepared.nodes.map(({ op }) => op)).toEqual(['MatMul']);
  expect([...prepared.constants.get('t')!.data]).toEqual([0.5, 1.5, -1, 50]);
});

test('nodes whose results nobody reads are left out', () => {
  const nodes = [node('Relu', ['x'], 'unread'), node('Neg', ['x'], 'y')];
  expect(kept(network([2], nodes))).toEqual(['Neg']);
});

test('too much to be computed ahead is left to the run', () => {
  const nodes = [
    node('ConstantOfShape', ['s'], 'big'),
    node('ReduceSum', ['big'], 'sum'),
    node('Add', ['x', 'sum'], 'y'),
  ];
  expect(kept(network([1], nodes, { s: int64Tensor([2 ** 13, 2 ** 14]) }))).toEqual([
    'ConstantOfShape',
    'ReduceSum',
    'Add',
  ]);
});

describe('a network of several inputs', () => {
  const table = floats([4, 2], 0, 1, 10, 11, 20, 21, 30, 31);
  const both: Network = {
    ...network([2], [node('Gather', ['table', 'id'], 'row'), node('Add', ['x', 'row'], 'y')], { table }),
    inputs: [
      { name: 'x', type: 'float32', dims: ['batch', 2] },
      { name: 'id', type: 'int64', dims: ['batch'] },
    ],
  };

  test('is run on a tensor for each', () => {
    const given = new Map<string, Tensor>([
      ['x', floats([2, 2], 0.5, 0.5, 0.25, 0.25)],
      ['id', int64Tensor([3, 1])],
    ]);
    expect([...need(evaluate(need(prepare(both)), given)).get('y')!.data]).toEqual([
      30.5, 31.5, 10.25, 11.25,
    ]);
  });

  test('refuses tensors that are missing, unknown or do not fit', () => {
    const prepared = need(prepare(both));
    const given = new Map<string, Tensor>([
      ['x', floats([2, 3], 1, 2, 3, 4, 5, 6)],
      ['ids', int64Tensor([3, 1])],
    ]);
    expect(faults(evaluate(prepared, given))).toEqual(['nn-images', 'nn-inputs', 'nn-inputs']);
    expect(faults(evaluate(prepared, floats([1, 2], 1, 2) as never))).toEqual(['nn-inputs']);
    const outside = new Map<string, Tensor>([
      ['x', floats([1, 2], 1, 2)],
      ['id', int64Tensor([4])],
    ]);
    expect(faults(evaluate(prepared, outside))).toEqual(['nn-shape']);
  });
});

test('open sizes are stated by name', () => {
  const one: Network = {
    ...network([2], [node('LeakyRelu', ['x'], 'y', { alpha: float(0.5) })]),
    inputs: [{ name: 'x', type: 'float32', dims: ['n', 'width'] }],
  };
  expect(faults(prepare(one))).toEqual(['nn-input-shape']);
  expect([...run(withSizes(one, { width: 3 }), 1, [3]).data]).toEqual([0, 1, 2]);
});

describe('batch normalisations', () => {
  const learnt = {
    s: floats([2], 2, -0.5),
    b: floats([2], 1, 3),
    m: floats([2], 0.5, -1),
    v: floats([2], 4, 0.25),
  };
  const constants = { w: floats([2, 1, 1, 1], 3, -2), c: floats([2], 0.25, 0.75), ...learnt };
  const norm = node('BatchNormalization', ['h', 's', 'b', 'm', 'v'], 'y', { epsilon: float(0) });
  const conv = node('Conv', ['x', 'w', 'c'], 'h');

  test('behind a convolution are drawn into it', () => {
    const prepared = need(prepare(network([1, 1, 2], [conv, norm], constants)));
    const folded = withBatchNormsFolded(prepared);
    expect(folded.nodes.map(({ op }) => op)).toEqual(['Conv']);
    const x = floatTensor([2, 1, 1, 2], Float32Array.of(1, -1, 0.5, 2));
    const wanted = [...need(evaluate(prepared, x)).get('y')!.data];
    expect([...need(evaluate(folded, x)).get('y')!.data]).toEqual(wanted);
    // (3·1 + 0.25 − 0.5) / 2 · 2 + 1, and (−2·1 + 0.75 + 1) / 0.5 · −0.5 + 3
    expect([wanted[0], wanted[2]]).toEqual([3.75, 3.25]);
  });

  test('stay where something else reads what is between, or a weight is not known', () => {
    const shared = [conv, { ...norm, outputs: ['n'] }, node('Add', ['h', 'n'], 'y')];
    const first = need(prepare(network([1, 1, 2], shared, constants)));
    expect(withBatchNormsFolded(first).nodes.map(({ op }) => op)).toEqual([
      'Conv',
      'BatchNormalization',
      'Add',
    ]);
    const open = [
      conv,
      node('ReduceMean', ['x'], 'mean', { axes: ints(0, 2, 3), keepdims: int(0) }),
      node('Concat', ['mean', 'mean'], 'm2', { axis: int(0) }),
      { ...norm, inputs: ['h', 's', 'b', 'm2', 'v'] },
    ];
    const second = need(prepare(network([1, 1, 2], open, constants)));
    expect(withBatchNormsFolded(second).nodes.map(({ op }) => op)).toContain('BatchNormalization');
  });
});
