import type { Result } from '../../../base/index.js';
import type { Samples } from '../samples.js';
import { birdstrikes } from './birdstrikes.js';
import { syllables } from './syllables.js';

type Rows = Extract<Samples, { readonly kind: 'rows' }>;

/** A set of labelled rows of numbers that an npm package is the source of. */
export interface RowSet {
  readonly about: string;
  /** the npm package that holds the file */
  readonly package: string;
  readonly sizes: Readonly<Record<'train' | 'test', number>>;
  /** dimensions of one row */
  readonly shape: readonly number[];
  readonly classes: number;
  readonly read: (split: 'train' | 'test') => Result<Rows>;
}

/** Row sets by name. */
export const rowSets: Readonly<Record<string, RowSet>> = { birdstrikes, syllables };
