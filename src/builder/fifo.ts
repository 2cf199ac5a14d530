import type { Draft, Id } from '../ir/index.js';

/** A queue: its first word, if there is one, and whether it is full. */
export interface Fifo {
  /** Bool: whether there is a word. */
  readonly valid: Id;
  readonly data: Id;
  /** Bool: whether all places are taken. */
  readonly full: Id;
}

/**
 * A queue of `depth` ≥ 1 words in registers: the first word always stands in the same one, so that nothing but
 * registers lies before `data` and `valid`. Empty after reset.
 *
 * @param push bool: put `data` in at the clock edge; only where the queue is not full, or `pop` is true
 * @param pop bool: take the first word out at the clock edge; only where there is one
 */
export function fifo(draft: Draft, name: string, depth: number, push: Id, data: Id, pop: Id): Fifo {
  const taken = Array.from({ length: depth }, (_, i) => draft.reg(1, `${name}_valid_${i}`));
  const words = taken.map((_, i) => draft.reg(draft.widthOf(data), `${name}_${i}`));
  const no = draft.constant(0n, 1);
  const yes = draft.constant(1n, 1);
  const reset = { by: draft.reset(), to: 0n };
  const moves = draft.binary('or', push, pop);
  draft.label(moves, `${name}_moves`);
  taken.forEach((here, i) => {
    const above = taken[i + 1] ?? no;
    const below = i === 0 ? yes : taken[i - 1]!;
    // The last word moves down where one is taken out, so the new one comes to stand where the last one stood.
    const behind = draft.mux(
      pop,
      conjunction(draft, here, draft.not(above)),
      conjunction(draft, below, draft.not(here)),
    );
    const put = draft.binary('and', push, behind);
    draft.label(put, `${name}_put_${i}`);
    const kept = draft.mux(pop, draft.mux(push, here, above), below);
    draft.connect(here, kept, { enable: moves, reset });
    const next = i + 1 < depth ? draft.mux(put, data, words[i + 1]!) : data;
    draft.connect(words[i]!, next, { enable: draft.binary('or', put, pop) });
  });
  return { valid: taken[0]!, data: words[0]!, full: taken[depth - 1]! };
}

function conjunction(draft: Draft, a: Id, b: Id): Id {
  return draft.binary('and', a, b);
}
