import { cornered, random, type Random } from '../../src/base/index.js';
import { resetName, topOf, type Design, type Port } from '../../src/ir/index.js';
import { compile, interpret, runWords, type CompiledDesign } from '../../src/sim/index.js';

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

export type { CompiledDesign };
