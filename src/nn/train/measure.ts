import { wilson } from '../score.js';
import { replica, type Model } from './replica.js';
import { classesOf, labelsOf, type Samples } from './samples.js';

/** How many samples a model gets right. */
export interface Measured {
  readonly samples: number;
  readonly accuracy: number;
  /** Wilson's interval for the accuracy */
  readonly ci95: readonly [number, number];
}

/** The accuracy of weights on all samples, in float32. */
export function measure(model: Model, weights: Float32Array, samples: Samples): Measured {
  const labels = labelsOf(samples);
  const classes = classesOf(samples);
  const own = replica(model, samples, 0);
  let right = 0;
  for (let from = 0; from < labels.length; from += model.shard) {
    const positions = Uint32Array.from(
      { length: Math.min(model.shard, labels.length - from) },
      (_, i) => from + i,
    );
    const scores = own.scores(weights, samples, positions);
    positions.forEach((at, row) => {
      const own = scores.subarray(row * classes, (row + 1) * classes);
      const best = own.reduce((most, score, c) => (score > own[most]! ? c : most), 0);
      if (best === labels[at]) right++;
    });
  }
  return { samples: labels.length, accuracy: right / labels.length, ci95: wilson(right, labels.length) };
}
