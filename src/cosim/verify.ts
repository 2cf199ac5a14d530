import { success, type Result } from '../base/index.js';
import type { Emitted, Signals } from '../emit/index.js';
import { topOf, type Design, type Module, type Port } from '../ir/index.js';
import { simulateRows, interpretRows } from './engines.js';
import { replay } from './replay.js';
import { blame, type Suspect } from './blame.js';
import { checkTokens, type TokenFault, type TokenReference } from './tokens.js';
import { stimulus, type Row, type Stimulus, type StimulusOptions } from './stimulus.js';
import { build, type BuildOptions, type ModelPort } from './verilator.js';

/** A design to be verified: as written, as built, and what it should give. */
export interface Subject {
  readonly name: string;
  /** As it was written: not simplified, not pipelined. */
  readonly written: Design;
  /** As it is simulated: simplified. */
  readonly simplified: Design;
  /** As Verilog. */
  readonly emitted: Emitted;
  /** The design that the Verilog was made of, with the names that words have there: for waveforms. */
  readonly signals?: () => Signals;
  /** The definition over exact numbers, where there is one: words of every element in, words of every element out. */
  readonly reference?: () => (inputs: readonly (readonly bigint[])[]) => readonly (readonly bigint[])[];
  /** For the harness of a design with streams: that design, and the words it is due to give, where that is known. */
  readonly tokens?: { readonly unit: Module; readonly start: (() => TokenReference) | undefined };
}

/** Two engines that gave different words for the same inputs. */
export interface Mismatch {
  readonly subject: string;
  readonly between: readonly [string, string];
  readonly cycle: number;
  readonly port: string;
  /** In hexadecimal. */
  readonly expected: string;
  readonly found: string;
  /** The inputs of that cycle, in hexadecimal; a design with state also depends on the cycles before. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The seed that makes the whole sequence again. */
  readonly seed: number;
  /** The form of the design that is at fault, as far as the others' agreement tells. */
  readonly suspect?: Suspect;
}

export interface Verdict {
  readonly subject: string;
  readonly vectors: number;
  /** Output words compared and found different, over all pairs of engines. */
  readonly mismatches: number;
  /** Vectors of the comparison with each engine. */
  readonly compared: Readonly<Record<string, number>>;
  /** Mismatches of each engine that had any. */
  readonly differing: Readonly<Record<string, number>>;
  readonly first?: Mismatch;
}

export interface VerifyOptions extends BuildOptions {
  readonly vectors: number;
  readonly seed: number;
  /** Whether to run Verilator; without it the engines of the toolkit are compared among themselves. */
  readonly verilator: boolean;
  /** Whether the inputs begin with all there are, or all combinations of corners; default true. */
  readonly corners?: boolean;
}

/** How many rows the bigint interpreter runs of the design as written: it is far slower than the others. */
const interpreted = 4000;

/**
 * Compares, on the same inputs, the reference, the interpreter on the design as written, the compiled simulation
 * and the emitted Verilog under Verilator. All subjects share one Verilator build.
 */
export async function verify(
  subjects: readonly Subject[],
  options: VerifyOptions,
): Promise<Result<Verdict[]>> {
  const tried = subjects.map((subject) => attempt(subject, options));
  if (!options.verilator) return success(tried.map((each) => blamed(each, each.verdict)));
  const model = await build(
    subjects.map((subject) => subject.emitted),
    options,
  );
  if (!model.ok) return model;
  const longest = tried.reduce(
    (most, { stimulus, latency }) => Math.max(most, stimulus.rows.length + latency),
    0,
  );
  const rows = together(tried, longest);
  const seed = tried.every(({ subject }) => startsFromReset(subject.simplified)) ? options.seed || 1 : 0;
  const ran = await replay(model.value, rows, { seed });
  if (!ran.ok) return ran;
  const columns = columnsOf(model.value.ports.outputs);
  return success(
    tried.map((each, index) => {
      const found = (cycle: number, port: number): bigint =>
        ran.value.rows[cycle + each.latency]![columns[index]![port]!]!;
      const verdict = compare(
        each,
        'verilator',
        each.stimulus.rows.length,
        found,
        options.seed,
        each.verdict,
      );
      return blamed(each, verdict);
    }),
  );
}

/** The verdict with the form that is at fault, where there is a mismatch. */
function blamed({ subject, stimulus: { rows } }: Attempt, verdict: Verdict): Verdict {
  const { first } = verdict;
  if (!first) return verdict;
  return { ...verdict, first: { ...first, suspect: blame(subject, verdict, rows) } };
}

/** Units with streams may work on a word for hundreds of cycles, so their resets are rarer. */
export function stimulusOptions({ tokens }: Subject, { corners }: VerifyOptions): StimulusOptions {
  return { ...(tokens && { resetEvery: 4096 }), ...(corners !== undefined && { corners }) };
}

interface Attempt {
  readonly subject: Subject;
  readonly module: Module;
  readonly stimulus: Stimulus;
  readonly latency: number;
  /** The outputs of the compiled simulation, which the others are compared with. */
  readonly expected: readonly Row[];
  readonly verdict: Verdict;
}

/** Makes the inputs and compares the toolkit's own engines. */
function attempt(subject: Subject, options: VerifyOptions): Attempt {
  const module = topOf(subject.simplified);
  const { latency } = subject.emitted;
  const made = stimulus(
    module,
    options.vectors,
    options.seed,
    latency + 2,
    stimulusOptions(subject, options),
  );
  const expected = simulateRows(subject.simplified, made.rows);
  const start: Verdict = {
    subject: subject.name,
    vectors: made.rows.length - made.warmUp,
    mismatches: 0,
    compared: {},
    differing: {},
  };
  const base: Attempt = { subject, module, stimulus: made, latency, expected, verdict: start };
  // It is slow, and the others agree with it once they did on the corners.
  const some = options.corners === false ? 0 : Math.min(interpreted, made.rows.length);
  const slow = interpretRows(subject.written, made.rows.slice(0, some));
  const verdict = compare(
    base,
    'interpreter',
    some,
    (cycle, port) => slow[cycle]![port]!,
    options.seed,
    start,
  );
  return { ...base, verdict: withTokens(base, withReference(base, verdict, options.seed), options.seed) };
}

/** Adds what came out of the streams of a harness, word by word. */
function withTokens(each: Attempt, verdict: Verdict, seed: number): Verdict {
  const { tokens } = each.subject;
  if (!tokens) return verdict;
  const { rows } = each.stimulus;
  const { compared, faults } = checkTokens(tokens.unit, each.module, rows, each.expected, tokens.start);
  const [fault] = faults;
  const first = verdict.first ?? (fault && tokenMismatch(each, fault, seed));
  return {
    ...verdict,
    mismatches: verdict.mismatches + faults.length,
    compared: { ...verdict.compared, words: compared },
    differing: counted(verdict.differing, 'words', faults.length),
    ...(first && { first }),
  };
}

function tokenMismatch(each: Attempt, { cycle, port, expected, found }: TokenFault, seed: number): Mismatch {
  const row = each.stimulus.rows[Math.min(cycle, each.stimulus.rows.length - 1)]!;
  return {
    subject: each.subject.name,
    between: ['wasm', 'reference'],
    cycle,
    port,
    expected,
    found,
    inputs: inputsOf(each.module, row),
    seed,
  };
}

function inputsOf(module: Module, row: Row): Record<string, string> {
  return Object.fromEntries(module.inputs.map((input, i) => [input.name, `0x${row[i]!.toString(16)}`]));
}

function withReference(each: Attempt, verdict: Verdict, seed: number): Verdict {
  const reference = each.subject.reference?.();
  if (!reference) return verdict;
  const { rows } = each.stimulus;
  const outputs = topOf(each.subject.written).outputs;
  const found = rows.map((row) => {
    const words = reference(each.module.inputs.map((port, i) => elements(port, row[i]!)));
    return outputs.map((port, i) => joined(port, words[i]!));
  });
  return compare(each, 'reference', rows.length, (cycle, port) => found[cycle]![port]!, seed, verdict);
}

function elements(port: Port, word: bigint): bigint[] {
  const width = port.width / port.lanes;
  return Array.from({ length: port.lanes }, (_, k) => BigInt.asUintN(width, word >> BigInt(k * width)));
}

function joined(port: Port, words: readonly bigint[]): bigint {
  const width = BigInt(port.width / port.lanes);
  return words.reduceRight((all, word) => (all << width) | word, 0n);
}

/** Adds to the verdict what one more engine gave for the rows behind the warm-up. */
function compare(
  each: Attempt,
  engine: string,
  rows: number,
  found: (cycle: number, port: number) => bigint,
  seed: number,
  verdict: Verdict,
): Verdict {
  let { mismatches, first } = verdict;
  const { warmUp } = each.stimulus;
  for (let cycle = warmUp; cycle < rows; cycle++)
    each.module.outputs.forEach((port, index) => {
      const expected = each.expected[cycle]![index]!;
      const word = found(cycle, index);
      if (word === expected) return;
      mismatches++;
      first ??= mismatch(each, engine, cycle, port.name, expected, word, seed);
    });
  const compared = { ...verdict.compared, [engine]: Math.max(0, rows - warmUp) };
  const differing = counted(verdict.differing, engine, mismatches - verdict.mismatches);
  return { ...verdict, mismatches, compared, differing, ...(first && { first }) };
}

/** Counts of mismatches with those of one more engine. */
function counted(counts: Verdict['differing'], engine: string, more: number): Verdict['differing'] {
  return more === 0 ? counts : { ...counts, [engine]: more + (counts[engine] ?? 0) };
}

function mismatch(
  each: Attempt,
  engine: string,
  cycle: number,
  port: string,
  expected: bigint,
  found: bigint,
  seed: number,
): Mismatch {
  return {
    subject: each.subject.name,
    between: ['wasm', engine],
    cycle,
    port,
    expected: `0x${expected.toString(16)}`,
    found: `0x${found.toString(16)}`,
    inputs: inputsOf(each.module, each.stimulus.rows[cycle]!),
    seed,
  };
}

/** One row of all subjects' inputs a cycle; a shorter sequence is held at its last row. */
function together(tried: readonly Attempt[], cycles: number): Row[] {
  return Array.from({ length: cycles }, (_, cycle) =>
    tried.flatMap(({ stimulus: { rows } }) => rows[Math.min(cycle, rows.length - 1)]!),
  );
}

function columnsOf(ports: readonly ModelPort[]): number[][] {
  const columns: number[][] = [];
  ports.forEach((port, column) => (columns[port.module] ??= []).push(column));
  return columns;
}

/** Whether the reset alone decides what every register holds, so that Verilog may start from anything. */
export function startsFromReset(design: Design): boolean {
  return design.modules.every((module) =>
    module.nodes.every(
      (node) =>
        (node.kind !== 'reg' || node.reset !== undefined) && node.kind !== 'write' && node.kind !== 'read',
    ),
  );
}
