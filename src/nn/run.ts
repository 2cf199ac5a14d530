import { failure, success, type Result } from '../base/index.js';
import type { DotEngine } from './engine.js';
import { evaluate } from './evaluate.js';
import { forward, type LayerPass } from './forward.js';
import type { QuantisedNetwork, QuantisedStep } from './quantise.js';
import { noImages, resultShape } from './problems.js';
import { largestOfRows, wilson } from './score.js';
import type { Tensor } from './tensor.js';
import { batches, batchSize, type Workload } from './workload.js';

/** What one step of the network did over all images. */
export interface LayerReport {
  readonly name: string;
  /** the operator */
  readonly kind: string;
  /** false: ran in float */
  readonly onDatapath: boolean;
  /** products on the datapath, and the beats that they took at the engine's number of lanes */
  readonly macs: number;
  readonly beats: number;
  /** results that did not fit their width, of `outputs` */
  readonly saturated: number;
  readonly overflows: number;
  readonly outputs: number;
}

/** How well a quantised network does on labelled images. Shares are 0 … 1. */
export interface RunReport {
  readonly images: number;
  readonly accuracy: number;
  readonly accuracyFloat: number;
  /** share of the images where both give the same class */
  readonly agreement: number;
  /** of `accuracy` */
  readonly ci95: readonly [low: number, high: number];
  readonly layers: readonly LayerReport[];
  /** on the datapath, all images */
  readonly macs: number;
  /** wall clock, the run in float included */
  readonly seconds: number;
}

/**
 * Runs a quantised network on the engine, and the network in float, over all images of the workload.
 *
 * @param batch images that go to the engine together
 */
export function runQuantised(
  quantised: QuantisedNetwork,
  workload: Workload,
  engine: DotEngine,
  batch = batchSize,
): Result<RunReport> {
  const started = performance.now();
  const { count, classes, labels } = workload.images;
  if (count === 0) return failure(noImages());
  const layers = new Map<string, LayerReport>();
  const seen = (pass: LayerPass): void => {
    layers.set(pass.layer.output, withPass(layers.get(pass.layer.output), pass, engine.lanes));
  };
  const hits = { integer: 0, float: 0, both: 0 };
  for (const { from, tensor } of batches(workload, batch)) {
    const floats = evaluate(quantised.prepared, tensor);
    if (!floats.ok) return floats;
    const integers = forward(quantised, tensor, engine, seen);
    if (!integers.ok) return integers;
    const rows = tensor.dims[0]!;
    const scores = floats.value.get(quantised.prepared.network.outputs[0]!.name)!;
    if (!isScores(scores, rows, classes)) return failure(resultShape(scores.dims, rows, classes));
    const expected = largestOfRows(scores.data as Float32Array, rows);
    const got = largestOfRows(integers.value.data, rows);
    for (let i = 0; i < rows; i++) {
      const label = labels[from + i];
      if (got[i] === label) hits.integer++;
      if (expected[i] === label) hits.float++;
      if (expected[i] === got[i]) hits.both++;
    }
  }
  const reports = quantised.steps.map((step) => reportOf(step, layers));
  return success({
    images: count,
    accuracy: hits.integer / count,
    accuracyFloat: hits.float / count,
    agreement: hits.both / count,
    ci95: wilson(hits.integer, count),
    layers: reports,
    macs: reports.reduce((sum, { macs }) => sum + macs, 0),
    seconds: (performance.now() - started) / 1000,
  });
}

function isScores({ type, dims, data }: Tensor, images: number, classes: number): boolean {
  return type === 'float32' && dims[0] === images && data.length === images * classes;
}

function reportOf(step: QuantisedStep, layers: ReadonlyMap<string, LayerReport>): LayerReport {
  if (step.kind === 'layer') return layers.get(step.layer.output)!;
  const { name, op: kind } = step.node;
  return { name, kind, onDatapath: false, macs: 0, beats: 0, saturated: 0, overflows: 0, outputs: 0 };
}

function withPass(before: LayerReport | undefined, pass: LayerPass, lanes: number): LayerReport {
  const { name, kind, depth, columns } = pass.layer;
  const outputs = pass.rows * columns;
  return {
    name,
    kind,
    onDatapath: true,
    macs: (before?.macs ?? 0) + outputs * depth,
    beats: (before?.beats ?? 0) + outputs * Math.ceil(depth / lanes),
    saturated: (before?.saturated ?? 0) + pass.saturated,
    overflows: (before?.overflows ?? 0) + pass.overflows,
    outputs: (before?.outputs ?? 0) + outputs,
  };
}
