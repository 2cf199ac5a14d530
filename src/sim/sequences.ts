import { wordOf, type Words } from './interpreter.js';
import type { CompiledDesign } from './wasm/compile.js';

/**
 * Runs sequences of words through a compiled design as through an interpreter, from power-up: each sequence is a
 * stream of its own, all of one length. `rst_n` is 1 where it is not given.
 *
 * @returns the outputs of each sequence, cycle by cycle
 */
export function runWords(
  compiled: CompiledDesign,
  sequences: readonly (readonly Words[])[],
): Record<string, bigint>[][] {
  const cycles = sequences[0]?.length ?? 0;
  if (cycles === 0) return sequences.map(() => []);
  const { inputs, outputs } = compiled.module;
  compiled.allocate({ cycles, streams: sequences.length, drivenReset: true });
  for (const { name } of inputs)
    sequences.forEach((sequence, stream) =>
      sequence.forEach((words, cycle) => compiled.setWord(name, cycle, stream, wordOf(words, name))),
    );
  compiled.run();
  return sequences.map((sequence, stream) =>
    sequence.map((_, cycle) =>
      Object.fromEntries(outputs.map(({ name }) => [name, compiled.word(name, cycle, stream)])),
    ),
  );
}
