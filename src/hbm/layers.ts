import { failure, random, success, type Result } from '../base/index.js';
import type { Arguments } from '../builder/index.js';
import { fixed, type NpyArray } from '../format/index.js';
import { denseInterval, denseLatency } from '../ops/index.js';
import type { EngineTiming } from './engine.js';
import { codesFrom } from './image.js';
import { networkWordBits, type Network } from './network.js';
import { noNetwork } from './problems.js';
import { featuresOf, type EmbeddingModel } from './tables.js';

/** A layer of the network behind the lookups, and over how much hardware it is unfolded. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Processing elements, and features that each takes a cycle. */
  readonly elements: number;
  readonly lanes: number;
}

/** The integers of a layer: weights row by row, in units of the last bit of their format; biases in those of a product. */
export interface LayerCodes {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** The layers of a model's network, unfolded as published: each element takes two words of 128 bits a cycle. */
export function layersOf(model: EmbeddingModel): Result<readonly Layer[]> {
  if (!model.network) return failure(noNetwork(model.name));
  return success(unfolded(model.network, featuresOf(model), model.elementBits));
}

function unfolded(
  { layers, processingElements }: Network,
  features: number,
  elementBits: number,
): readonly Layer[] {
  return layers.map((outputs, at) => ({
    inputs: at === 0 ? features : layers[at - 1]!,
    outputs,
    elements: processingElements[at]!,
    lanes: 2 * Math.max(1, Math.floor(networkWordBits / elementBits)),
  }));
}

/** Bits of a weight behind the point: weights are as wide as elements, from −2 to 2. */
export function weightFraction(elementBits: number): number {
  return elementBits - 2;
}

/** The parameters of `dense` for each layer: rectified but for the last, results in the format of the elements. */
export function layerParameters(
  { elementBits, tables }: EmbeddingModel,
  layers: readonly Layer[],
  codes: readonly LayerCodes[],
  fraction: number,
): readonly Arguments[] {
  const element = fixed(elementBits - fraction, fraction);
  return layers.map(({ inputs, outputs, elements, lanes }, at) => ({
    inputs,
    outputs,
    elements,
    lanes,
    x: element,
    w: fixed(2, weightFraction(elementBits)),
    y: element,
    weights: [...codes[at]!.weights],
    biases: [...codes[at]!.biases],
    rectify: at < layers.length - 1,
    fault_bits: tables.reduce((sum, { lookups }) => sum + lookups, 0),
  }));
}

/** Random weights that leave results about as large as what goes in, and biases of up to one; for trials without data. */
export function randomLayers(
  layers: readonly Layer[],
  elementBits: number,
  fraction: number,
  seed: number,
): readonly LayerCodes[] {
  const source = random(seed);
  const among = (count: number, scale: number): Float64Array =>
    Float64Array.from({ length: count }, () => Math.round((2 * source.unit() - 1) * scale));
  const points = weightFraction(elementBits);
  return layers.map(({ inputs, outputs }) => ({
    weights: among(inputs * outputs, Math.min(1, Math.sqrt(3 / inputs)) * 2 ** points),
    biases: among(outputs, 2 ** Math.min(50, points + fraction)),
  }));
}

/** The integers of a layer from its file of weights (outputs × inputs) and, where there is one, that of its biases (outputs). */
export function layerFrom(
  { inputs, outputs }: Layer,
  weights: { readonly file: string; readonly array: NpyArray },
  biases: { readonly file: string; readonly array: NpyArray } | undefined,
  elementBits: number,
  fraction: number,
): Result<LayerCodes> {
  const points = weightFraction(elementBits);
  const shape = { name: weights.file, rows: outputs, columns: inputs, lookups: 1 };
  const matrix = codesFrom(weights.file, shape, weights.array, elementBits, points);
  const vector =
    biases &&
    codesFrom(biases.file, { ...shape, rows: 1, columns: outputs }, row(biases.array), 53, points + fraction);
  const faults = [...matrix.diagnostics, ...(vector?.diagnostics ?? [])];
  if (!matrix.ok || (vector && !vector.ok)) return failure(...faults);
  return success({ weights: matrix.value, biases: vector?.value ?? new Float64Array() });
}

/** A vector as a matrix of one row. */
function row(array: NpyArray): NpyArray {
  return array.shape.length === 1 ? { ...array, shape: [1, ...array.shape] } : array;
}

/** How long a vector takes through all layers, and in how many cycles the slowest takes the next; zeros where there are none. */
export function networkTiming(
  layers: readonly Layer[],
): Pick<EngineTiming, 'latencyCycles' | 'cyclesPerItem'> {
  return {
    latencyCycles: layers.reduce((sum, layer) => sum + denseLatency(layer), 0),
    cyclesPerItem: Math.max(0, ...layers.map(denseInterval)),
  };
}

/** The closed form for engine and network: stages follow each other, and the slowest says how fast items do. */
export function pipelineTiming(engine: EngineTiming, layers: readonly Layer[]): EngineTiming {
  const network = networkTiming(layers);
  const slowest = layers.findIndex((layer) => denseInterval(layer) === network.cyclesPerItem) + 1;
  const isNetwork = network.cyclesPerItem > engine.cyclesPerItem;
  return {
    latencyCycles: engine.latencyCycles + network.latencyCycles,
    cyclesPerItem: Math.max(engine.cyclesPerItem, network.cyclesPerItem),
    bound: isNetwork ? `layer ${slowest}` : engine.bound,
  };
}
