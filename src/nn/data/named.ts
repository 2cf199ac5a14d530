import { failure, success, type Result } from '../../base/index.js';
import { unknownDataSet } from './problems.js';
import { rowSets } from '../train/rows/sets.js';
import type { Workload } from '../workload.js';
import { normalisations, selectImages, type NormalisationName, type Split } from './images.js';
import { dataSets, readImages } from './sets.js';

/** The names of all data sets, of images and of rows of numbers. */
export const dataSetNames: readonly string[] = [...Object.keys(dataSets), ...Object.keys(rowSets)];

/** Whether a data set has this name. */
export function isDataSet(name: string): boolean {
  return dataSetNames.includes(name);
}

/**
 * Labelled inputs of a set by name: images, which are normalised, or rows of numbers, which are taken as they are.
 *
 * @param positions which, from the size of the split; rising
 */
export function readWorkload(
  name: string,
  split: Split,
  positions: (size: number) => readonly number[],
  normalisation: NormalisationName,
): Result<Workload> {
  if (Object.hasOwn(dataSets, name)) {
    const images = readImages(name, split, positions(dataSets[name]!.sizes[split]));
    if (!images.ok) return images;
    return success({ images: images.value, normalisation: normalisations[normalisation] });
  }
  const set = Object.hasOwn(rowSets, name) ? rowSets[name] : undefined;
  if (!set) return failure(unknownDataSet(name, dataSetNames));
  const rows = set.read(split);
  if (!rows.ok) return rows;
  const { shape, values: pixels, labels, classes } = rows.value;
  const chosen = positions(labels.length).filter((at) => at < labels.length);
  const images = selectImages({ count: labels.length, shape, classes, pixels, labels }, chosen);
  return success({ images, normalisation: normalisations.bytes });
}
