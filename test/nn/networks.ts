import { expect } from 'vitest';
import type { Result } from '../../src/base/index.js';
import {
  floatTensor,
  observedRange,
  type Attribute,
  type Network,
  type Node,
  type Observations,
  type Tensor,
} from '../../src/nn/index.js';

/** The value of a result that must be there. */
export function need<T>(result: Result<T>): T {
  if (!result.ok)
    throw new Error(result.diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return result.value;
}

/** The codes of the diagnostics of a result that must have failed. */
export function faults(result: Result<unknown>): string[] {
  expect(result.ok).toBe(false);
  return result.diagnostics.map(({ code }) => code);
}

export function floats(dims: readonly number[], ...data: readonly number[]): Tensor {
  return floatTensor(dims, Float32Array.from(data));
}

export function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Record<string, Attribute> = {},
): Node {
  return {
    name: `the-${output}`,
    op,
    inputs,
    outputs: [output],
    attributes: new Map(Object.entries(attributes)),
  };
}

/** What calibration would have seen of values whose magnitudes reach so far. */
export function ranges(reach: Record<string, number>): Observations {
  return new Map(Object.entries(reach).map(([name, most]) => [name, observedRange(-most, most)]));
}

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });

/** A network from `x` [batch, …dims] to `y`. */
export function network(
  dims: readonly number[],
  nodes: readonly Node[],
  initialisers: Record<string, Tensor> = {},
  opset = 13,
): Network {
  return {
    name: 'small',
    producer: 'test',
    opset,
    inputs: [{ name: 'x', type: 'float32', dims: ['batch', ...dims] }],
    outputs: [{ name: 'y', type: 'float32' }],
    initialisers: new Map(Object.entries(initialisers)),
    nodes,
    metadata: new Map([['made', 'by hand']]),
  };
}

/** Two layers: 3 inputs, 2 hidden, 2 outputs, with numbers that can be followed by hand. */
export function twoLayers(): Network {
  return network(
    [3],
    [
      node('Gemm', ['x', 'w1', 'b1'], 'h', { transB: int(1) }),
      node('Relu', ['h'], 'r'),
      node('MatMul', ['r', 'w2'], 'm'),
      node('Add', ['m', 'b2'], 'y'),
    ],
    {
      w1: floats([2, 3], 1, -2, 0.5, 0.25, 1, -1),
      b1: floats([2], 0.5, -0.25),
      w2: floats([2, 2], 2, -1, 1, 1),
      b2: floats([2], 0, 1),
    },
  );
}
