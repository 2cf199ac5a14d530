import { sum, scalar, type Datapath, type Value } from '../../builder/index.js';
import { uint } from '../../format/index.js';
import type { Id } from '../../ir/index.js';

/** How many bits of a word are 1: a balanced tree of adders, from single bits up. */
export function popcount(datapath: Datapath, word: Id): Value {
  const { draft } = datapath;
  const bits = Array.from({ length: draft.widthOf(word) }, (_, k) =>
    scalar(uint(1), draft.slice(word, k, 1)),
  );
  return sum(datapath, bits);
}
