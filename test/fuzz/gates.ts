import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { interpretRows, stimulus } from '../../src/cosim/index.js';
import { resetName, topOf, type Design } from '../../src/ir/index.js';
import { compileGates, parseTechnology, simulateGates, synthesize } from '../../src/synth/index.js';
import type { Subject } from '../../src/cosim/index.js';
import { startsFromReset, subjectOf } from './chain.js';

/** Cycles behind power-up from which on outputs are compared: by then what no reset reaches has been forgotten. */
const settled = 10;

/** Whether a circuit means the same as gates from the simulators' power-up state on: no memories, every register reset. */
export function isPlain(design: Design): boolean {
  const nodes = design.modules.flatMap((module) => module.nodes);
  return (
    startsFromReset(design) &&
    nodes.every(({ kind }) => kind !== 'read' && kind !== 'write') &&
    nodes.every((node) => node.kind !== 'reg' || node.reset)
  );
}

/** What differs between a plain circuit as written and its gates in the 7-nm technology, if anything. */
export async function faultInGates(design: Design, seed: number): Promise<string | undefined> {
  const subject = subjectOf(design, `g${seed}`);
  const { rows } = stimulus(topOf(subject.simplified), 80, seed, settled);
  const found = await gateRows(subject, rows);
  const due = interpretRows(subject.written, rows);
  for (let cycle = settled; cycle < rows.length; cycle++)
    if (found[cycle]!.join() !== due[cycle]!.join())
      return `cycle ${cycle}: ${found[cycle]!.join()} where ${due[cycle]!.join()} is due`;
  return undefined;
}

/** The outputs of mapped gates, a row a cycle. */
async function gateRows(subject: Subject, rows: readonly (readonly bigint[])[]): Promise<bigint[][]> {
  const file = fileURLToPath(new URL('../../tech/asap7.json', import.meta.url));
  const technology = parseTechnology(file, readFileSync(file, 'utf8'));
  if (!technology.ok) throw new Error('asap7 is not read');
  const files = Object.fromEntries(subject.emitted.verilog.map(({ name, text }) => [name, text]));
  const made = await synthesize({ files, top: subject.emitted.top }, technology.value);
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  const gates = compileGates(made.value.netlist);
  if (!gates.ok) throw new Error(JSON.stringify(gates.diagnostics));
  const { inputs, outputs } = topOf(subject.simplified);
  const words = Object.fromEntries(
    inputs.map(({ name }, i) => [name === resetName ? 'rst_ni' : `${name}_i`, rows.map((row) => [row[i]!])]),
  );
  const ran = simulateGates(gates.value, { cycles: rows.length, streams: 1, words });
  return rows.map((_, cycle) => outputs.map(({ name }) => ran.words[`${name}_o`]![cycle]![0]!));
}
