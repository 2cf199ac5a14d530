import { failure, success, type Result } from '../base/index.js';
import { findSteps, origins } from './affine.js';
import { evaluate } from './evaluate.js';
import { observer, type Observation } from './observe.js';
import type { Prepared } from './prepare.js';
import { noCalibrationImages, notFinite } from './problems.js';
import { batches, type Workload } from './workload.js';

/** What was seen of each value that may be put into codes, by its name. */
export type Observations = ReadonlyMap<string, Observation>;

/**
 * Runs a network in float over images, training images for choice, and observes each value that a layer of inner
 * products or an operator in integers reads or gives.
 */
export function calibrate(prepared: Prepared, workload: Workload): Result<Observations> {
  if (workload.images.count === 0) return failure(noCalibrationImages());
  const observers = new Map(codedValues(prepared).map((name) => [name, observer()]));
  for (const { tensor } of batches(workload)) {
    const values = evaluate(prepared, tensor);
    if (!values.ok) return values;
    for (const [name, own] of observers) {
      const value = values.value.get(name);
      if (value?.type === 'float32') own.add(value.data);
    }
  }
  const seen = new Map([...observers].map(([name, own]) => [name, own.observation()]));
  const wild = [...seen].find(([, { least, most }]) => Number.isNaN(least + most));
  return wild ? failure(notFinite(wild[0])) : success(seen);
}

/** The values that may be put into codes, seen through nodes that only move elements. */
function codedValues(prepared: Prepared): string[] {
  const origin = origins(prepared);
  const names = findSteps(prepared).flatMap((step) => {
    if (step.kind === 'affine') return [step.affine.input, ...(step.affine.right ? [step.affine.right] : [])];
    return step.kind === 'sum' ? [...step.sum.inputs, step.sum.output] : [];
  });
  return [...new Set(names.map(origin))].filter((name) => !prepared.constants.has(name));
}
