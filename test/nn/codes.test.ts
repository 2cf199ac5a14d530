import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  elements,
  evaluate,
  exactEngine,
  floatTensor,
  forward,
  int64Tensor,
  int8,
  prepare,
  quantise,
  type Attribute,
  type Dims,
} from '../../src/nn/index.js';
import { need, network, node, ranges } from './networks.js';

const ints = (...value: number[]): Attribute => ({ kind: 'ints', value });

const r = random(3);
const normal = (...dims: number[]) =>
  floatTensor(
    dims,
    Float32Array.from({ length: elements(dims) }, () => r.normal()),
  );

/** Two layers with what only moves elements between them: pooling, a transposition, slices in two parts. */
function between() {
  const nodes = [
    node('Gemm', ['x', 'w1'], 'h'),
    node('Reshape', ['h', 'square'], 's'),
    node('MaxPool', ['s'], 'p', { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
    node('Transpose', ['p'], 't', { perm: ints(0, 1, 3, 2) }),
    {
      ...node('Split', ['t', 'halves'], 'front', { axis: { kind: 'int', value: 2 } }),
      outputs: ['front', 'back'],
    },
    node('Flatten', ['front'], 'f'),
    node('Flatten', ['back'], 'b'),
    node('Gemm', ['f', 'w2'], 'y'),
    node('Gemm', ['b', 'w3'], 'z'),
  ];
  const constants = {
    w1: normal(6, 16),
    w2: normal(2, 3),
    w3: normal(2, 3),
    square: int64Tensor([0, 1, 4, 4]),
    halves: int64Tensor([1, 1]),
  };
  const one = network([6], nodes, constants);
  return { ...one, outputs: [...one.outputs, { name: 'z', type: 'float32' } as const] };
}

test('codes pass through what only moves elements, several outputs too', () => {
  const prepared = need(prepare(between()));
  const x = normal(50, 6);
  const values = need(evaluate(prepared, x));
  const largest = (name: string): number =>
    (values.get(name)!.data as Float32Array).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const seenRanges = ranges({ x: largest('x'), h: largest('h') });
  const quantised = need(quantise(prepared, seenRanges, int8));
  const moved = quantised.steps.flatMap((step) => (step.kind === 'node' ? [step.inCodes] : []));
  expect(moved).toEqual([true, true, true, true, true, true]);
  const kinds = quantised.steps.flatMap((step) => (step.kind === 'layer' ? [step.layer.result.kind] : []));
  expect(kinds).toEqual(['codes', 'numbers', 'numbers']);
  const seen = new Map<string, Dims>();
  const got = need(
    forward(quantised, x, exactEngine(), {
      layer({ layer, images, clipped }) {
        expect(clipped).toBe(0);
        seen.set(layer.output, [images, layer.depth]);
      },
    }),
  );
  expect([...seen]).toEqual([
    ['h', [50, 6]],
    ['y', [50, 2]],
    ['z', [50, 2]],
  ]);
  const wanted = values.get('y')!.data as Float32Array;
  const far = got.data.reduce((most, one, i) => Math.max(most, Math.abs(one - wanted[i]!)), 0);
  expect(far / largest('y')).toBeLessThan(0.05);
});
