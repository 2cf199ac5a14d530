import type { Random } from '../../base/index.js';
import { productTransposed, transpose } from '../matrix.js';
import type { Parameter, TrainedLayer } from './layer.js';

/**
 * A fully connected layer: y = x·Wᵀ + b. Weights start normal with deviation √(2 / inputs) (He et al. 2015),
 * biases at 0.
 */
export function dense(name: string, inputs: number, outputs: number, source: Random): TrainedLayer {
  const deviation = Math.sqrt(2 / inputs);
  const weights = parameter(`${name}.weight`, [outputs, inputs], () => deviation * source.normal());
  const biases = parameter(`${name}.bias`, [outputs], () => 0);
  let seen: Float32Array = new Float32Array();
  return {
    parameters: [weights, biases],
    forward(x, rows) {
      seen = x;
      const y = new Float32Array(rows * outputs);
      productTransposed(x, weights.value, rows, outputs, inputs, y);
      for (let i = 0; i < y.length; i++) y[i]! += biases.value[i % outputs]!;
      return y;
    },
    backward(dy, rows, wantInput) {
      const byOutput = transpose(dy, rows, outputs);
      productTransposed(byOutput, transpose(seen, rows, inputs), outputs, inputs, rows, weights.gradient);
      sumRows(byOutput, rows, biases.gradient);
      if (!wantInput) return undefined;
      const dx = new Float32Array(rows * inputs);
      productTransposed(dy, transpose(weights.value, outputs, inputs), rows, inputs, outputs, dx);
      return dx;
    },
    node: (input, output) => ({
      name,
      op: 'Gemm',
      attributes: new Map([['transB', { kind: 'int', value: 1 }]]),
      inputs: [input, weights.name, biases.name],
      outputs: [output],
    }),
  };
}

function parameter(name: string, dims: readonly number[], start: () => number): Parameter {
  const size = dims.reduce((product, n) => product * n, 1);
  return { name, dims, value: Float32Array.from({ length: size }, start), gradient: new Float32Array(size) };
}

/** The sum of each row of `length` numbers. */
function sumRows(matrix: Float32Array, length: number, out: Float32Array): void {
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += matrix[row * length + i]!;
    out[row] = sum;
  }
}
