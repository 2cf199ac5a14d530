import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { failure, success, type Result } from '../../base/index.js';
import { cacheNotWritten, damagedData, dataPackageMissing } from './problems.js';
import { readIdx } from './idx.js';
import type { Images, Split } from './images.js';
import { packageFolder } from './package.js';

const classes = 10;
const size = 28 * 28;

/** Images of each class in the splits: the first and the last of those that the package has. */
const perClass = { train: 6000, test: 1000 } as const;

/**
 * Pictures of clothes, 28 × 28 grey: Xiao, Rasul and Vollgraf, "Fashion-MNIST" (2017). The package has them by class
 * and not by the authors' split, so the split is one of its own: the first 6,000 of each class are for training, the
 * last 1,000 for tests. Image i is of class i mod 10.
 */
export const fashionMnist = {
  about: 'clothes, 28 × 28 grey, split by place in the package and not as its authors did',
  package: 'fashion-mnist',
  sizes: { train: classes * perClass.train, test: classes * perClass.test },
  shape: [1, 28, 28],
  classes,
  read: (split: Split, positions: readonly number[]): Result<Images> => {
    const folder = packageFolder(fashionMnist.package);
    if (folder === undefined) return failure(dataPackageMissing('fashion-mnist', fashionMnist.package));
    return readFashion(join(folder, 'src', 'clothes'), join(cacheFolder(), 'data'), split, positions);
  },
} as const;

/** The cache of the commands, where they keep other finished work too. */
function cacheFolder(): string {
  const user = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return process.env['BITLOOM_CACHE'] ?? join(user, 'bitloom');
}

/**
 * Reads images at `positions` (rising). The text files of the package take seconds to read, so that on the first use
 * they are turned into files of bytes in `cache`.
 *
 * @param folder with the files 0.json to 9.json, one for each class
 */
export function readFashion(
  folder: string,
  cache: string,
  split: Split,
  positions: readonly number[],
): Result<Images> {
  const path = join(cache, `fashion-mnist-${split}.idx`);
  const made = existsSync(path) ? success(undefined) : fillCache(folder, cache);
  if (!made.ok) return made;
  const records = readIdx(path, positions);
  if (!records.ok) return records;
  const labels = Uint8Array.from(positions, (at) => at % classes);
  const { shape } = fashionMnist;
  return success({ count: positions.length, shape, classes, pixels: records.value.data, labels });
}

function fillCache(folder: string, cache: string): Result<undefined> {
  const pixels = {
    train: Buffer.alloc(classes * perClass.train * size),
    test: Buffer.alloc(classes * perClass.test * size),
  };
  for (let label = 0; label < classes; label++) {
    const path = join(folder, `${label}.json`);
    const images = readClass(path);
    if (typeof images === 'string') return failure(damagedData(path, images));
    images
      .slice(0, perClass.train)
      .forEach((image, i) => pixels.train.set(image, (i * classes + label) * size));
    images.slice(-perClass.test).forEach((image, i) => pixels.test.set(image, (i * classes + label) * size));
  }
  try {
    keep(cache, pixels);
  } catch (error) {
    return failure(cacheNotWritten(cache, error instanceof Error ? error.message : String(error)));
  }
  return success(undefined);
}

function keep(cache: string, pixels: Readonly<Record<Split, Buffer>>): void {
  mkdirSync(cache, { recursive: true });
  for (const split of ['train', 'test'] as const) {
    const path = join(cache, `fashion-mnist-${split}.idx`);
    // Written aside and renamed: another process never sees half a file.
    writeFileSync(
      `${path}.${process.pid}`,
      Buffer.concat([header(classes * perClass[split]), pixels[split]]),
    );
    renameSync(`${path}.${process.pid}`, path);
  }
}

/** The images of a class; entries without pixels, which the package has between some, are left out. */
function readClass(path: string): number[][] | string {
  if (!existsSync(path)) return 'it is not there';
  let data: unknown;
  try {
    data = (JSON.parse(readFileSync(path, 'utf8')) as { data?: unknown } | null)?.data;
  } catch {
    return 'it is not JSON';
  }
  if (!Array.isArray(data)) return 'it has no list `data`';
  const images = (data as unknown[]).filter((image) => !(Array.isArray(image) && image.length === 0));
  const isByte = (x: unknown): boolean => Number.isInteger(x) && (x as number) >= 0 && (x as number) <= 255;
  const sound = images.every((image) => Array.isArray(image) && image.length === size && image.every(isByte));
  if (!sound) return `its images are not of ${size} bytes`;
  const wanted = perClass.train + perClass.test;
  return images.length === wanted ? (images as number[][]) : `it has ${images.length} images, not ${wanted}`;
}

/** The head of an idx file of unsigned bytes in three dimensions. */
function header(count: number): Buffer {
  const bytes = Buffer.from([0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28]);
  bytes.writeUInt32BE(count, 4);
  return bytes;
}
