import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, success, type Result } from '../base/index.js';
import { buildFailed } from './problems.js';
import { run } from './run.js';
import type { Row } from './stimulus.js';
import { wordsFor, wordsOf, type Model, type ModelPort } from './verilator.js';

export interface Replayed {
  /** The words of all output ports, a row a cycle. */
  readonly rows: readonly Row[];
  /** What the cycles took in the last round, without reading and writing files. */
  readonly seconds: number;
}

export interface ReplayOptions {
  /** Where registers start: from random values of that seed, or from zero for 0. */
  readonly seed?: number;
  /** How often the cycles are run, for timing. */
  readonly repeat?: number;
  /** A file for the waveform, and the cycles that it shows; the model must have been built with waves. */
  readonly waves?: { readonly file: string; readonly first: number; readonly last: number };
}

/** Runs rows of input words, in the order of the model's ports, through the modules; gives the outputs' words. */
export async function replay(
  model: Model,
  rows: readonly Row[],
  options: ReplayOptions = {},
): Promise<Result<Replayed>> {
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-'));
  try {
    const [inputs, outputs] = [join(folder, 'inputs'), join(folder, 'outputs')];
    await writeFile(inputs, pack(model.ports.inputs, rows));
    const { seed = 0, repeat = 1, waves } = options;
    const ran = await run(model.program, [
      inputs,
      outputs,
      ...[rows.length, seed, repeat].map(String),
      ...(waves ? [waves.file, String(waves.first), String(waves.last)] : []),
    ]);
    if (ran.code !== 0)
      return failure(buildFailed('running the Verilator model', ran.stderr || `exit code ${ran.code}`));
    const bytes = await readFile(outputs);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    return success({ rows: unpack(model.ports.outputs, words, rows.length), seconds: Number(ran.stdout) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pack(ports: readonly ModelPort[], rows: readonly Row[]): Uint32Array {
  const words = new Uint32Array(rows.length * wordsOf(ports));
  let at = 0;
  for (const row of rows)
    ports.forEach((port, i) => {
      let word = row[i]!;
      for (let k = wordsFor(port.width); k > 0; k--) {
        words[at++] = Number(word & 0xffffffffn);
        word >>= 32n;
      }
    });
  return words;
}

function unpack(ports: readonly ModelPort[], words: Uint32Array, cycles: number): Row[] {
  let at = 0;
  return Array.from({ length: cycles }, () =>
    ports.map((port) => {
      let word = 0n;
      for (let k = 0; k < wordsFor(port.width); k++) word |= BigInt(words[at++]!) << BigInt(32 * k);
      return word;
    }),
  );
}
