import type { Machine } from './machine.js';
import { joined } from './window.js';
import type { History } from './trace.js';

/** What a state bit of a machine is: free, constant, or equal to an earlier bit; the opposite of it for `flip` 1. */
export interface Relation {
  readonly to: 'free' | 'constant' | number;
  readonly flip: 0 | 1;
}

const free: Relation = { to: 'free', flip: 0 };

/**
 * How the state bits of a machine seem to be related, from what they were at the start of those cycles. Bits of
 * memories are left free: most of them are never written in a short run.
 */
export function guessRelations(machine: Machine, history: History, cycles: readonly number[]): Relation[] {
  const seen = new Map<string, number>();
  const relations: Relation[] = [];
  for (const { kind, at, width } of machine.holders)
    for (let bit = at; bit < at + width; bit++)
      relations.push(
        kind === 'memory'
          ? free
          : relationOf(joined(cycles.map((cycle) => history.states[cycle]![bit]!)), bit, seen),
      );
  return relations;
}

function relationOf(runs: Uint32Array, bit: number, seen: Map<string, number>): Relation {
  const { key, flip } = keyOf(runs);
  if (/^[0,]*$/.test(key)) return { to: 'constant', flip };
  const earlier = seen.get(key);
  if (earlier === undefined) {
    // The first of a class is kept with its own sign; the others are flipped against it.
    seen.set(key, flip === 1 ? -1 - bit : bit);
    return free;
  }
  return earlier >= 0 ? { to: earlier, flip } : { to: -1 - earlier, flip: (flip ^ 1) as 0 | 1 };
}

/** The runs as text, the same for their opposite; `flip` says which of both they are. */
export function keyOf(runs: Uint32Array): { readonly key: string; readonly flip: 0 | 1 } {
  const flip = (runs[0]! & 1) as 0 | 1;
  return { key: (flip ? runs.map((word) => ~word) : runs).join(), flip };
}

/** No relations among that many state bits. */
export function unrelated(bits: number): Relation[] {
  return Array.from({ length: bits }, () => free);
}

/**
 * The relations without those that do not hold. Bits that were wrongly taken for one another, or for the same constant,
 * are still taken for the first of them, as they looked the same in all runs.
 */
export function withoutRelations(relations: readonly Relation[], wrong: ReadonlySet<number>): Relation[] {
  const firsts = new Map<string, { readonly bit: number; readonly flip: 0 | 1 }>();
  return relations.map((relation, bit) => {
    if (!wrong.has(bit)) return relation;
    const first = firsts.get(String(relation.to));
    if (first) return { to: first.bit, flip: (first.flip ^ relation.flip) as 0 | 1 };
    firsts.set(String(relation.to), { bit, flip: relation.flip });
    return free;
  });
}
