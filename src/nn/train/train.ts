import { failure, success, type Result } from '../../base/index.js';
import { normalisations } from '../data/images.js';
import { dataSets, readImages } from '../data/sets.js';
import { unknownDataSet } from '../data/problems.js';
import type { Network } from '../network.js';
import { exportModel } from './export.js';
import { fit, startState, type FitState } from './fit.js';
import { localGradients, type Gradients } from './gradients.js';
import { shapeBehind } from './layers/fit.js';
import { measure, type Measured } from './measure.js';
import { diverged, wrongOutputs } from './problems.js';
import type { Recipe } from './recipe.js';
import { layersOf, spansOf, type Model, type Span } from './replica.js';
import { rowSets } from './rows/sets.js';
import { classesOf, sharedSamples, shapeOf, type Samples } from './samples.js';
import { isBinary, storedWeights } from './stored.js';
import { threadGradients } from './threads.js';

export interface TrainOptions {
  /** how many threads compute gradients; results do not depend on it */
  readonly threads: number;
  /** where to go on */
  readonly from?: FitState;
  /** is called after every batch with the share of the training that is done */
  readonly told?: (share: number) => void;
  /** is called after every epoch; training stops when its promise is false */
  readonly kept?: (state: FitState) => Promise<boolean>;
}

/** What came of a training. */
export interface Trained {
  readonly state: FitState;
  /** whether the last epoch was reached */
  readonly finished: boolean;
  readonly network: Network;
  /** on the test samples, with the weights as the network has them */
  readonly measured: Measured & {
    readonly split: 'test';
    /** with the weights as they come back from memory, where the recipe says how they are stored */
    readonly stored?: Measured;
  };
}

/** A recipe with its samples and the layers it starts from. */
export interface Plan {
  readonly recipe: Recipe;
  readonly model: Model;
  readonly samples: Samples;
  readonly spans: readonly Span[];
  readonly start: FitState;
}

/** Checks that data and layers fit, reads the training samples and draws the starting weights. */
export function plan(recipe: Recipe): Result<Plan> {
  const fits = inputShape(recipe);
  if (!fits.ok) return fits;
  const samples = readSamples(recipe, 'train');
  if (!samples.ok) return samples;
  const { layers, shard, seed } = recipe;
  const model: Model = { layers, shape: shapeOf(samples.value), shard, seed };
  const spans = spansOf(layersOf(model));
  return success({
    recipe,
    model,
    samples: samples.value,
    spans,
    start: startState(startingWeights(spans), recipe.optimiser),
  });
}

/** The weights as they were drawn, all in one list. */
export function startingWeights(spans: readonly Span[]): Float32Array {
  const weights = new Float32Array(spans.at(-1)?.to ?? 0);
  for (const { parameter, from } of spans) weights.set(parameter.value, from);
  return weights;
}

/**
 * The dimensions of a sample of the data set, if the layers take such samples and give a score for each class; without
 * reading any.
 */
export function inputShape({ data, layers }: Recipe): Result<readonly number[]> {
  const known = { ...dataSets, ...rowSets };
  if (!Object.hasOwn(known, data)) return failure(unknownDataSet(data, Object.keys(known)));
  const set = known[data]!;
  const shape = shapeBehind(layers, set.shape, 'layers');
  if (!shape.ok) return shape;
  const right = shape.value.length === 1 && shape.value[0] === set.classes;
  return right ? success(set.shape) : failure(wrongOutputs(shape.value, set.classes));
}

/** The samples of a split: for training moved at random as the recipe says, for tests as they are. */
export function readSamples(recipe: Recipe, split: 'train' | 'test'): Result<Samples> {
  if (Object.hasOwn(rowSets, recipe.data)) return rowSets[recipe.data]!.read(split);
  const images = readImages(recipe.data, split);
  if (!images.ok) return images;
  const { augmentation } = recipe;
  return success({
    kind: 'images',
    images: images.value,
    normalisation: normalisations[recipe.normalisation ?? 'unit'],
    ...(split === 'train' && augmentation && { augmentation }),
  });
}

/** Trains by a plan, on the training samples alone, and measures on the test samples. */
export async function train(planned: Plan, options: TrainOptions): Promise<Result<Trained>> {
  const { recipe, model, spans } = planned;
  const test = readSamples(recipe, 'test');
  if (!test.ok) return test;
  const gradients = gradientsOf(planned, options.threads);
  const whole = { warmup: 0, weightDecay: 0, ...recipe };
  const { told = () => {}, kept = () => Promise.resolve(true) } = options;
  const keep = async (state: FitState): Promise<boolean> =>
    Number.isFinite(state.epochs.at(-1)!.loss) && (await kept(state));
  const count = sampleCount(planned.samples);
  const state = await fit(options.from ?? planned.start, spans, gradients, count, whole, told, keep).finally(
    () => gradients.close(),
  );
  const last = state.epochs.at(-1);
  if (last && !Number.isFinite(last.loss)) return failure(diverged(last.epoch));
  // Binary weights are what such a network is; codes follow from the weights that are kept.
  const read = storedWeights(state.weights, spans, recipe.stored);
  const weights = recipe.stored && isBinary(recipe.stored) ? read : state.weights;
  const measured = {
    split: 'test' as const,
    ...measure(model, weights, test.value),
    ...(recipe.stored && { stored: measure(model, read, test.value) }),
  };
  const metadata = new Map([
    ['recipe', JSON.stringify(recipe)],
    ...(recipe.normalisation ? [['normalisation', recipe.normalisation] as const] : []),
    ['measured', JSON.stringify(measured)],
  ]);
  const network = exportModel(recipe.name, model, weights, metadata);
  if (!network.ok) return network;
  const finished = state.epochs.length === recipe.epochs;
  return success({ state, finished, network: network.value, measured });
}

function sampleCount(samples: Samples): number {
  return samples.kind === 'images' ? samples.images.count : samples.labels.length;
}

function gradientsOf({ recipe, model, samples, spans }: Plan, threads: number): Gradients {
  const smoothing = recipe.labelSmoothing ?? 0;
  const size = spans.at(-1)?.to ?? 0;
  if (classesOf(samples) === 0) throw new Error('samples of no class');
  const several = Math.min(threads, recipe.batch / recipe.shard);
  return several <= 1
    ? localGradients(model, samples, smoothing, size)
    : threadGradients(model, sharedSamples(samples), smoothing, size, several);
}
