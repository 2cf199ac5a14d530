// Inner products of FP16 numbers on 5-bit multipliers: cycles a pass with alignment in several cycles, what alignment in
// one cycle loses, and what clusters of units gain over units in lock-step.
import { random } from '../../dist/base/index.js';
import { finishDatapath, inputPort, outputPort, startDatapath } from '../../dist/builder/index.js';
import { defaultsOf } from '../../dist/flow/index.js';
import { decode, encode, exactOf, floats, numberOf } from '../../dist/format/index.js';
import { clusterSchedule, clusterTiming, lockStepCycles } from '../../dist/ops/ipu_cluster/index.js';
import {
  alignmentSteps,
  floatMode,
  innerProduct,
  ipuShape,
  jobCycles,
  modeWord,
  nibbleInnerProduct,
  runningReference,
} from '../../dist/ops/nibble_inner_product/index.js';
import { simplify } from '../../dist/pass/index.js';
import { compile } from '../../dist/sim/index.js';

export const name = 'mc-ipu';

const lanes = 16;
const precision = 28;
const seed = 1;
const mode = floatMode('fp16', 'fp16');
const fp16 = floats.fp16;
const trees = { multi: [12, 14, 16, 20, 24, 28], single: [10, 12, 14, 16] };
const vectors = { cycles: 10_000, error: 300, hardware: 60, cluster: 4000 };
const source =
  'H. Abdel-Aziz et al., "Rethinking Floating Point Overheads for Mixed Precision DNN Accelerators", MLSys 2021';

export async function run() {
  const steps = trees.multi.map(stepsOf);
  const json = {
    schema: 1,
    title: 'Cycles and errors of nibble inner products over the width of the adder tree',
    source,
    measured: {
      what: 'both factors normally distributed with variance 1, rounded to FP16; on the exact definition of the unit, and a part of it on the circuit in simulation',
      lanes,
      softwarePrecision: precision,
      seed,
      vectors,
    },
    cyclesPerPass: trees.multi.map((tree, k) => cyclesPerPass(tree, steps[k])),
    passesByCycles: passesByCycles(steps),
    singleCycleError: trees.single.map(singleCycleError),
    clusters: [12, 16, 20].flatMap((tree) => [4, 8].map((units) => throughput(tree, units))),
  };
  return { json, markdown: markdown(json) };
}

function parametersOf(tree, alignment) {
  const p = { lanes, tree, software_precision: precision, alignment, accumulate: 'fixed', result: 'fixed' };
  return { ...defaultsOf(nibbleInnerProduct), ...p, jobs: 1 };
}

function drawn(count) {
  const numbers = random(seed);
  const vector = () => Array.from({ length: lanes }, () => encode(fp16, exactOf(numbers.normal())));
  return Array.from({ length: count }, () => ({ a: vector(), b: vector() }));
}

/** The cycles of each vector's passes. */
function stepsOf(tree) {
  const shape = ipuShape(parametersOf(tree, 'multi'));
  return drawn(vectors.cycles).map(({ a, b }) => alignmentSteps(shape, mode, a, b));
}

/** How many vectors need so many cycles a pass, by the width of the tree. */
function passesByCycles(steps) {
  const most = Math.max(...steps.flat());
  return Array.from({ length: most }, (_, k) => ({
    cycles: k + 1,
    ...Object.fromEntries(
      trees.multi.map((tree, i) => [`tree${tree}`, steps[i].filter((one) => one === k + 1).length]),
    ),
  }));
}

function cyclesPerPass(tree, steps) {
  const { mean, deviation } = momentsOf(steps);
  return {
    tree,
    expected: expectedSteps(tree - 9),
    mean,
    standardError: deviation / Math.sqrt(steps.length),
    deviation,
    worst: Math.floor(precision / (tree - 9)) + 1,
    hardware: onHardware(parametersOf(tree, 'multi')),
  };
}

function singleCycleError(tree) {
  const p = parametersOf(tree, 'single');
  const errors = drawn(vectors.error)
    .map((vector) => relativeError(ipuShape(p), vector))
    .sort((x, y) => x - y);
  const middle = errors.length / 2;
  return {
    tree,
    median: (errors[middle - 1] + errors[middle]) / 2,
    max: errors.at(-1),
    hardware: onHardware(p),
  };
}

/** |result − exact| / Σ|a·b|, before anything is rounded. Sums of 16 products of normal numbers are exact in float64. */
function relativeError(shape, { a, b }) {
  const products = a.map((x, k) => numberOf(decode(fp16, x)) * numberOf(decode(fp16, b[k])));
  const exact = products.reduce((sum, product) => sum + product, 0);
  const all = products.reduce((sum, product) => sum + Math.abs(product), 0);
  return Math.abs(numberOf(innerProduct(shape, mode, a, b)) - exact) / all;
}

/** The first vectors on the circuit: every result and every job's cycles must be those of the definition. */
function onHardware(p) {
  const shape = ipuShape(p);
  const jobs = drawn(vectors.hardware);
  const { results, cycles } = simulated(p, jobs);
  jobs.forEach(({ a, b }, k) => {
    const due = runningReference(shape)([[modeWord(mode)], a, b, [1n], [1n]]);
    if (results[k] !== due[0][0]) throw new Error(`w = ${p.tree}: result ${k} is not the one due`);
    if (k + 1 < jobs.length && cycles[k] !== jobCycles(shape, mode, a, b))
      throw new Error(`w = ${p.tree}: job ${k} took ${cycles[k]} cycles`);
  });
  return { vectors: jobs.length, cyclesPerPass: momentsOf(cycles).mean / 9, mismatches: 0 };
}

/** Runs jobs through the circuit without stalls; gives the results, and the cycles from each job to the next. */
function simulated(p, jobs) {
  const unit = compile(unitOf(p));
  unit.allocate({ cycles: 1, streams: 1, drivenReset: true });
  const set = (port, word) => unit.setWord(port, 0, 0, word);
  const packed = (words) => words.reduceRight((all, word) => (all << 16n) | word, 0n);
  const constants = { mode: modeWord(mode), first: 1n, last: 1n, result_ready: 1n };
  Object.entries(constants).forEach(([port, word]) => set(port, word));
  unit.run();
  set('rst_n', 1n);
  const results = [];
  const taken = [];
  for (let cycle = 0; results.length < jobs.length; cycle++) {
    const job = jobs[taken.length];
    set('job_valid', job ? 1n : 0n);
    if (job) {
      set('a', packed(job.a));
      set('b', packed(job.b));
    }
    unit.run();
    if (job && unit.word('job_ready', 0, 0) === 1n) taken.push(cycle);
    if (unit.word('result_valid', 0, 0) === 1n) results.push(unit.word('sum', 0, 0));
  }
  return { results, cycles: taken.slice(1).map((cycle, k) => cycle - taken[k]) };
}

function unitOf(p) {
  const datapath = startDatapath('unit');
  const ports = nibbleInnerProduct.ports(p);
  const inputs = ports.inputs.map((port) => inputPort(datapath, port.name, port.type));
  const outputs = nibbleInnerProduct.build(datapath, p, inputs);
  ports.outputs.forEach((port, i) => outputPort(datapath, port.name, outputs[i], port.type));
  return simplify(finishDatapath(datapath, 'A unit.'));
}

/** Cycles a job of all units together, in lock-step and with queues of several depths, and what one unit alone needs. */
function throughput(tree, units) {
  const shape = ipuShape(parametersOf(tree, 'multi'));
  const cycles = drawn(vectors.cluster).map(({ a, b }) => jobCycles(shape, mode, a, b));
  const jobs = cycles.map((one) => ({ cycles: one, last: true }));
  const lockStep = lockStepCycles(cycles, units) / cycles.length;
  const cluster = [1, 2, 4, 8].map((depth) => {
    const ends = clusterSchedule(jobs, clusterTiming(shape, units, depth));
    const perJob = ends.at(-1) / cycles.length;
    return { depth, cyclesPerJob: perJob, throughput: lockStep / perJob };
  });
  const ideal = momentsOf(cycles).mean / units;
  return { tree, units, lockStep, cluster, ideal, idealThroughput: lockStep / ideal };
}

/**
 * The mean of ⌊max s / sp⌋ + 1 for normally distributed factors, by the distribution of their exponents: with G that of a
 * product's exponent, P(max s < t) = Σ_m (G(m) − G(m−t))^n − (G(m−1) − G(m−t))^n.
 */
function expectedSteps(sp) {
  const [least, most] = [-14, 5];
  const one = Array.from({ length: most - least + 1 }, (_, k) => exponentShare(least + k, k === 0));
  const product = new Array(2 * one.length - 1).fill(0);
  one.forEach((x, i) => one.forEach((y, j) => (product[i + j] += x * y)));
  const below = product.map((_, m) => product.slice(0, m + 1).reduce((sum, share) => sum + share, 0));
  const upTo = (m) => (m < 0 ? 0 : below[m]);
  const within = (t) =>
    product.reduce(
      (sum, _, m) => sum + (upTo(m) - upTo(m - t)) ** lanes - Math.max(0, upTo(m - 1) - upTo(m - t)) ** lanes,
      0,
    );
  let mean = 1;
  for (let k = 1; k * sp <= precision; k++) mean += 1 - within(k * sp);
  return mean;
}

/** The share of normal numbers with that exponent; FP16's least one has all below it too. */
function exponentShare(exponent, least) {
  const [from, to] = [least ? 0 : 2 ** exponent, 2 ** (exponent + 1)];
  const steps = 2000;
  const h = (to - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((from + i * h) ** 2) / 2);
  }
  return (2 / Math.sqrt(2 * Math.PI)) * (h / 3) * sum;
}

function momentsOf(numbers) {
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const variance = numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / numbers.length;
  return { mean, deviation: Math.sqrt(variance) };
}

function markdown({
  title,
  cyclesPerPass: cycles,
  passesByCycles: passes,
  singleCycleError: errors,
  clusters,
}) {
  const lines = [
    `# ${title}`,
    '',
    `After ${source}.`,
    `FP16, ${lanes} lanes, software precision ${precision}; both factors drawn from the normal distribution with variance 1`,
    `(seed ${seed}). w: bits of an adder-tree input. Made by \`node scripts/baseline.mjs ${name}\`.`,
    '',
    '## Cycles a pass, alignment in several cycles',
    '',
    `Mean of ⌊max s / (w − 9)⌋ + 1: expected by the distribution of the exponents, and measured over ${vectors.cycles} vectors (±`,
    `one standard error). The spread is that of single vectors: a mean over 100 of them scatters by a tenth of it. The`,
    `circuit ran the first ${vectors.hardware} vectors in simulation: every result and every job's cycles were those of the definition.`,
    '',
    '| w | expected | measured | spread | worst case | circuit, first vectors |',
    '| --- | --- | --- | --- | --- | --- |',
    ...cycles.map(
      (row) =>
        `| ${row.tree} | ${row.expected.toFixed(3)} | ${row.mean.toFixed(3)} ± ${row.standardError.toFixed(3)} | ${row.deviation.toFixed(2)} | ${row.worst} | ${row.hardware.cyclesPerPass.toFixed(3)} |`,
    ),
    '',
    'How many of these vectors need so many cycles a pass, by w:',
    '',
    `| cycles | ${trees.multi.join(' | ')} |`,
    `| --- |${' --- |'.repeat(trees.multi.length)}`,
    ...passes.map((row) => `| ${Object.values(row).join(' | ')} |`),
    '',
    '## Errors, alignment in one cycle',
    '',
    `|result − exact| / Σ|a·b| over ${vectors.error} vectors, before rounding to FP32. Half a unit in the last place of FP16 is`,
    `4.9e-4. The circuit gave the same bits for the first ${vectors.hardware} vectors.`,
    '',
    '| w | median | greatest |',
    '| --- | --- | --- |',
    ...errors.map((row) => `| ${row.tree} | ${row.median.toExponential(1)} | ${row.max.toExponential(1)} |`),
    '',
    '## Clusters of units',
    '',
    'Cycles a job of several units together, of nine passes each. In lock-step all wait for the slowest of their jobs; in a',
    `cluster each has queues of a depth of its own and stalls alone. Over ${vectors.cluster} jobs, by the model of the timing,`,
    'which agrees with the circuit cycle by cycle. In brackets the throughput against lock-step; even: as if all jobs',
    'could be spread evenly.',
    '',
    '| w | units | lock-step | depth 1 | 2 | 4 | 8 | even |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...clusters.map(
      ({ tree, units, lockStep, cluster, ideal, idealThroughput }) =>
        `| ${tree} | ${units} | ${lockStep.toFixed(2)} | ${[
          ...cluster,
          { cyclesPerJob: ideal, throughput: idealThroughput },
        ]
          .map((one) => `${one.cyclesPerJob.toFixed(2)} (${one.throughput.toFixed(2)}×)`)
          .join(' | ')} |`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
