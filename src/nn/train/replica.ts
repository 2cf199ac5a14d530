import { random } from '../../base/index.js';
import { fastSpace, type Space } from './kernel/space.js';
import { sizeOf, type Layer, type Parameter } from './layer.js';
import { buildLayers, type LayerSpec } from './layers/spec.js';
import { crossEntropy, type Loss } from './loss.js';
import { fillSample, labelsOf, shapeOf, type Samples } from './samples.js';

/** A network as it is trained: what it is made of, and how many inputs it takes at a time. */
export interface Model {
  readonly layers: readonly LayerSpec[];
  /** dimensions of one input */
  readonly shape: readonly number[];
  /** inputs at a time; batch normalisation is over so many */
  readonly shard: number;
  /** of the starting weights */
  readonly seed: number;
}

/** All layers of a model in a space of their own. */
export function layersOf(model: Model, space: Space = fastSpace()): Layer {
  const { layers, shape, shard: rows, seed } = model;
  return buildLayers(layers, { space, rows, shape, name: '', source: random(seed) });
}

/** Where a parameter's numbers stand in the flat list of all. */
export interface Span {
  readonly parameter: Parameter;
  readonly from: number;
  readonly to: number;
}

/** All parameters one behind the other. */
export function spansOf(layer: Layer): Span[] {
  let next = 0;
  return layer.parameters.map((parameter) => {
    const from = next;
    next += sizeOf(parameter.dims);
    return { parameter, from, to: next };
  });
}

/** One copy of the network that a thread works with. */
export interface Replica {
  /** loss of the samples at `positions`, as many as a shard has; writes the gradient of their mean loss */
  readonly gradient: (weights: Float32Array, positions: Uint32Array, key: number, out: Float32Array) => Loss;
  /** scores of at most a shard's samples, as they are, row by row */
  readonly scores: (weights: Float32Array, samples: Samples, positions: Uint32Array) => Float32Array;
}

/** @param smoothing of the labels, 0 … 1 */
export function replica(model: Model, samples: Samples, smoothing: number): Replica {
  const space = fastSpace();
  const layer = layersOf(model, space);
  const spans = spansOf(layer);
  const size = sizeOf(model.shape);
  const inputs = space.floats(model.shard * size);
  const slope = space.floats(model.shard * sizeOf(layer.shape));
  const load = (weights: Float32Array): void => {
    for (const { parameter, from, to } of spans) parameter.value.set(weights.subarray(from, to));
  };
  return {
    gradient(weights, positions, key, out) {
      load(weights);
      positions.forEach((at, i) => fillSample(samples, at, random(key * 2 ** 20 + at), inputs, i * size));
      const labels = Uint8Array.from(positions, (at) => labelsOf(samples)[at]!);
      const loss = crossEntropy(layer.forward(inputs, true), labels, smoothing, slope);
      layer.backward(slope, false);
      for (const { parameter, from } of spans) out.set(parameter.gradient, from);
      return loss;
    },
    scores(weights, from, positions) {
      if (shapeOf(from).join() !== model.shape.join()) throw new Error('samples of another shape');
      load(weights);
      inputs.fill(0);
      positions.forEach((at, i) => fillSample(from, at, random(0), inputs, i * size));
      const scores = layer.forward(inputs, false);
      return Float32Array.from(scores.subarray(0, positions.length * sizeOf(layer.shape)));
    },
  };
}
