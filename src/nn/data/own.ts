import { existsSync, readFileSync, statSync } from 'node:fs';
import { failure, success, type Diagnostic, type Result } from '../../base/index.js';
import {
  calibratedOnTests,
  damagedData,
  noData,
  noOwnImages,
  noPictureNetwork,
  onePair,
} from './problems.js';
import type { Dims } from '../tensor.js';
import type { Workload } from '../workload.js';
import { hasSplits, imagesFromFolder } from './folder.js';
import { normalisations, selectImages, type Images, type NormalisationName, type Split } from './images.js';
import { imagesFromCsv, imagesFromNpy, type ArrayFile } from './labelled.js';

/** What a network reads and answers, which data must fit. */
export interface Fitting {
  /** of one image: channels, height, width */
  readonly shape: Dims;
  readonly classes: number;
}

/** Whether a name is meant as a place of files: a path that exists or has a slash, or names of CSV or NumPy files. */
export function namesFiles(name: string): boolean {
  return existsSync(name) || /[/\\]|\.(csv|npy)$/i.test(name);
}

/**
 * Labelled images of the user's own: a folder with a folder for each class, `IMAGES.npy,CLASSES.npy`, or a CSV file.
 * Files that do not fit the network are faults. Where there are no training images of their own, `train` draws from the
 * same images as `test`, with a warning.
 *
 * @param positions which, from the number of images; those that are not there are left out
 */
export async function readOwnData(
  name: string,
  split: Split,
  positions: (size: number) => readonly number[],
  normalisation: NormalisationName,
  { shape, classes }: Fitting,
): Promise<Result<Workload>> {
  const [channels, height, width] = shape;
  if (shape.length !== 3 || classes > 256) return failure(noPictureNetwork(shape, classes));
  const pictures = [channels!, height!, width!] as const;
  const paths = /\.npy,/i.test(name) ? name.split(',') : [name];
  const absent = paths.filter((path) => !existsSync(path));
  if (absent.length > 0) return failure(...absent.map(noData));
  const isFolder = statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
  const images = isFolder
    ? await imagesFromFolder(name, split, positions, pictures, classes)
    : chosen(fromFiles(paths, pictures, classes), positions);
  if (!images.ok) return images;
  if (images.value.count === 0) return failure(noOwnImages(name));
  const isShared = split === 'train' && !(isFolder && hasSplits(name));
  const warnings: Diagnostic[] = isShared ? [calibratedOnTests(name, isFolder)] : [];
  return success({ images: images.value, normalisation: normalisations[normalisation] }, warnings);
}

function chosen(all: Result<Images>, positions: (size: number) => readonly number[]): Result<Images> {
  if (!all.ok) return all;
  const { count } = all.value;
  return success(
    selectImages(
      all.value,
      positions(count).filter((at) => at < count),
    ),
  );
}

function fromFiles(paths: readonly string[], shape: Images['shape'], classes: number): Result<Images> {
  const [first, second] = paths as [string, ...string[]];
  if (/\.csv$/i.test(first)) return imagesFromCsv(readFileSync(first, 'utf8'), first, shape, classes);
  if (paths.length !== 2) return failure(onePair(paths.join(',')));
  const bytes = (file: string): ArrayFile => ({ file, bytes: readFileSync(file) });
  const images = imagesFromNpy(bytes(first), bytes(second!), classes);
  if (!images.ok || images.value.shape.every((size, i) => size === shape[i])) return images;
  const own = images.value.shape.join(', ');
  return failure(damagedData(first, `its images are [${own}], and the network reads [${shape.join(', ')}]`));
}
