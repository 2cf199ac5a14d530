import { failure, fault } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import type { Verdict } from '../cosim/index.js';
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
  const waves = summary.first
    ? await flow.traceMismatch(subjects, summary.first, { vectors, seed }, cacheFolder())
    : undefined;
  const lint = linted?.value ?? [];
  const version = (await flow.verilatorIfInstalled()) ?? 'not installed';
  if (options.json)
    printJson({
      schema: 1,
      ...summary,
      ...(waves && { waves }),
      seed,
      verilator: version,
      lint,
      subjects: made.value,
    });
  else printVerdicts(made.value, lint, version, waves);
  return summary.mismatches === 0 && lint.length === 0 ? exit.done : exit.checkFailed;
};

function printVerdicts(
  verdicts: readonly Verdict[],
  lint: readonly string[],
  version: string,
  waves?: string,
): void {
  for (const { subject, mismatches, compared, first } of verdicts) {
    const engines = Object.entries(compared).map(([engine, vectors]) => `${engine} ${vectors}`);
    print(`${subject}: ${mismatches} mismatches (wasm against ${engines.join(', ')} vectors)`);
    if (first) print(JSON.stringify(first, undefined, 2));
  }
  print(
    `lint (verilator --lint-only -Wall): ${lint.length === 0 ? 'no warnings' : `${lint.length} warnings`}`,
  );
  lint.forEach(say);
  if (waves !== undefined) print(`waveform: ${waves}`);
  print(`Verilator ${version}`);
}
