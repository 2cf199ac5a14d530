import {
  finishDatapath,
  inputPort,
  outputPort,
  resolve,
  startDatapath,
  type Arguments,
} from '../../src/builder/index.js';
import { topOf, type Design } from '../../src/ir/index.js';
import {
  ipuShape,
  jobCycles,
  modeWord,
  nibbleInnerProduct,
  runningReference,
  type IpuMode,
  type IpuShape,
} from '../../src/ops/nibble_inner_product/index.js';
import type { Operator } from '../../src/ops/index.js';
import { simplify } from '../../src/pass/index.js';
import { compile, runWords, type CompiledDesign } from '../../src/sim/index.js';

/** One inner product that a unit is given. */
export interface Job {
  readonly mode: IpuMode;
  readonly a: readonly bigint[];
  readonly b: readonly bigint[];
  /** Default true, both. */
  readonly first?: boolean;
  readonly last?: boolean;
}

export interface Unit {
  readonly shape: IpuShape;
  readonly design: Design;
  readonly compiled: CompiledDesign;
}

/** An operator with those parameters as a design of its own, simplified. */
export function designOf(operator: Operator, sample: Arguments): { design: Design; p: Arguments } {
  const made = resolve(operator.parameters, sample);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  const p = made.value;
  const datapath = startDatapath('top');
  const ports = operator.ports(p);
  const inputs = ports.inputs.map((port) => inputPort(datapath, port.name, port.type));
  const outputs = operator.build(datapath, p, inputs);
  ports.outputs.forEach((port, i) => outputPort(datapath, port.name, outputs[i]!, port.type));
  return { design: simplify(finishDatapath(datapath, 'A test.')!), p };
}

/** A unit with those parameters, compiled. */
export function unitOf(sample: Arguments): Unit {
  const { design, p } = designOf(nibbleInnerProduct, sample);
  return { shape: ipuShape(p), design, compiled: compile(design) };
}

/** What came out of a unit that nobody stalls, and in which cycles it was ready for a job. */
export interface Run {
  readonly results: readonly (readonly bigint[])[];
  readonly ready: readonly boolean[];
}

/** Cycles from the last step of a job to its result. */
const drain = 10;

/**
 * Runs lists of jobs on a unit, side by side. Each job is held out as long as the one before is due to
 * take, so that a unit which takes longer or shorter loses or repeats jobs, and shows it by its `ready`.
 */
export function runJobs(unit: Unit, lists: readonly (readonly Job[])[]): Run[] {
  const plans = lists.map((jobs) =>
    jobs.flatMap((job, k): Job[] => Array(waiting(unit.shape, jobs[k - 1])).fill(job)),
  );
  const lastOnes = lists.map((jobs) => waiting(unit.shape, jobs.at(-1)));
  const longest = Math.max(...plans.map((plan, k) => plan.length + lastOnes[k]!)) + drain;
  const idle = { ...words(lists[0]![0]!), job_valid: 0n, rst_n: 1n };
  const reset = [0, 1].map(() => ({ ...idle, rst_n: 0n }));
  const sequences = plans.map((plan) => [
    ...reset,
    ...plan.map((job) => ({ ...words(job), job_valid: 1n, rst_n: 1n })),
    ...Array.from({ length: longest - plan.length }, () => idle),
  ]);
  const fields = topOf(unit.design)
    .outputs.map((port) => port.name)
    .filter((name) => name === 'sum' || name === 'special');
  return runWords(unit.compiled, sequences).map((rows) => {
    const run = rows.slice(reset.length);
    return {
      results: run.filter((row) => row['result_valid'] === 1n).map((row) => fields.map((name) => row[name]!)),
      ready: run.map((row) => row['job_ready'] === 1n),
    };
  });
}

/** The results and the ready cycles that are due for a list of jobs. */
export function due(shape: IpuShape, jobs: readonly Job[]): Run {
  const reference = runningReference(shape);
  const results = jobs
    .map(({ mode, a, b, first = true, last = true }) =>
      reference([[modeWord(mode)], a, b, [first ? 1n : 0n], [last ? 1n : 0n]]),
    )
    .filter((result) => result.length > 0)
    .map((fields) => fields.map((field) => field[0]!));
  const ready = jobs.flatMap((_, k) => {
    const cycles = waiting(shape, jobs[k - 1]);
    return Array.from({ length: cycles }, (_, cycle) => cycle === cycles - 1);
  });
  return { results, ready };
}

/** Cycles that a job is held out: as many as the one before takes. */
function waiting(shape: IpuShape, before: Job | undefined): number {
  return before ? jobCycles(shape, before.mode, before.a, before.b) : 1;
}

function words({ mode, a, b, first = true, last = true }: Job) {
  const packed = (lanes: readonly bigint[]): bigint =>
    lanes.reduceRight((all, word) => (all << 16n) | word, 0n);
  return {
    mode: modeWord(mode),
    a: packed(a),
    b: packed(b),
    first: first ? 1n : 0n,
    last: last ? 1n : 0n,
    result_ready: 1n,
  };
}

/** Deals jobs out to `streams` lists, so that they run side by side. */
export function dealt(jobs: readonly Job[], streams: number): Job[][] {
  const lists = Array.from({ length: Math.min(streams, jobs.length) }, (): Job[] => []);
  jobs.forEach((job, k) => lists[k % lists.length]!.push(job));
  return lists;
}
