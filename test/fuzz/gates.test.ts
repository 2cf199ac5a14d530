import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { interpretRows, stimulus, type Subject } from '../../src/cosim/index.js';
import { resetName, topOf, type Design } from '../../src/ir/index.js';
import { compileGates, parseTechnology, simulateGates, synthesize } from '../../src/synth/index.js';
import { randomDesign } from '../random-module.js';
import { startsFromReset, subjectOf } from './chain.js';

/** Cycles behind power-up from which on outputs are compared: by then what no reset reaches has been forgotten. */
const settled = 10;

/** Small circuits without memories, each with a word at its outputs that depends on inputs. */
function designs(count: number): Design[] {
  const found: Design[] = [];
  for (let seed = 300; found.length < count; seed++) {
    const design = randomDesign(random(seed), { nodes: 30, widest: 14 });
    const nodes = design.modules.flatMap((module) => module.nodes);
    const isPlain = nodes.every(({ kind }) => kind !== 'read' && kind !== 'write');
    const hasState = nodes.some(({ kind }) => kind === 'reg');
    if (isPlain && hasState && startsFromReset(design) && forgets(design)) found.push(design);
  }
  return found;
}

/** Whether every register has a reset, so that gates and interpreter agree behind it. */
function forgets(design: Design): boolean {
  return design.modules.every(({ nodes }) => nodes.every((node) => node.kind !== 'reg' || node.reset));
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

describe('random circuits as gates', () => {
  it('mean the same as they do written', async () => {
    for (const [index, design] of designs(3).entries()) {
      const subject = subjectOf(design, `g${index}`);
      const { rows } = stimulus(topOf(subject.simplified), 80, index, settled);
      const found = await gateRows(subject, rows);
      const due = interpretRows(subject.written, rows);
      expect(found.slice(settled), subject.name).toEqual(due.slice(settled, rows.length));
    }
  }, 200_000);
});
