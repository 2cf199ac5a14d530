import { failure, success, type Result } from '../base/index.js';
import { findSteps, origins } from './affine.js';
import { evaluate, type Values } from './evaluate.js';
import type { Prepared } from './prepare.js';
import { noCalibrationImages, notFinite, percentileRange } from './problems.js';
import { batches, type Workload } from './workload.js';

/** Largest magnitude to be represented, by the name of the value that layers read. */
export type Ranges = ReadonlyMap<string, number>;

/** How a range is found: the largest magnitude seen, or that below which `percent` of all magnitudes lie. */
export type Calibration =
  { readonly method: 'max' } | { readonly method: 'percentile'; readonly percent: number };

const bins = 4096;

/**
 * Runs a network in float over images, training images for choice, and finds the range of each value that a
 * layer of inner products reads. A percentile is taken from a histogram of 4096 equal bins up to the largest
 * magnitude, as the upper edge of the bin where it is reached.
 */
export function calibrate(
  prepared: Prepared,
  workload: Workload,
  how: Calibration = { method: 'max' },
): Result<Ranges> {
  if (workload.images.count === 0) return failure(noCalibrationImages());
  if (how.method === 'percentile' && !(how.percent > 0 && how.percent <= 100)) {
    return failure(percentileRange(how.percent));
  }
  const names = layerInputs(prepared);
  const ranges = new Map(names.map((name) => [name, 0]));
  const first = eachBatch(prepared, workload, (values) => {
    for (const name of names)
      ranges.set(name, Math.max(ranges.get(name)!, largest(magnitudes(values, name))));
  });
  if (!first.ok) return first;
  const wild = names.find((name) => !Number.isFinite(ranges.get(name)));
  if (wild !== undefined) return failure(notFinite(wild));
  return how.method === 'max' ? success(ranges) : percentiles(prepared, workload, ranges, how.percent);
}

/** The values whose elements layers of inner products read, seen through changes of shape. */
function layerInputs(prepared: Prepared): string[] {
  const origin = origins(prepared);
  const inputs = findSteps(prepared).flatMap((step) => (step.kind === 'affine' ? [step.affine.input] : []));
  return [...new Set(inputs.map(origin))];
}

function eachBatch(
  prepared: Prepared,
  workload: Workload,
  look: (values: Values) => void,
): Result<undefined> {
  for (const { tensor } of batches(workload)) {
    const values = evaluate(prepared, tensor);
    if (!values.ok) return values;
    look(values.value);
  }
  return success(undefined);
}

function percentiles(prepared: Prepared, workload: Workload, top: Ranges, percent: number): Result<Ranges> {
  const histograms = new Map([...top.keys()].map((name) => [name, new Float64Array(bins)]));
  const second = eachBatch(prepared, workload, (values) => {
    for (const [name, counts] of histograms) count(magnitudes(values, name), top.get(name)!, counts);
  });
  if (!second.ok) return second;
  return success(
    new Map([...histograms].map(([name, counts]) => [name, reached(counts, percent) * top.get(name)!])),
  );
}

function magnitudes(values: Values, name: string): Float32Array {
  const tensor = values.get(name);
  return tensor?.type === 'float32' ? tensor.data : new Float32Array();
}

/** NaN if there is one among the numbers. */
function largest(numbers: Float32Array): number {
  let most = 0;
  for (const x of numbers) most = Math.max(most, Math.abs(x));
  return most;
}

function count(numbers: Float32Array, top: number, counts: Float64Array): void {
  for (const x of numbers) counts[Math.min(bins - 1, Math.floor((Math.abs(x) / (top || 1)) * bins))]!++;
}

/** The part of the range, 0 … 1, below which `percent` of the counts lie. */
function reached(counts: Float64Array, percent: number): number {
  const wanted = (counts.reduce((a, b) => a + b, 0) * percent) / 100;
  let seen = 0;
  const bin = counts.findIndex((n) => (seen += n) >= wanted);
  return (bin < 0 ? bins : bin + 1) / bins;
}
