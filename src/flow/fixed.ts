import { success, type Result } from '../base/index.js';
import {
  fixedNetwork,
  measureFixed,
  prepare,
  withBatchNormsFolded,
  type FixedNetwork,
  type FixedOptions,
  type FixedReport,
  type Workload,
} from '../nn/index.js';
import { calibrated, readNetwork, type InferOptions, type ModelFile } from './infer.js';

/** A network in fixed point, ready to run. */
export interface FixedInference {
  readonly network: FixedNetwork;
  readonly workload: Workload;
}

/** Reads a network and its data, and brings it into fixed point by the ranges that training samples have. */
export async function prepareFixed(
  model: ModelFile,
  options: InferOptions,
  fixed: FixedOptions,
): Promise<Result<FixedInference>> {
  const read = await readNetwork(model);
  if (!read.ok) return read;
  const checked = prepare(read.value);
  if (!checked.ok) return checked;
  const prepared = withBatchNormsFolded(checked.value);
  const ready = await calibrated(prepared, model, options);
  if (!ready.ok) return ready;
  const network = fixedNetwork(prepared, ready.value.training, fixed);
  if (!network.ok) return network;
  const warnings = [...read.diagnostics, ...ready.value.warnings];
  return success({ network: network.value, workload: ready.value.test }, warnings);
}

/** Runs all samples in fixed point, and in float. */
export function runFixedPoint({ network, workload }: FixedInference): Result<FixedReport> {
  return measureFixed(network, workload);
}
