import { random } from '../../base/index.js';
import type { NormalisationName } from '../data/images.js';
import type { Network } from '../network.js';
import type { Augmentation } from './augment.js';
import { dense } from './dense.js';
import { parameterTensors, type TrainedLayer } from './layer.js';
import { relu } from './relu.js';

/** Everything that decides how a network comes out of its training. */
export interface Recipe {
  readonly name: string;
  readonly data: string;
  readonly normalisation: NormalisationName;
  /** outputs of the fully connected layers; ReLU stands between them */
  readonly widths: readonly number[];
  readonly augmentation: Augmentation;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  readonly labelSmoothing: number;
  readonly seed: number;
}

/** The recipes of the networks in models/. */
export const recipes: Readonly<Record<string, Recipe>> = {
  mlp: {
    name: 'mlp',
    data: 'mnist',
    normalisation: 'unit',
    widths: [128, 64, 10],
    augmentation: { shift: 1.5, rotateDegrees: 8, stretch: 0.08 },
    epochs: 24,
    batch: 100,
    rate: 0.002,
    labelSmoothing: 0,
    seed: 1,
  },
};

/** Layers with their starting weights: fully connected ones with ReLU between them. */
export function perceptron(inputs: number, widths: readonly number[], seed: number): TrainedLayer[] {
  const source = random(seed);
  return widths.flatMap((outputs, i) => {
    const layer = dense(`dense${i + 1}`, i === 0 ? inputs : widths[i - 1]!, outputs, source);
    return i < widths.length - 1 ? [layer, relu(`relu${i + 1}`)] : [layer];
  });
}

/** The layers as a network that reads images and gives one score per class. */
export function exportNetwork(
  name: string,
  layers: readonly TrainedLayer[],
  shape: readonly [number, number, number],
  classes: number,
  metadata: ReadonlyMap<string, string>,
): Network {
  const flatten = {
    name: 'flatten',
    op: 'Flatten',
    attributes: new Map(),
    inputs: ['images'],
    outputs: ['flat'],
  };
  const nodes = layers.map((layer, i) => {
    const output = i === layers.length - 1 ? 'scores' : `value${i + 1}`;
    return layer.node(i === 0 ? 'flat' : `value${i}`, output);
  });
  return {
    name,
    producer: 'bitloom',
    opset: 13,
    inputs: [{ name: 'images', type: 'float32', dims: ['batch', ...shape] }],
    outputs: [{ name: 'scores', type: 'float32', dims: ['batch', classes] }],
    initialisers: parameterTensors(layers),
    nodes: [flatten, ...nodes],
    metadata,
  };
}
