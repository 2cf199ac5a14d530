import { success, type Result } from '../../base/index.js';
import { normalisations } from '../data/images.js';
import { dataSets, readImages } from '../data/sets.js';
import type { Network } from '../network.js';
import { elements } from '../tensor.js';
import { fit, type Epoch } from './fit.js';
import { exportNetwork, perceptron, type Recipe } from './recipe.js';

/**
 * Trains a network by its recipe on all training images, and only on these. The recipe stands in the network's
 * metadata. The faults are those of reading the data set.
 *
 * @param told is called behind every epoch
 */
export function train(recipe: Recipe, told?: (epoch: Epoch) => void): Result<Network> {
  const images = readImages(recipe.data, 'train');
  if (!images.ok) return images;
  const { shape, classes } = dataSets[recipe.data]!;
  const layers = perceptron(elements(shape), recipe.widths, recipe.seed);
  fit(layers, images.value, { ...recipe, normalisation: normalisations[recipe.normalisation] }, told);
  const metadata = new Map([
    ['recipe', JSON.stringify(recipe)],
    ['normalisation', recipe.normalisation],
  ]);
  return success(exportNetwork(recipe.name, layers, shape, classes, metadata));
}
