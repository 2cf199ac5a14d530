import type { Signals, SignalScope } from '../emit/index.js';
import { resetName, type Id } from '../ir/index.js';
import { interpret } from '../sim/index.js';
import type { Row } from './stimulus.js';

/**
 * Runs rows of input words through the design as it is made, on the interpreter, and shows every word of every cycle.
 *
 * @param see is given the cycle and all words of the flattened design as they stand in it, before the clock edge
 */
export function follow(
  { design }: Signals,
  rows: readonly Row[],
  see: (cycle: number, words: readonly bigint[]) => void,
): void {
  const engine = interpret(design);
  const names = engine.module.inputs.map(({ name }) => name);
  rows.forEach((row, cycle) => {
    engine.step(new Map(names.map((name, k) => [name, row[k] ?? (name === resetName ? 1n : 0n)])));
    see(cycle, engine.words);
  });
}

/** Rows with the last one held for some cycles more, in which what is still in a pipeline comes out. */
export function heldOn(rows: readonly Row[], cycles: number): Row[] {
  const last = rows.at(-1);
  return last ? [...rows, ...Array.from({ length: cycles }, () => last)] : [];
}

/** The words that have a name anywhere below a scope, each once. */
export function idsOf(scope: SignalScope): Set<Id> {
  const ids = new Set<Id>();
  const walk = ({ signals, scopes }: SignalScope): void => {
    for (const { id } of signals) ids.add(id);
    scopes.forEach(walk);
  };
  walk(scope);
  return ids;
}
