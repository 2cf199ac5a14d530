import type { TrainedLayer } from './layer.js';

/** max(0, x); the gradient at 0 is 0. */
export function relu(name: string): TrainedLayer {
  let seen: Float32Array = new Float32Array();
  return {
    parameters: [],
    forward(x) {
      seen = x;
      return x.map((value) => (value > 0 ? value : 0));
    },
    backward: (dy) => dy.map((value, i) => (seen[i]! > 0 ? value : 0)),
    node: (input, output) => ({
      name,
      op: 'Relu',
      attributes: new Map(),
      inputs: [input],
      outputs: [output],
    }),
  };
}
