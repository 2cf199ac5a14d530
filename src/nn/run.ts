import { failure, success, type Result } from '../base/index.js';
import { floatRunner } from './floatrun.js';
import { forward, type Engines, type LayerPass, type SumPass } from './forward.js';
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
  /** on which datapath its products are taken; otherwise it ran in integers beside it, or in float */
  readonly where: 'datapath' | 'integers' | 'float';
  readonly onDatapath: boolean;
  readonly datapath?: string;
  /** of layers on a datapath of integers: of which codes the network states the scales; the others are by calibration */
  readonly stated?: 'all' | 'weights' | 'nothing';
  /** why a layer of inner products of a network that states codes runs in float */
  readonly why?: string;
  /** widths of the codes that it reads and of its weights */
  readonly bits?: { readonly activations: number; readonly weights: number };
  /** products on the datapath, and the beats that they took at the engine's number of lanes */
  readonly macs: number;
  readonly beats: number;
  /** results that did not fit their width, of `outputs`; and numbers beyond the codes that the layer reads */
  readonly saturated: number;
  readonly clipped: number;
  readonly overflows: number;
  readonly outputs: number;
  readonly tiling?: Tiling;
}

/** How a layer's inner products go through a datapath. */
export interface Tiling {
  /** terms of an inner product; one beat takes `lanes` of them, in order, the last filled up with zeros */
  readonly depth: number;
  readonly lanes: number;
  /** beats of an inner product */
  readonly beats: number;
  readonly groups: number;
  readonly positions: number;
  /** of each group */
  readonly columns: number;
  /** loops from the outermost to the innermost */
  readonly order: 'group, position, column, beat';
  /** width of the accumulator where it is an integer */
  readonly accumulatorBits?: number;
  /** where results are rounded, behind the exact products of codes */
  readonly roundings: readonly string[];
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
  /** wall clock, the run in float included; and of the run in integers alone */
  readonly seconds: number;
  readonly secondsInteger: number;
}

/**
 * Runs a quantised network on the engine, and the network in float, over all images of the workload.
 *
 * @param batch images that go to the engine together
 */
export function runQuantised(
  quantised: QuantisedNetwork,
  workload: Workload,
  engines: Engines,
  batch = batchSize,
): Result<RunReport> {
  const started = performance.now();
  const { count, classes, labels } = workload.images;
  if (count === 0) return failure(noImages());
  const layers = new Map<string, LayerReport>();
  const watch = {
    layer: (pass: LayerPass) =>
      void layers.set(pass.layer.output, added(layers.get(pass.layer.output), ofLayer(pass))),
    sum: (pass: SumPass) => void layers.set(pass.sum.output, added(layers.get(pass.sum.output), ofSum(pass))),
  };
  const hits = { integer: 0, float: 0, both: 0 };
  let integerTime = 0;
  const inFloat = floatRunner(quantised.prepared);
  for (const { from, tensor } of batches(workload, batch)) {
    const floats = inFloat(tensor);
    if (!floats.ok) return floats;
    const before = performance.now();
    const integers = forward(quantised, tensor, engines, watch);
    if (!integers.ok) return integers;
    integerTime += performance.now() - before;
    const rows = tensor.dims[0]!;
    const scores = floats.value;
    if (!isScores(scores, rows, classes)) return failure(resultShape(scores.dims, rows, classes));
    const expected = largestOfRows(scores.data, rows);
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
    secondsInteger: integerTime / 1000,
  });
}

function isScores({ type, dims, data }: Tensor, images: number, classes: number): boolean {
  return type === 'float32' && dims[0] === images && data.length === images * classes;
}

const nothing = { macs: 0, beats: 0, saturated: 0, clipped: 0, overflows: 0, outputs: 0 };

function reportOf(step: QuantisedStep, layers: ReadonlyMap<string, LayerReport>): LayerReport {
  if (step.kind === 'layer' || step.kind === 'blocks') return layers.get(step.layer.output)!;
  if (step.kind === 'sum') return layers.get(step.sum.output)!;
  const { name, op: kind } = step.node;
  const inIntegers = step.kind === 'quantiser' || step.inCodes;
  const why = step.kind === 'node' ? step.why : undefined;
  return {
    ...{ name, kind, where: inIntegers ? 'integers' : 'float', onDatapath: false, ...nothing },
    ...(why !== undefined && { why }),
  };
}

function ofSum({ sum, saturated, outputs }: SumPass): LayerReport {
  const { name, kind } = sum;
  return { name, kind, where: 'integers', onDatapath: false, ...nothing, saturated, outputs };
}

function ofLayer(pass: LayerPass): LayerReport {
  const { layer, engine, images, overflows, saturated, clipped, bits, roundings } = pass;
  const { name, kind, depth, geometry: g } = layer;
  const outputs = images * g.groups * g.positions * g.columns;
  const beats = Math.ceil(depth / engine.lanes);
  return {
    ...{ name, kind, where: 'datapath', onDatapath: true, datapath: engine.name },
    ...('coding' in layer && { stated: layer.stated }),
    bits,
    ...{ macs: outputs * depth, beats: outputs * beats, saturated, clipped, overflows, outputs },
    tiling: {
      ...{ depth, lanes: engine.lanes, beats, groups: g.groups, positions: g.positions, columns: g.columns },
      order: 'group, position, column, beat',
      ...(engine.sumBits !== undefined && { accumulatorBits: engine.sumBits }),
      roundings,
    },
  };
}

function added(before: LayerReport | undefined, pass: LayerReport): LayerReport {
  if (!before) return pass;
  return {
    ...pass,
    macs: before.macs + pass.macs,
    beats: before.beats + pass.beats,
    saturated: before.saturated + pass.saturated,
    clipped: before.clipped + pass.clipped,
    overflows: before.overflows + pass.overflows,
    outputs: before.outputs + pass.outputs,
  };
}
