import type { Node } from '../network.js';
import type { Tensor } from '../tensor.js';

/** Trained numbers and the gradient of the loss by them, of the same length. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly value: Float32Array;
  /** of the last batch; written by `backward` */
  readonly gradient: Float32Array;
}

/** One layer in training. Between `forward` and `backward` it keeps what the gradient needs. */
export interface TrainedLayer {
  readonly parameters: readonly Parameter[];
  /** `rows` inputs in row-major order to as many outputs */
  readonly forward: (x: Float32Array, rows: number) => Float32Array;
  /** writes the parameters' gradients from that of the output; returns that of the input if it is wanted */
  readonly backward: (dy: Float32Array, rows: number, wantInput: boolean) => Float32Array | undefined;
  /** the layer as an operation of a network */
  readonly node: (input: string, output: string) => Node;
}

/** The tensors that the layers' nodes read, by name. */
export function parameterTensors(layers: readonly TrainedLayer[]): Map<string, Tensor> {
  const parameters = layers.flatMap((layer) => layer.parameters);
  return new Map(parameters.map(({ name, dims, value }) => [name, { type: 'float32', dims, data: value }]));
}
