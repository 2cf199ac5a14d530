import { failure, random, success, type Result } from '../base/index.js';
import { range, selectImages } from './data/images.js';
import type { Beat } from './beats.js';
import { forward, type Engines, type LayerPass } from './forward.js';
import { noImages, unknownLayer } from './problems.js';
import type { QuantisedNetwork } from './quantise.js';
import { batches, type Workload } from './workload.js';

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
 *
 * @param only the layer to draw from, instead of all
 */
export function sampleProducts(
  quantised: QuantisedNetwork,
  workload: Workload,
  engines: Engines,
  count: number,
  seed: number,
  only?: string,
): Result<readonly ProductSample[]> {
  if (workload.images.count === 0) return failure(noImages());
  const source = random(seed);
  const all = quantised.steps.flatMap((step) =>
    step.kind === 'layer' || step.kind === 'blocks' ? [step.layer] : [],
  );
  const layers = all.filter(({ name }) => only === undefined || name === only);
  if (only !== undefined && layers.length === 0) {
    const names = all.map(({ name }) => name);
    return failure(unknownLayer(only, names));
  }
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
): Result<ReadonlyMap<LayerPass['layer'], LayerPass>> {
  const passes = new Map<LayerPass['layer'], LayerPass>();
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
  const { groups, positions, columns, right } = layer.geometry;
  const products = pass.products();
  return {
    count: groups * positions * columns,
    at(index) {
      const column = index % columns;
      const position = Math.floor(index / columns) % positions;
      const group = Math.floor(index / columns / positions);
      return {
        ...{ layer: layer.name, engine: engine.name, image, position },
        column: right ? column : group * columns + column,
        beats: products.beats(group, position, column),
        expected: products.sum(group, position, column),
      };
    },
  };
}
