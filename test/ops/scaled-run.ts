import { expect } from 'vitest';
import { simulateRows } from '../../src/cosim/index.js';
import { operatorSubject } from '../../src/flow/index.js';
import { topOf } from '../../src/ir/index.js';
import { parametersOf, type Operator } from '../../src/ops/index.js';
import type { Arguments } from '../../src/builder/index.js';

type Row = readonly (readonly bigint[])[];

/** The codes of the faults that a call with these parameters gets, and all that is said. */
export function faults(operator: Operator, named: Arguments): { codes: string[]; text: string } {
  const made = parametersOf(operator, [], named);
  const text = made.diagnostics.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n');
  return { codes: made.ok ? [] : made.diagnostics.map(({ code }) => code), text };
}

/** What the operator's circuit gives for words of its ports, a cycle a row. */
export function circuit(operator: Operator, named: Arguments): (rows: readonly Row[]) => bigint[][][] {
  const made = parametersOf(operator, [], named);
  if (!made.ok) throw new Error(made.diagnostics.map(({ message }) => message).join('; '));
  const { simplified } = operatorSubject(operator, made.value, operator.name, 0);
  const { inputs, outputs } = topOf(simplified);
  return (rows) => {
    const packed = rows.map((row) => row.map((words, k) => join(words, inputs[k]!.width)));
    return simulateRows(simplified, packed).map((words) =>
      words.map((word, k) => split(word, outputs[k]!.width, outputs[k]!.lanes)),
    );
  };
}

/** The circuit and the definition give the same for every row. */
export function expectAgreement(operator: Operator, named: Arguments, rows: readonly Row[]): void {
  const made = parametersOf(operator, [], named);
  if (!made.ok) throw new Error(made.diagnostics.map(({ message }) => message).join('; '));
  const step = operator.reference(made.value);
  const found = circuit(operator, named)(rows);
  const wrong = rows.findIndex((row, i) => step(row).join(';') !== found[i]!.join(';'));
  expect(wrong < 0 ? undefined : { row: rows[wrong], found: found[wrong] }).toBeUndefined();
}

function join(words: readonly bigint[], width: number): bigint {
  const each = BigInt(width / words.length);
  return words.reduceRight((all, word) => (all << each) | BigInt.asUintN(Number(each), word), 0n);
}

function split(word: bigint, width: number, lanes: number): bigint[] {
  const each = width / lanes;
  return Array.from({ length: lanes }, (_, k) => BigInt.asUintN(each, word >> BigInt(k * each)));
}
