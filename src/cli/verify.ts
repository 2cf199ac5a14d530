import { join } from 'node:path';
import { failure, fault, success, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import type { Mismatch, Verdict, WaveFormat } from '../cosim/index.js';
import { writeFolder } from './files.js';
import type { Waves } from '../flow/index.js';
import type { Run } from './command.js';
import { readWrapped } from './design.js';
import { exit } from './exit.js';
import { cacheFolder } from './options.js';
import { fail, print, printJson, progress, say } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly vectors?: number;
  readonly seed: number;
  readonly allSamples?: boolean;
  readonly arith: 'behavioural' | 'bitheap';
  readonly wrap?: 'axis';
  readonly waves?: string;
  readonly waveFormat: WaveFormat;
  readonly json?: boolean;
}

/** `bitloom verify FILE`: the design and its operators on the same inputs in every engine, Verilator among them. */
export const run: Run<Options> = async (file, options) => {
  const flow = await import('../flow/index.js');
  if (file === undefined && !options.allSamples)
    return fail(
      failure(fault('no-file', 'give a design file, or --all-samples for the operator library')).diagnostics,
    );
  const built =
    file === undefined
      ? undefined
      : await readWrapped(file, options.p, options.wrap, undefined, { kind: options.arith });
  if (built && !built.ok) return fail(built.diagnostics);
  const subjects = [
    ...(built ? flow.subjectsOf(built.value) : []),
    ...(options.allSamples ? flow.allSamples() : []),
  ];
  const bar = progress('verifying');
  const { seed } = options;
  const vectors = options.vectors ?? (options.allSamples ? 100_000 : 10_000);
  const made = await flow.verifyAll(
    subjects,
    { vectors, seed, cache: cacheFolder(), verilator: true },
    bar.update,
  );
  bar.end();
  if (!made.ok) return fail(made.diagnostics);
  const linted = built ? await flow.lintDesign(built.value) : undefined;
  if (linted && !linted.ok) return fail(linted.diagnostics);
  const summary = flow.summarise(made.value);
  const waves = await wavesFor(summary.first, options, () =>
    flow.wavesOf(
      subjects,
      summary.first,
      { vectors, seed, cache: cacheFolder(), verilator: true },
      options.waveFormat,
    ),
  );
  if (!waves.ok) return fail(waves.diagnostics);
  const lint = linted?.value ?? [];
  const version = (await flow.verilatorIfInstalled()) ?? 'not installed';
  const { files, cycle } = waves.value;
  if (options.json)
    printJson({
      schema: 1,
      ...summary,
      ...(files[0] !== undefined && { waves: files[0], waveFiles: files }),
      ...(cycle !== undefined && { wavesCycle: cycle }),
      seed,
      verilator: version,
      lint,
      subjects: made.value,
    });
  else printVerdicts(made.value, lint, version, waves.value);
  return summary.mismatches === 0 && lint.length === 0 ? exit.done : exit.checkFailed;
};

interface Shown {
  readonly files: readonly string[];
  readonly cycle?: number;
}

/** Writes waveforms where there is a mismatch, or where they are asked for. */
async function wavesFor(
  first: Mismatch | undefined,
  { waves: folder }: Options,
  make: () => Promise<Result<Waves>>,
): Promise<Result<Shown>> {
  if (!first && folder === undefined) return success({ files: [] });
  const made = await make();
  if (!made.ok) return failure(...made.diagnostics);
  const { files, cycle } = made.value;
  const written = await writeFolder(folder ?? '.', files);
  if (!written.ok) return failure(...written.diagnostics);
  const names = files.map(({ name }) => (folder === undefined ? name : join(folder, name)));
  return success({ files: names, ...(cycle !== undefined && { cycle }) });
}

function printVerdicts(
  verdicts: readonly Verdict[],
  lint: readonly string[],
  version: string,
  { files, cycle }: Shown,
): void {
  for (const { subject, mismatches, compared, first } of verdicts) {
    const engines = Object.entries(compared).map(([engine, vectors]) => `${engine} ${vectors}`);
    print(`${subject}: ${mismatches} mismatches (wasm against ${engines.join(', ')} vectors)`);
    if (first) describe(first).forEach(print);
  }
  print(
    `lint (verilator --lint-only -Wall): ${lint.length === 0 ? 'no warnings' : `${lint.length} warnings`}`,
  );
  lint.forEach(say);
  for (const file of files) print(`waveform: ${file}`);
  if (cycle !== undefined) print(`the mismatch shows in cycle ${cycle} of it, at ${10 * cycle} ns`);
  print(`Verilator ${version}`);
}

function describe(first: Mismatch): string[] {
  const [a, b] = first.between;
  const inputs = Object.entries(first.inputs).map(([name, word]) => `${name}=${word}`);
  return [
    `  first: cycle ${first.cycle}, port ${first.port}: ${a} has ${first.expected}, ${b} has ${first.found} (seed ${first.seed})`,
    `  inputs of that cycle: ${inputs.join(' ')}`,
    ...(first.suspect === undefined ? [] : [`  suspect: ${first.suspect}`]),
  ];
}
