import type { Result } from '../../../base/index.js';
import type { Samples } from '../samples.js';
import { birdstrikes } from './birdstrikes.js';
import { clicks } from './clicks.js';
import { syllables } from './syllables.js';

type Rows = Extract<Samples, { readonly kind: 'rows' }>;

/** A set of labelled rows of numbers: from a file of an npm package, or made by a rule. */
export interface RowSet {
  readonly about: string;
  readonly sizes: Readonly<Record<'train' | 'test', number>>;
  /** dimensions of one row */
  readonly shape: readonly number[];
  readonly classes: number;
  readonly read: (split: 'train' | 'test') => Result<Rows>;
}

/** Row sets by name. */
export const rowSets: Readonly<Record<string, RowSet>> = { birdstrikes, clicks, syllables };
