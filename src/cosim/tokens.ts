import { resetName, type Module, type StreamPorts } from '../ir/index.js';
import type { Row } from './stimulus.js';

/**
 * What a design with streams is due to give: called once for each word of every stream in (the fields of all of them
 * together, elements apart), gives for each stream out the words of its fields, or undefined for none.
 */
export type TokenReference = (
  inputs: readonly (readonly bigint[])[],
) => readonly (readonly bigint[] | undefined)[];

/** A word that came out and was not due, or a law of streams that was broken. */
export interface TokenFault {
  readonly cycle: number;
  readonly port: string;
  readonly expected: string;
  readonly found: string;
}

export interface TokenCheck {
  /** Words handed out and found right or wrong. */
  readonly compared: number;
  readonly faults: readonly TokenFault[];
}

/** Words that may still be inside at the end of a run; with more, they are held to be lost. */
const mostInside = 64;

/**
 * Checks a run of a harness: that every word handed over gives the words that are due, each once and in order, that
 * none is changed while it waits, and that none is lost but by a reset.
 *
 * @param unit the design inside the harness
 * @param outer the harness, whose inputs and outputs the rows carry in order
 * @param start makes the reference as it is after a reset; without one, only the laws of streams are checked
 */
export function checkTokens(
  unit: Module,
  outer: Module,
  inputs: readonly Row[],
  outputs: readonly Row[],
  start: (() => TokenReference) | undefined,
): TokenCheck {
  const column = new Map(outer.outputs.map((port, k) => [port.name, k]));
  const plain = new Map(outer.inputs.map((port, k) => [port.name, k]));
  const reset = plain.get(resetName);
  const streams = unit.streams ?? [];
  const ins = streams.filter(({ direction }) => direction === 'in');
  const outs = streams.filter(({ direction }) => direction === 'out');
  const faults: TokenFault[] = [];
  let compared = 0;
  let reference = start?.();
  let waiting = ins.map((): Map<string, bigint>[] => []);
  let due = outs.map((): (readonly bigint[])[] => []);

  outputs.forEach((row, cycle) => {
    const wordOf = (name: string): bigint => row[column.get(name)!]!;
    ins.forEach((stream, k) => {
      if (reference && wordOf(`${stream.name}_moves`) === 1n)
        waiting[k]!.push(new Map(stream.fields.map((name) => [name, wordOf(`${name}_seen`)])));
    });
    while (reference && waiting.every((queue) => queue.length > 0)) {
      const words = new Map(waiting.flatMap((queue) => [...queue.shift()!]));
      const given = unit.inputs.filter(({ name }) => isData(name, streams));
      const results = reference(
        given.map((port) => elements(port, words.get(port.name) ?? inputs[cycle]![plain.get(port.name)!]!)),
      );
      results.forEach((token, k) => token && due[k]!.push(token));
    }
    outs.forEach((stream, k) => {
      if (wordOf(`${stream.name}_broken`) === 1n)
        faults.push({
          cycle,
          port: stream.name,
          expected: 'the word that waited',
          found: 'another one, or none',
        });
      if (wordOf(`${stream.name}_moves`) !== 1n) return;
      compared++;
      if (!reference) return;
      const expected = due[k]!.shift();
      stream.fields.forEach((name, field) => {
        const found = wordOf(name);
        if (expected?.[field] === found) return;
        const shown = expected === undefined ? 'no word' : hex(expected[field]!);
        faults.push({ cycle, port: name, expected: shown, found: hex(found) });
      });
    });
    if (reset === undefined || inputs[cycle]![reset] === 1n) return;
    reference = start?.();
    waiting = ins.map(() => []);
    due = outs.map(() => []);
  });
  outs.forEach(({ name }, k) => {
    if (due[k]!.length > mostInside)
      faults.push({
        cycle: outputs.length,
        port: name,
        expected: `${due[k]!.length} more words`,
        found: 'none',
      });
  });
  return { compared, faults };
}

/** Whether an input of a design carries data: no reset, and no valid or ready of a stream. */
export function isData(name: string, streams: readonly StreamPorts[]): boolean {
  return name !== resetName && streams.every(({ valid, ready }) => name !== valid && name !== ready);
}

function elements({ width, lanes }: { width: number; lanes: number }, word: bigint): bigint[] {
  const step = width / lanes;
  return Array.from({ length: lanes }, (_, k) => BigInt.asUintN(step, word >> BigInt(k * step)));
}

function hex(word: bigint): string {
  return `0x${word.toString(16)}`;
}
