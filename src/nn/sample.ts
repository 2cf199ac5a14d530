import { failure, random, success, type Result } from '../base/index.js';
import { selectImages } from './data/images.js';
import type { Codes } from './codes.js';
import type { DotEngine } from './engine.js';
import { forward, type LayerPass } from './forward.js';
import { noImages } from './problems.js';
import type { QuantisedLayer, QuantisedNetwork } from './quantise.js';
import { batches, type Workload } from './workload.js';

/** Operands of one step of the datapath, `lanes` codes each; behind the end of an inner product they are 0. */
export interface Beat {
  readonly a: readonly number[];
  readonly w: readonly number[];
}

/** An inner product that a network computes on real data, as it goes through the datapath. */
export interface ProductSample {
  readonly layer: string;
  /** position in the workload */
  readonly image: number;
  readonly column: number;
  readonly beats: readonly Beat[];
  /** the accumulator behind the last beat, as the engine gives it */
  readonly expected: number;
}

/**
 * Draws inner products of a quantised network at random, so that they can be replayed elsewhere: layers, images
 * and columns evenly by the seed. The layers' inputs are those that arise when all layers run on the engine.
 */
export function sampleProducts(
  quantised: QuantisedNetwork,
  workload: Workload,
  engine: DotEngine,
  count: number,
  seed: number,
): Result<readonly ProductSample[]> {
  if (workload.images.count === 0) return failure(noImages());
  const source = random(seed);
  const layers = quantised.steps.flatMap((step) => (step.kind === 'layer' ? [step.layer] : []));
  const draws = Array.from({ length: count }, () => {
    const layer = layers[source.below(layers.length)]!;
    const image = source.below(workload.images.count);
    return { layer, image, column: source.below(layer.columns), place: source.unit() };
  });
  const samples: ProductSample[] = [];
  for (const image of new Set(draws.map((draw) => draw.image))) {
    const passes = passesOf(quantised, workload, engine, image);
    if (!passes.ok) return passes;
    for (const draw of draws.filter((one) => one.image === image)) {
      const pass = passes.value.get(draw.layer)!;
      samples.push(sample(pass, image, draw.column, Math.floor(draw.place * pass.rows), engine));
    }
  }
  return success(samples);
}

function passesOf(
  quantised: QuantisedNetwork,
  workload: Workload,
  engine: DotEngine,
  image: number,
): Result<ReadonlyMap<QuantisedLayer, LayerPass>> {
  const passes = new Map<QuantisedLayer, LayerPass>();
  const one = { ...workload, images: selectImages(workload.images, [image]) };
  for (const { tensor } of batches(one)) {
    const run = forward(quantised, tensor, engine, (pass) => passes.set(pass.layer, pass));
    if (!run.ok) return run;
  }
  return success(passes);
}

function sample(
  { layer, codes }: LayerPass,
  image: number,
  column: number,
  row: number,
  engine: DotEngine,
): ProductSample {
  const { depth } = layer;
  const a = codes.slice(row * depth, (row + 1) * depth);
  const w = layer.weights.slice(column * depth, (column + 1) * depth);
  const expected = engine.products(a, w, 1, 1, depth).values[0]!;
  return { layer: layer.name, image, column, beats: beatsOf(a, w, engine.lanes), expected };
}

function beatsOf(a: Codes, w: Codes, lanes: number): Beat[] {
  const part = (codes: Codes, from: number): number[] =>
    Array.from({ length: lanes }, (_, i) => codes[from + i] ?? 0);
  return Array.from({ length: Math.ceil(a.length / lanes) }, (_, beat) => {
    return { a: part(a, beat * lanes), w: part(w, beat * lanes) };
  });
}
