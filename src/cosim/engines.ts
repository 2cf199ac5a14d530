import { topOf, type Design } from '../ir/index.js';
import { compile, interpret, runWords } from '../sim/index.js';
import type { Row } from './stimulus.js';

/** The outputs of the design as the bigint interpreter gives them, a row a cycle from power-up on. */
export function interpretRows(design: Design, rows: readonly Row[]): Row[] {
  const { inputs, outputs } = topOf(design);
  const engine = interpret(design);
  return rows.map((row) => {
    const words = engine.step(Object.fromEntries(inputs.map((port, i) => [port.name, row[i]!])));
    return outputs.map((port) => words[port.name]!);
  });
}

/** The outputs of the design as the compiled simulation gives them, a row a cycle from power-up on. */
export function simulateRows(design: Design, rows: readonly Row[]): Row[] {
  const { inputs, outputs } = topOf(design);
  const sequence = rows.map((row) => new Map(inputs.map((port, i) => [port.name, row[i]!])));
  const [words] = runWords(compile(design), [sequence]);
  return words!.map((cycle) => outputs.map((port) => cycle[port.name]!));
}
