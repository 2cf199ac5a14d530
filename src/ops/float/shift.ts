import { clog2 } from '../../base/index.js';
import { scalar, type Context, type Scalar } from '../../builder/index.js';
import { bool, uint } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';

export interface Shifted {
  readonly word: Scalar;
  /** Whether a one was lost below the word. */
  readonly sticky: Scalar;
}

/**
 * The top `keep` bits of a word after a shift to the left, and whether there is a one below them. Bits that go
 * out at the top are lost. The word is widened by zeros at the bottom where it has fewer than `keep` bits.
 *
 * From the longest step to the shortest, each as wide as the steps after it can still reach.
 */
export function shiftLeftSticky({ draft }: Context, word: Scalar, amount: Scalar, keep: number): Shifted {
  const lost: Id[] = [];
  let current = padBelow(draft, word.id, keep);
  for (let bit = draft.widthOf(amount.id) - 1; bit >= 0; bit--)
    current = stepLeft(draft, current, draft.slice(amount.id, bit, 1), 2 ** bit, keep, lost);
  return finished(draft, current, lost);
}

/** One step of the shift; keeps what may still move into the top `keep` bits. */
function stepLeft(draft: Draft, x: Id, when: Id, step: number, keep: number, lost: Id[]): Id {
  const width = draft.widthOf(x);
  const next = Math.min(width, keep + step - 1);
  const drop = width - next;
  const always = Math.max(0, drop - step);
  if (always > 0) lost.push(draft.slice(x, 0, always));
  if (drop > always) {
    const staying = draft.reduce('or', draft.slice(x, always, drop - always));
    lost.push(draft.binary('and', draft.not(when), staying));
  }
  const moved = draft.mux(when, movedUp(draft, x, step, next), draft.slice(x, drop, next));
  draft.hint(moved, `left_${step}`);
  return moved;
}

/** The top `next` bits of x · 2^step. */
function movedUp(draft: Draft, x: Id, step: number, next: number): Id {
  const width = draft.widthOf(x);
  if (step >= width) return draft.constant(0n, next);
  const have = Math.min(next, width - step);
  return padBelow(draft, draft.slice(x, width - step - have, have), next);
}

/**
 * A word at the top of `width` bits, shifted to the right, and whether a one was lost below them. `width` is at
 * least that of the word; any amount may be given.
 *
 * From the shortest step to the longest, since the word grows only as far as it was moved.
 */
export function shiftRightSticky({ draft }: Context, word: Scalar, amount: Scalar, width: number): Shifted {
  const lost: Id[] = [];
  const near = Math.min(clog2(width), draft.widthOf(amount.id));
  let current = word.id;
  for (let bit = 0; bit < near; bit++)
    current = stepRight(draft, current, draft.slice(amount.id, bit, 1), 2 ** bit, width, lost);
  current = padBelow(draft, current, width);
  if (near < draft.widthOf(amount.id)) {
    const far = draft.reduce('or', draft.slice(amount.id, near, draft.widthOf(amount.id) - near));
    lost.push(draft.binary('and', far, draft.reduce('or', word.id)));
    current = draft.mux(far, draft.constant(0n, width), current);
  }
  return finished(draft, current, lost);
}

function stepRight(draft: Draft, x: Id, when: Id, step: number, width: number, lost: Id[]): Id {
  const have = draft.widthOf(x);
  const next = Math.min(width, have + step);
  const drop = have + step - next;
  if (drop > 0) {
    const leaving = draft.reduce('or', draft.slice(x, 0, Math.min(drop, have)));
    lost.push(draft.binary('and', when, leaving));
  }
  const moved =
    drop >= have ? draft.constant(0n, next) : draft.extend(draft.slice(x, drop, have - drop), next, false);
  const chosen = draft.mux(when, moved, padBelow(draft, x, next));
  draft.hint(chosen, `right_${step}`);
  return chosen;
}

function padBelow(draft: Draft, x: Id, width: number): Id {
  const missing = width - draft.widthOf(x);
  return missing > 0 ? draft.concat([draft.constant(0n, missing), x]) : x;
}

function finished(draft: Draft, word: Id, lost: readonly Id[]): Shifted {
  const sticky = lost.length === 0 ? draft.constant(0n, 1) : draft.reduce('or', draft.concat(lost));
  draft.hint(sticky, 'sticky');
  return { word: scalar(uint(draft.widthOf(word)), word), sticky: scalar(bool, sticky) };
}
