import { clog2 } from '../../base/index.js';
import { scalar, type Context, type Scalar } from '../../builder/index.js';
import { bool, uint } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';

export interface LeadingZeros {
  /** Zeros above the leading one; `uint(⌈log2 w⌉)`, at least one bit. Of a word of zeros it means nothing. */
  readonly count: Scalar;
  /** Whether there is a one at all. */
  readonly found: Scalar;
}

interface Counted {
  /** Undefined for a single bit: no zeros stand above its one. */
  readonly count: Id | undefined;
  readonly found: Id;
}

/** Counts the zeros above the leading one of a word, in a tree of depth log2 of its width. */
export function leadingZeros({ draft }: Context, word: Scalar): LeadingZeros {
  const { count = draft.constant(0n, 1), found } = counted(draft, word.id, 0, draft.widthOf(word.id));
  return { count: scalar(uint(draft.widthOf(count)), count), found: scalar(bool, found) };
}

/** The upper part is a power of two wide, so that a zero there is one more bit of the count. */
function counted(draft: Draft, word: Id, low: number, width: number): Counted {
  if (width === 1) return { count: undefined, found: draft.slice(word, low, 1) };
  const bits = clog2(width);
  const upper = 2 ** (bits - 1);
  const high = counted(draft, word, low + width - upper, upper);
  const rest = counted(draft, word, low, width - upper);
  const found = draft.binary('or', high.found, rest.found);
  const top = draft.not(high.found);
  if (high.count === undefined) return { count: top, found };
  const below = rest.count ?? draft.constant(0n, 1);
  const chosen = draft.mux(high.found, high.count, draft.extend(below, bits - 1, false));
  return { count: draft.concat([chosen, top]), found };
}
