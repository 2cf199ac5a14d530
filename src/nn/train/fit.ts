import { random, type Random } from '../../base/index.js';
import type { Images, Normalisation } from '../data/images.js';
import { augmented, type Augmentation } from './augment.js';
import { adam } from './adam.js';
import type { TrainedLayer } from './layer.js';
import { crossEntropy } from './loss.js';

export interface FitOptions {
  readonly normalisation: Normalisation;
  readonly augmentation: Augmentation;
  readonly epochs: number;
  /** images per step */
  readonly batch: number;
  /** learning rate of the first step; it falls to 0 along half a cosine */
  readonly rate: number;
  readonly labelSmoothing: number;
  readonly seed: number;
}

/** What an epoch did; `loss` is the mean over its batches. */
export interface Epoch {
  readonly epoch: number;
  readonly loss: number;
}

/**
 * Trains the layers in place by Adam on the cross-entropy of their last output. The same layers, images and
 * options give the same numbers, on the same version of the JavaScript engine.
 *
 * @param told is called behind every epoch
 */
export function fit(
  layers: readonly TrainedLayer[],
  images: Images,
  options: FitOptions,
  told: (epoch: Epoch) => void = () => {},
): void {
  const source = random(options.seed);
  const step = adam(layers.flatMap((layer) => layer.parameters));
  const order = Uint32Array.from({ length: images.count }, (_, i) => i);
  const steps = options.epochs * Math.floor(images.count / options.batch);
  let done = 0;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    shuffle(order, source);
    let [loss, batches] = [0, 0];
    for (let from = 0; from + options.batch <= order.length; from += options.batch) {
      const positions = order.subarray(from, from + options.batch);
      loss += gradients(layers, images, positions, options, source);
      step(0.5 * options.rate * (1 + Math.cos((Math.PI * done) / steps)));
      done++;
      batches++;
    }
    told({ epoch, loss: loss / batches });
  }
}

/** Forward and backward through all layers for one batch; the loss. */
function gradients(
  layers: readonly TrainedLayer[],
  images: Images,
  positions: Uint32Array,
  options: FitOptions,
  source: Random,
): number {
  const rows = positions.length;
  let values = inputs(images, positions, options, source);
  for (const layer of layers) values = layer.forward(values, rows);
  const labels = Uint8Array.from(positions, (at) => images.labels[at]!);
  const { loss, gradient } = crossEntropy(values, labels, images.classes, options.labelSmoothing);
  let slope: Float32Array | undefined = gradient;
  for (let i = layers.length - 1; i >= 0 && slope; i--) slope = layers[i]!.backward(slope, rows, i > 0);
  return loss;
}

function inputs(images: Images, positions: Uint32Array, options: FitOptions, source: Random): Float32Array {
  const size = images.pixels.length / images.count;
  const { scale, shift } = options.normalisation;
  const batch = new Float32Array(positions.length * size);
  positions.forEach((at, i) => augmented(images, at, options.augmentation, source, batch, i * size));
  return batch.map((x) => x * scale + shift);
}

function shuffle(order: Uint32Array, source: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = source.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}
