import type { Draft, Id } from '../../ir/index.js';

/** A register of data behind `word`, taken in while `enable` is 1. It has no reset: a valid bit beside it does. */
export function delayed(draft: Draft, word: Id, name: string, enable: Id): Id {
  const reg = draft.reg(draft.widthOf(word), name);
  draft.connect(reg, word, { enable });
  return reg;
}

/** A register behind each of several words, named after them and the stage. */
export function delayedAll<K extends string>(
  draft: Draft,
  words: Readonly<Record<K, Id>>,
  stage: number,
  enable: Id,
): Record<K, Id> {
  const entries = Object.entries(words) as [K, Id][];
  return Object.fromEntries(
    entries.map(([name, word]) => [name, delayed(draft, word, `${name}_${stage}`, enable)]),
  ) as Record<K, Id>;
}

/** Gives a valid bit its next value; 0 after reset. */
export function connectValid(draft: Draft, valid: Id, next: Id, enable?: Id): void {
  draft.connect(valid, next, { enable, reset: { by: draft.reset(), to: 0n } });
}
