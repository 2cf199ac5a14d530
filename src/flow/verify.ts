import { success, type Result } from '../base/index.js';
import {
  finishDatapath,
  inputPort,
  noteUse,
  outputPort,
  pipeline,
  startDatapath,
  type Arguments,
} from '../builder/index.js';
import {
  amongMemories,
  axisTokens,
  harness,
  isData,
  lint,
  verilatorVersion,
  verify,
  type Mismatch,
  type Subject,
  type TokenReference,
  type Verdict,
  type VerifyOptions,
} from '../cosim/index.js';
import { portNames, signalsOf, type AxisTop } from '../emit/index.js';
import { resetName, topOf, type Design, type Module, type Port } from '../ir/index.js';
import { interpret } from '../sim/index.js';
import { whenName } from '../pass/index.js';
import { operatorOf, operators, type Operator } from '../ops/index.js';
import { formsOf, type Built } from './design.js';

/** How many modules go into one Verilator build: builds are dear, but do not grow without end. */
const batch = 48;

/** The design itself, and every operator it was built with against that operator's reference. */
export function subjectsOf(built: Built): Subject[] {
  const { name, written, simplified, emitted } = built;
  const uses = (written.uses ?? []).map((use, index) =>
    operatorSubject(
      operatorOf(use.operator)!,
      use.parameters as Arguments,
      `${name}_${use.operator}_${index}`,
      0,
    ),
  );
  const own: Subject = topOf(written).streams
    ? { ...streamSubject(amongMemories(written), tokenReference(built), built.axis), name }
    : { name, written, simplified, emitted, signals: () => signalsOf(built.optimised) };
  return [own, ...uses];
}

/** What a design with streams is due to give, where the datapath inside it is known. */
function tokenReference({ written, inner, axis }: Built): (() => TokenReference) | undefined {
  const unit = inner ?? written;
  const { core } = unit;
  if (!core) return undefined;
  const start = (): TokenReference => coreTokens(core, topOf(unit));
  return axis ? axisTokens(start, topOf(unit), topOf(written), axis.buses) : start;
}

/** Every sample of every operator in the library, some of them pipelined. */
export function allSamples(): Subject[] {
  return operators.flatMap((operator) =>
    operator.samples.map((sample, index) => {
      const p = { ...defaultsOf(operator), ...sample };
      return operatorSubject(operator, p, `${operator.name}_${index}`, index % 3);
    }),
  );
}

/** The parameters of an operator at their defaults. */
export function defaultsOf(operator: Operator): Arguments {
  return Object.fromEntries(operator.parameters.map((parameter) => [parameter.name, parameter.default]));
}

/** An operator as a module of its own, with its reference beside it. */
export function operatorSubject(operator: Operator, p: Arguments, name: string, stages: number): Subject {
  const { streams } = operator.ports(p);
  const written = operatorDesign(operator, p, name, streams ? 0 : stages);
  if (streams) {
    const tried = amongMemories(written);
    return { ...streamSubject(tried, () => tokensOf(operator, p, tried)), name };
  }
  const { simplified, optimised, emitted } = formsOf(written);
  const signals = () => signalsOf(optimised);
  return { name, written, simplified, emitted, signals, reference: () => withReset(operator, p, written) };
}

/** A design with streams inside a circuit that stalls it at random. */
function streamSubject(unit: Design, start: (() => TokenReference) | undefined, axis?: AxisTop): Subject {
  const around = harness(unit);
  const { written, simplified, optimised, emitted } = formsOf(around, undefined, undefined, axis);
  return {
    signals: () => signalsOf(optimised, portNames(axis)),
    name: unit.top,
    written,
    simplified,
    emitted,
    tokens: { unit: topOf(unit), start },
  };
}

/** An operator's reference as the words that its streams are due to give. */
function tokensOf(operator: Operator, p: Arguments, design: Design): TokenReference {
  const step = operator.reference(p);
  const { outputs, streams = [] } = topOf(design);
  const data = outputs.filter(({ name }) => isData(name, streams));
  return (inputs) => {
    const results = step(inputs);
    return streams
      .filter(({ direction }) => direction === 'out')
      .map(({ fields }) =>
        results.length === 0
          ? undefined
          : fields.map((name) => {
              const k = data.findIndex((port) => port.name === name);
              return joined(data[k]!, results[k]!);
            }),
      );
  };
}

/**
 * The words that a design with streams is due to give, by the datapath inside it run once a word: so no stall may
 * lose, double or reorder any.
 */
function coreTokens(core: Design, unit: Module): TokenReference {
  const engine = interpret(core);
  const { inputs } = topOf(core);
  const { streams = [] } = unit;
  const data = unit.inputs.filter(({ name }) => isData(name, streams));
  engine.step(Object.fromEntries(inputs.map(({ name }) => [name, 0n])));
  return (words) => {
    const row = inputs.map(({ name }): [string, bigint] => {
      const k = data.findIndex((port) => port.name === name);
      return [name, k < 0 ? 1n : joined(data[k]!, words[k]!)];
    });
    const results = engine.step(Object.fromEntries(row));
    return streams
      .filter(({ direction }) => direction === 'out')
      .map(({ name, fields }) =>
        results[whenName(name)] === 0n ? undefined : fields.map((field) => results[field]!),
      );
  };
}

function joined({ width, lanes }: Port, words: readonly bigint[]): bigint {
  const step = BigInt(width / lanes);
  return words.reduceRight((all, word) => (all << step) | word, 0n);
}

/** An operator as a module of its own. */
export function operatorDesign(operator: Operator, p: Arguments, name: string, stages: number): Design {
  const datapath = startDatapath(name);
  const ports = operator.ports(p);
  const inputs = ports.inputs.map((port) => inputPort(datapath, port.name, port.type));
  const outputs = operator.build(datapath, p, inputs);
  ports.outputs.forEach((port, i) => outputPort(datapath, port.name, outputs[i]!, port.type));
  ports.streams?.forEach((stream) => datapath.draft.stream(stream));
  pipeline(datapath, stages);
  noteUse(datapath, { operator: operator.name, parameters: p });
  const design = finishDatapath(datapath, operator.about);
  if (!design)
    throw new Error(`${operator.name}: ${datapath.diagnostics.map((one) => one.message).join('; ')}`);
  return design;
}

/** The reference as a module with a reset sees it: a reset starts it anew behind the clock edge. */
function withReset(operator: Operator, p: Arguments, design: Design) {
  const { inputs } = topOf(design);
  const reset = inputs.findIndex((port) => port.name === resetName);
  let step = operator.reference(p);
  return (words: readonly (readonly bigint[])[]): readonly (readonly bigint[])[] => {
    const outputs = step(words.filter((_, i) => i !== reset));
    if (reset >= 0 && words[reset]![0] === 0n) step = operator.reference(p);
    return outputs;
  };
}

/** How many inputs are in memory at a time; with more, the next ones start anew from reset with a seed of their own. */
const round = 25_000;

/** Verifies many subjects, a batch in one Verilator build; `onBatch` hears how far it is. */
export async function verifyAll(
  subjects: readonly Subject[],
  options: VerifyOptions,
  onBatch: (done: number, total: number) => void = () => undefined,
): Promise<Result<Verdict[]>> {
  const verdicts: Verdict[] = [];
  const rounds = Math.ceil(options.vectors / round);
  for (let from = 0; from < subjects.length; from += batch) {
    const some = subjects.slice(from, from + batch);
    let sums: readonly Verdict[] | undefined;
    for (let k = 0; k < rounds; k++) {
      const made = await verify(some, roundOptions(options, k));
      if (!made.ok) return made;
      sums = sums ? sums.map((sum, i) => added(sum, made.value[i]!)) : made.value;
      onBatch(Math.floor(from + (some.length * (k + 1)) / rounds), subjects.length);
    }
    verdicts.push(...sums!);
  }
  return success(verdicts);
}

/** The options of round k: a run from reset with a seed of its own. */
export function roundOptions(options: VerifyOptions, k: number): VerifyOptions {
  const vectors = Math.min(round, options.vectors - k * round);
  return { ...options, vectors, seed: options.seed + k, corners: k === 0 };
}

function added(sum: Verdict, more: Verdict): Verdict {
  const first = sum.first ?? more.first;
  return {
    subject: sum.subject,
    vectors: sum.vectors + more.vectors,
    mismatches: sum.mismatches + more.mismatches,
    compared: summed(sum.compared, more.compared),
    differing: summed(sum.differing, more.differing),
    ...(first && { first }),
  };
}

type Counts = Readonly<Record<string, number>>;

/** Counts by engine, added up. */
function summed(sum: Counts, more: Counts): Counts {
  const total = { ...sum };
  for (const [engine, count] of Object.entries(more)) total[engine] = count + (total[engine] ?? 0);
  return total;
}

/** What Verilator's linter says of the design's Verilog. */
export function lintDesign(built: Built): Promise<Result<readonly string[]>> {
  return lint(built.emitted);
}

/** The installed Verilator's version; undefined where there is none. */
export async function verilatorIfInstalled(): Promise<string | undefined> {
  const version = await verilatorVersion();
  return version.ok ? version.value : undefined;
}

/** All verdicts in one: how many vectors each subject got, mismatches in all, and the first of them. */
export interface Summary {
  readonly vectors: number;
  readonly mismatches: number;
  readonly first?: Mismatch;
}

export function summarise(verdicts: readonly Verdict[]): Summary {
  const first = verdicts.find((verdict) => verdict.first)?.first;
  return {
    vectors: verdicts.reduce((sum, verdict) => sum + verdict.vectors, 0),
    mismatches: verdicts.reduce((sum, verdict) => sum + verdict.mismatches, 0),
    ...(first && { first }),
  };
}
