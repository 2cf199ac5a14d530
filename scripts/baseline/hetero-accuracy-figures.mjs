// Accuracies of networks trained with weights of so many bits by residual binarisation, from the toolkit's modules: the
// script takes them from dist, the test from src.
import { fractionAbove } from './seeds.mjs';

/** How the weights of all layers are stored while a network is trained. */
export const configurations = [
  { name: 'float' },
  { name: '1', stored: { scheme: 'homogeneous', planes: 1 } },
  { name: '1.4', stored: { scheme: 'heterogeneous', averageBits: 1.4, selection: 'middle_out' } },
  { name: '2', stored: { scheme: 'homogeneous', planes: 2 } },
  { name: '3', stored: { scheme: 'homogeneous', planes: 3 } },
];

/** Which is compared with which. */
const pairs = [
  ['1.4', '1'],
  ['1.4', '2'],
  ['2', '1'],
  ['3', '2'],
  ['float', '3'],
  ['float', '1.4'],
];

/** Each seed draws starting weights, training images and their order. */
export const seeds = [1, 2, 3, 4, 5];
export const settings = { model: 'lenet5', images: 4000, epochs: 4, batch: 32, rounds: 2000 };

/** A training small enough to be done again by a test. */
export const small = { images: 640, epochs: 1, batch: 32, tests: 500, seed: 1, names: ['1.4', '2'] };

/** The images of a recipe's data set, read once for all trainings. */
export function imagesOf(nn, recipe) {
  const plain = { ...recipe, augmentation: undefined };
  return { train: need(nn.readSamples(plain, 'train')), test: need(nn.readSamples(plain, 'test')) };
}

/**
 * The share of the test images that a network gets right, trained with a configuration.
 *
 * @param recipe of the network in float
 * @param settings of these, `tests` is how many test images; all of them where it is left out
 */
export async function accuracy(
  nn,
  recipe,
  { train, test },
  { stored },
  { images, epochs, batch, tests },
  seed,
) {
  const model = { layers: recipe.layers, shape: train.images.shape, shard: recipe.shard, seed };
  const drawn = nn.choose(images, train.images.count, seed);
  const samples = { ...train, images: nn.selectImages(train.images, drawn) };
  const spans = nn.spansOf(nn.layersOf(model));
  const weights = new Float32Array(spans.at(-1).to);
  for (const { parameter, from } of spans) weights.set(parameter.value, from);
  const start = nn.startState(weights, recipe.optimiser);
  const options = { warmup: 0, weightDecay: 0, ...recipe, batch, epochs, seed, ...(stored && { stored }) };
  const gradients = nn.localGradients(model, samples, 0, weights.length);
  const state = await nn.fit(
    start,
    spans,
    gradients,
    images,
    options,
    () => {},
    () => Promise.resolve(true),
  );
  const few = nn.selectImages(test.images, nn.range(0, tests ?? test.images.count));
  const read = nn.storedWeights(state.weights, spans, stored);
  return nn.measure(model, read, { ...test, images: few }).accuracy;
}

/** Every configuration with every seed, and how often one is better than another. */
export async function figures({ nn, base }, recipe, tell = () => {}) {
  const data = imagesOf(nn, recipe);
  const found = new Map(configurations.map(({ name }) => [name, []]));
  for (const seed of seeds)
    for (const one of configurations) {
      const right = await accuracy(nn, recipe, data, one, settings, seed);
      found.get(one.name).push(right);
      tell(`${one.name}, seed ${seed}: ${right}`);
    }
  const trained = [];
  for (const name of small.names) {
    const one = configurations.find((each) => each.name === name);
    trained.push({ name, accuracy: await accuracy(nn, recipe, data, one, small, small.seed) });
  }
  return {
    rows: configurations.map(({ name }) => ({ name, accuracies: found.get(name) })),
    pairs: pairs.map(([a, b]) => ({ a, b, ...above(base, found, a, b) })),
    small: trained,
  };
}

/** P(A > B) over all pairs of seeds, from the accuracies by name. */
export function above(base, found, a, b) {
  return fractionAbove(base, found.get(a), found.get(b), settings.rounds);
}

function need(result) {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}
