import { failure, success, type Result } from '../../base/index.js';
import { evaluate, type Values } from '../evaluate.js';
import { noImages, resultShape } from '../problems.js';
import { largestOfRows, wilson } from '../score.js';
import { batches, type Workload } from '../workload.js';
import { fromFixed, type FixedFormat } from './format.js';
import type { FixedPass } from './layer.js';
import type { FixedNetwork, FixedStep } from './network.js';
import { runFixed } from './run.js';
import { asTensor, type FixedValue } from './value.js';

/** What one step of the network did over all images. */
export interface FixedLayerReport {
  readonly name: string;
  /** the operator */
  readonly kind: string;
  readonly where: 'fixed' | 'float';
  /** bits behind the point of what a layer reads, of its weights or right operand, and of its result */
  readonly fractions?: readonly [input: number, weights: number, result: number];
  readonly macs: number;
  /** results that did not fit, of `outputs`; numbers, weights and biases that did not fit the format they are read in */
  readonly saturated: number;
  readonly clipped: number;
  readonly outputs: number;
  /** 10 log10 of Σ y² / Σ (y − ŷ)², y as float32 gives it; null where it is not finite, or nothing is in fixed point */
  readonly snrDb: number | null;
}

/** How well a network in fixed point does on labelled images. Shares are 0 … 1. */
export interface FixedReport {
  readonly bits: number;
  /** behind the point; null where each value has its own */
  readonly fraction: number | null;
  readonly images: number;
  readonly accuracy: number;
  readonly accuracyFloat: number;
  /** share of the images where both give the same class */
  readonly agreement: number;
  /** of `accuracy` */
  readonly ci95: readonly [low: number, high: number];
  /** the greatest distance of a score from float's, and the scores' signal over error */
  readonly worstScoreError: number;
  readonly scoreSnrDb: number | null;
  readonly macs: number;
  readonly layers: readonly FixedLayerReport[];
  readonly seconds: number;
}

interface Tally {
  macs: number;
  saturated: number;
  clipped: number;
  outputs: number;
  power: number;
  error: number;
  fractions: FixedLayerReport['fractions'];
}

const empty = (): Tally => ({
  ...{ macs: 0, saturated: 0, clipped: 0, outputs: 0, power: 0, error: 0 },
  fractions: undefined,
});

/** Runs a network in fixed point, and in float32, over all images of the workload. */
export function measureFixed(network: FixedNetwork, workload: Workload): Result<FixedReport> {
  const started = performance.now();
  const { count, classes, labels } = workload.images;
  if (count === 0) return failure(noImages());
  const tallies = new Map(network.steps.map((step) => [outputOf(step), empty()]));
  const scores = empty();
  const hits = { fixed: 0, float: 0, both: 0 };
  let worst = 0;
  for (const { from, tensor } of batches(workload)) {
    const floats = evaluate(network.prepared, tensor);
    if (!floats.ok) return floats;
    const ran = runFixed(network, tensor, {
      layer: (pass) => ofLayer(pass, tallies.get(pass.layer.output)!),
      step: (step, result) => compare(outputOf(step), result, floats.value, tallies),
    });
    if (!ran.ok) return ran;
    const name = network.prepared.network.outputs[0]!.name;
    const due = floats.value.get(name)!;
    const rows = tensor.dims[0]!;
    if (due.dims[0] !== rows || due.data.length !== rows * classes)
      return failure(resultShape(due.dims, rows, classes));
    const found = ran.value.kind === 'codes' ? fromFixed(ran.value) : Float64Array.from(numbers(ran.value));
    worst = Math.max(worst, noise(due.data as Float32Array, found, scores));
    const [expected, got] = [largestOfRows(due.data as Float32Array, rows), largestOfRows(found, rows)];
    for (let i = 0; i < rows; i++) {
      if (got[i] === labels[from + i]) hits.fixed++;
      if (expected[i] === labels[from + i]) hits.float++;
      if (expected[i] === got[i]) hits.both++;
    }
  }
  const layers = network.steps.map((step) => reportOf(step, tallies.get(outputOf(step))!));
  return success({
    bits: network.options.bits,
    fraction: network.options.fraction ?? null,
    images: count,
    accuracy: hits.fixed / count,
    accuracyFloat: hits.float / count,
    agreement: hits.both / count,
    ci95: wilson(hits.fixed, count),
    worstScoreError: worst,
    scoreSnrDb: decibels(scores),
    macs: layers.reduce((sum, { macs }) => sum + macs, 0),
    layers,
    seconds: (performance.now() - started) / 1000,
  });
}

function numbers(value: FixedValue): Float32Array {
  return asTensor(value).data as Float32Array;
}

function outputOf(step: FixedStep): string {
  if (step.kind === 'layer') return step.layer.output;
  return step.kind === 'sum' ? step.sum.output : step.node.outputs[0]!;
}

function ofLayer({ layer, result, clipped }: FixedPass, tally: Tally): void {
  tally.macs += result.codes.length * layer.depth;
  tally.clipped += clipped;
  const fractionOf = ({ fraction }: FixedFormat): number => fraction;
  tally.fractions = [fractionOf(layer.from), fractionOf(layer.by), fractionOf(layer.to)];
}

function compare(
  name: string,
  result: FixedValue,
  floats: Values,
  tallies: ReadonlyMap<string, Tally>,
): void {
  const tally = tallies.get(name)!;
  if (result.kind !== 'codes') return;
  tally.outputs += result.codes.length;
  tally.saturated += result.saturated;
  noise(floats.get(name)!.data as Float32Array, fromFixed(result), tally);
}

/** Adds signal and error; gives the greatest error. */
function noise(due: Float32Array, found: Float64Array, tally: Tally): number {
  let worst = 0;
  for (let i = 0; i < due.length; i++) {
    const error = Math.abs(due[i]! - found[i]!);
    tally.power += due[i]! ** 2;
    tally.error += error ** 2;
    if (error > worst) worst = error;
  }
  return worst;
}

function decibels({ power, error }: Tally): number | null {
  const value = 10 * Math.log10(power / error);
  return Number.isFinite(value) ? value : null;
}

function reportOf(step: FixedStep, tally: Tally): FixedLayerReport {
  const { name, kind } =
    step.kind === 'layer'
      ? step.layer
      : step.kind === 'sum'
        ? step.sum
        : { name: step.node.name, kind: step.node.op };
  const { macs, saturated, outputs, fractions } = tally;
  const clipped = tally.clipped + (step.kind === 'layer' ? step.layer.clipped : 0);
  return {
    ...{ name, kind, where: outputs > 0 ? 'fixed' : 'float' },
    ...(fractions && { fractions }),
    ...{ macs, saturated, clipped, outputs, snrDb: outputs > 0 ? decibels(tally) : null },
  };
}
