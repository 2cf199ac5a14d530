import { cornered, random, type Random } from '../../src/base/index.js';
import { resetName, topOf, type Design, type Port } from '../../src/ir/index.js';
import { compile, interpret, runWords } from '../../src/sim/index.js';

export type Sequence = Record<string, bigint>[];

/** Words for every input, biased to corners; the reset is 0 in few cycles. */
export function randomSequence(r: Random, design: Design, cycles: number): Sequence {
  const ports = topOf(design).inputs;
  return Array.from({ length: cycles }, () =>
    Object.fromEntries(ports.map((port) => [port.name, randomWord(r, port)])),
  );
}

function randomWord(r: Random, { name, width, lanes }: Port): bigint {
  if (name === resetName) return r.below(6) === 0 ? 0n : 1n;
  if (lanes === 1) return cornered(r, width);
  let word = 0n;
  for (let lane = 0; lane < lanes; lane++)
    word = (word << BigInt(width / lanes)) | cornered(r, width / lanes);
  return word;
}

export function interpreted(design: Design, sequence: Sequence): Record<string, bigint>[] {
  const engine = interpret(design);
  return sequence.map((words) => engine.step(words));
}

/** The first place where the compiled design and the interpreter differ under these sequences, as text. */
export function difference(
  design: Design,
  sequences: Sequence[],
  compiled = compile(design),
): string | undefined {
  const found = runWords(compiled, sequences);
  for (const [stream, sequence] of sequences.entries()) {
    const expected = interpreted(design, sequence);
    for (const [cycle, outputs] of expected.entries())
      for (const [name, word] of Object.entries(outputs))
        if (found[stream]![cycle]![name] !== word)
          return `stream ${stream} cycle ${cycle} ${name}: ${found[stream]![cycle]![name]?.toString(16)}, not ${word.toString(16)}`;
  }
  return undefined;
}

/** What one seed means: a design, and sequences for it. */
export function checkSeed(seed: number, build: (r: Random) => Design): string | undefined {
  const r = random(seed);
  const design = build(r);
  const cycles = 1 + r.below(6);
  const streams = 1 + r.below(9);
  const sequences = Array.from({ length: streams }, () => randomSequence(r, design, cycles));
  return difference(design, sequences);
}

/**
 * The same for chance buffers: some inputs broadcast, some held, perhaps only the last outputs kept; two runs, of
 * which the second goes on from the state that the first left.
 */
export function checkBuffers(seed: number, build: (r: Random) => Design): string | undefined {
  const r = random(seed);
  const design = build(r);
  const { inputs, outputs } = topOf(design);
  const [cycles, streams] = [1 + r.below(5), 1 + r.below(40)];
  const some = (): string[] => inputs.filter(() => r.below(3) === 0).map((port) => port.name);
  const [broadcast, held, lastOnly, drivenReset] = [some(), some(), r.below(2) === 0, r.below(2) === 0];
  const compiled = compile(design);
  compiled.allocate({ cycles, streams, broadcast, held, lastOnly, drivenReset });
  const sequences = Array.from({ length: streams }, () => randomSequence(r, design, cycles));
  const driven = inputs.filter((port) => drivenReset || port.name !== resetName);
  for (const { name } of inputs)
    sequences.forEach((sequence, stream) =>
      sequence.forEach((words, cycle) => {
        const source = sequences[broadcast.includes(name) ? 0 : stream]![held.includes(name) ? 0 : cycle]!;
        words[name] = driven.some((port) => port.name === name) ? source[name]! : 1n;
      }),
    );
  for (const { name } of driven)
    for (let stream = 0; stream < (broadcast.includes(name) ? 1 : streams); stream++)
      for (let cycle = 0; cycle < (held.includes(name) ? 1 : cycles); cycle++)
        compiled.setWord(name, cycle, stream, sequences[stream]![cycle]![name]!);
  compiled.run();
  compiled.run();
  for (const [stream, sequence] of sequences.entries()) {
    const expected = interpreted(design, [...sequence, ...sequence]).slice(cycles);
    for (let cycle = lastOnly ? cycles - 1 : 0; cycle < cycles; cycle++)
      for (const { name } of outputs) {
        const found = compiled.word(name, lastOnly ? 0 : cycle, stream);
        if (found !== expected[cycle]![name])
          return `stream ${stream} cycle ${cycle} ${name}: ${found}, not ${expected[cycle]![name]}`;
      }
  }
  return undefined;
}
