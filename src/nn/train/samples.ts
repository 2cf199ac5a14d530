import type { Random } from '../../base/index.js';
import type { Images, Normalisation } from '../data/images.js';
import { elements } from '../tensor.js';
import { augmented, type Augmentation } from './augment.js';
import type { Floats } from './kernel/space.js';

/** Labelled inputs of one size as plain data, which threads can share. */
export type Samples =
  | {
      readonly kind: 'images';
      readonly images: Images;
      readonly normalisation: Normalisation;
      /** left out: images are taken as they are */
      readonly augmentation?: Augmentation;
    }
  | {
      readonly kind: 'rows';
      /** dimensions of one row */
      readonly shape: readonly number[];
      /** count × shape, row-major */
      readonly values: Float32Array;
      readonly labels: Uint8Array;
      readonly classes: number;
    };

export function labelsOf(samples: Samples): Uint8Array {
  return samples.kind === 'images' ? samples.images.labels : samples.labels;
}

export function shapeOf(samples: Samples): readonly number[] {
  return samples.kind === 'images' ? samples.images.shape : samples.shape;
}

export function classesOf(samples: Samples): number {
  return samples.kind === 'images' ? samples.images.classes : samples.classes;
}

/** Writes sample `position` to `out` at `at`; what is random about it is drawn from `source`. */
export function fillSample(
  samples: Samples,
  position: number,
  source: Random,
  out: Floats,
  at: number,
): void {
  const size = elements(shapeOf(samples));
  if (samples.kind === 'rows') {
    out.set(samples.values.subarray(position * size, (position + 1) * size), at);
    return;
  }
  const { images, normalisation, augmentation } = samples;
  if (augmentation) augmented(images, position, augmentation, source, out, at);
  else out.set(images.pixels.subarray(position * size, (position + 1) * size), at);
  for (let i = at; i < at + size; i++) out[i] = out[i]! * normalisation.scale + normalisation.shift;
}

/** The same samples with their numbers where all threads can read them. */
export function sharedSamples(samples: Samples): Samples {
  if (samples.kind === 'rows') {
    return { ...samples, values: sharedCopy(samples.values), labels: sharedCopy(samples.labels) };
  }
  const { images } = samples;
  const shared = { ...images, pixels: sharedCopy(images.pixels), labels: sharedCopy(images.labels) };
  return { ...samples, images: shared };
}

function sharedCopy<T extends Uint8Array | Float32Array>(data: T): T {
  const make = data.constructor as new (buffer: SharedArrayBuffer) => T;
  const copy = new make(new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return copy;
}
