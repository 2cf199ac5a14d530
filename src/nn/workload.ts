import { imageTensor, type Labelled, type Normalisation } from './data/images.js';
import type { TensorOf } from './tensor.js';

/** Images, or rows of numbers, and how a network wants them. */
export interface Workload {
  readonly images: Labelled;
  readonly normalisation: Normalisation;
}

/** Images of a workload that are run together. */
export interface Batch {
  /** position of the first image */
  readonly from: number;
  readonly tensor: TensorOf<'float32'>;
}

/** How many images are run together where nothing else is asked for. */
export const batchSize = 250;

/** The images in turn, `size` at a time; the last batch may be smaller. */
export function* batches({ images, normalisation }: Workload, size = batchSize): Generator<Batch> {
  for (let from = 0; from < images.count; from += size) {
    const to = Math.min(from + size, images.count);
    yield { from, tensor: imageTensor(images, normalisation, from, to) };
  }
}
