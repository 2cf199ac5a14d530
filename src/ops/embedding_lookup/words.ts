import type { Draft, Id } from '../../ir/index.js';

/** Small circuits that the parts of the engine are made of. */

/** The word with a name of its own. */
export function named(draft: Draft, name: string, id: Id): Id {
  draft.hint(id, name);
  return id;
}

export function allOf(draft: Draft, bits: readonly Id[]): Id {
  return draft.reduce('and', draft.concat(bits));
}

export function anyOf(draft: Draft, bits: readonly Id[]): Id {
  return draft.reduce('or', draft.concat(bits));
}

/** Whether an unsigned word is that number. */
export function equals(draft: Draft, word: Id, number: number): Id {
  return draft.compare('eq', word, draft.constant(BigInt(number), draft.widthOf(word)), false);
}

/** The choice of that number; choices beyond the last one are the last. */
export function pick(draft: Draft, number: Id, choices: readonly Id[]): Id {
  const halve = (bit: number, some: readonly Id[]): Id => {
    if (some.length === 1) return some[0]!;
    const half = 2 ** bit;
    if (some.length <= half) return halve(bit - 1, some);
    return draft.mux(
      draft.slice(number, bit, 1),
      halve(bit - 1, some.slice(half)),
      halve(bit - 1, some.slice(0, half)),
    );
  };
  return halve(draft.widthOf(number) - 1, choices);
}

/** A word cut into words of those widths, from the low bits up. */
export function cut(draft: Draft, word: Id, widths: readonly number[]): Id[] {
  let low = 0;
  return widths.map((width) => {
    low += width;
    return draft.slice(word, low - width, width);
  });
}

/** A register of state: 0 after reset. */
export function connectState(draft: Draft, register: Id, next: Id, enable?: Id): void {
  draft.connect(register, next, { enable, reset: { by: draft.reset(), to: 0n } });
}

/** The number a count goes to: one more, one less, or what it was where both come together. */
export function counted(draft: Draft, count: Id, up: Id, down: Id): Id {
  const width = draft.widthOf(count);
  const one = draft.constant(1n, width);
  const moved = draft.mux(up, draft.binary('add', count, one), draft.binary('sub', count, one));
  return draft.mux(draft.binary('xor', up, down), moved, count);
}
