import { failure, random, success, type Result } from '../base/index.js';
import { range, selectImages } from './data/images.js';
import type { DotEngine } from './engine.js';
import { forward, type Engines, type LayerPass } from './forward.js';
import { eachColumn } from './layer.js';
import { noImages } from './problems.js';
import type { QuantisedLayer, QuantisedNetwork } from './quantise.js';
import { batches, type Workload } from './workload.js';

/** Operands of one step of the datapath, `lanes` codes each; behind the end of an inner product they are 0. */
export interface Beat {
  readonly a: readonly number[];
  readonly w: readonly number[];
  /** codes of the scales, where the datapath has such */
  readonly aScales?: readonly number[];
  readonly wScales?: readonly number[];
}

/** An inner product that a network computes on real data, as it goes through the datapath. */
export interface ProductSample {
  readonly layer: string;
  readonly engine: string;
  /** position in the workload */
  readonly image: number;
  /** among the columns of all groups */
  readonly column: number;
  readonly position: number;
  readonly beats: readonly Beat[];
  /** the accumulator behind the last beat, as the engine gives it */
  readonly expected: number;
}

/**
 * Draws inner products of a quantised network at random, so that they can be replayed elsewhere: layers, images,
 * positions and columns evenly by the seed. The layers' inputs are those that arise when all layers run on the engine.
 */
export function sampleProducts(
  quantised: QuantisedNetwork,
  workload: Workload,
  engines: Engines,
  count: number,
  seed: number,
): Result<readonly ProductSample[]> {
  if (workload.images.count === 0) return failure(noImages());
  const source = random(seed);
  const layers = quantised.steps.flatMap((step) => (step.kind === 'layer' ? [step.layer] : []));
  const draws = Array.from({ length: count }, () => {
    const layer = layers[source.below(layers.length)]!;
    const image = source.below(workload.images.count);
    return { layer, image, place: source.unit() };
  });
  const samples: ProductSample[] = [];
  for (const image of new Set(draws.map((draw) => draw.image))) {
    const passes = passesOf(quantised, workload, engines, image);
    if (!passes.ok) return passes;
    for (const layer of new Set(draws.filter((one) => one.image === image).map((one) => one.layer))) {
      const all = productsOf(passes.value.get(layer)!, image);
      const own = draws.filter((one) => one.image === image && one.layer === layer);
      samples.push(...own.map(({ place }) => all.at(Math.floor(place * all.count))));
    }
  }
  return success(samples);
}

/** All inner products of all layers for the first `count` images, one by one. */
export function* imageProducts(
  quantised: QuantisedNetwork,
  workload: Workload,
  engines: Engines,
  count: number,
): Generator<Result<ProductSample>> {
  for (const image of range(0, Math.min(count, workload.images.count))) {
    const passes = passesOf(quantised, workload, engines, image);
    if (!passes.ok) yield passes;
    else
      for (const pass of passes.value.values()) {
        const all = productsOf(pass, image);
        for (let i = 0; i < all.count; i++) yield success(all.at(i));
      }
  }
}

function passesOf(
  quantised: QuantisedNetwork,
  workload: Workload,
  engines: Engines,
  image: number,
): Result<ReadonlyMap<QuantisedLayer, LayerPass>> {
  const passes = new Map<QuantisedLayer, LayerPass>();
  const one = { ...workload, images: selectImages(workload.images, [image]) };
  for (const { tensor } of batches(one)) {
    const layer = (pass: LayerPass): void => void passes.set(pass.layer, pass);
    const run = forward(quantised, tensor, engines, { layer });
    if (!run.ok) return run;
  }
  return success(passes);
}

/** The inner products of a layer for one image, by number: groups, in these positions, in these columns. */
function productsOf(
  pass: LayerPass,
  image: number,
): { readonly count: number; readonly at: (index: number) => ProductSample } {
  const { layer, engine } = pass;
  const { groups, positions, columns } = layer.geometry;
  const sums = sumsOf(pass);
  return {
    count: groups * positions * columns,
    at(index) {
      const column = index % columns;
      const position = Math.floor(index / columns) % positions;
      const group = Math.floor(index / columns / positions);
      const beats = beatsOf(activationsOf(pass, group, position), weightsOf(pass, group, column), engine);
      const global = layer.right === undefined ? group * columns + column : column;
      return {
        ...{ layer: layer.name, engine: engine.name, image, column: global, position },
        ...{ beats, expected: sums[index]! },
      };
    },
  };
}

/** What the engine gives for one image: [group][position][column]. */
function sumsOf({ layer, engine, codes, rightCodes }: LayerPass): Float64Array {
  const { groups, positions, columns } = layer.geometry;
  const sums = new Float64Array(groups * positions * columns);
  eachColumn(layer, engine, codes, rightCodes, 1, (found, tile, column) => {
    for (let p = 0; p < tile.positions; p++)
      sums[(tile.group * positions + tile.position + p) * columns + column] = found[p]!;
  });
  return sums;
}

function activationsOf({ layer, codes }: LayerPass, group: number, position: number): number[] {
  const { reads, groupStep, depth } = layer.geometry;
  return Array.from({ length: depth }, (_, k) => {
    const from = reads[position * depth + k]!;
    return from < 0 ? layer.coding.zero : codes[from + group * groupStep]!;
  });
}

function weightsOf({ layer, rightCodes }: LayerPass, group: number, column: number): number[] {
  const { right, columns, depth } = layer.geometry;
  const at = (group * columns + column) * depth;
  if (!right || !rightCodes) return Array.from(layer.weights.subarray(at, at + depth));
  return Array.from(
    { length: depth },
    (_, k) => rightCodes[right.reads[column * depth + k]! + group * right.groupStep]!,
  );
}

function beatsOf(a: readonly number[], w: readonly number[], { lanes }: DotEngine): Beat[] {
  const part = (codes: readonly number[], from: number): number[] =>
    Array.from({ length: lanes }, (_, i) => codes[from + i] ?? 0);
  return Array.from({ length: Math.ceil(a.length / lanes) }, (_, beat) => {
    return { a: part(a, beat * lanes), w: part(w, beat * lanes) };
  });
}
