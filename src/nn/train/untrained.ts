import type { Result } from '../../base/index.js';
import type { Network } from '../network.js';
import { exportModel } from './export.js';
import type { Recipe } from './recipe.js';
import { layersOf, spansOf, type Model } from './replica.js';
import { inputShape, startingWeights } from './train.js';

/** The network that a recipe describes, with the weights that its training starts from; no data are read. */
export function untrained(recipe: Recipe): Result<Network> {
  const shape = inputShape(recipe);
  if (!shape.ok) return shape;
  const { name, layers, shard, seed } = recipe;
  const model: Model = { layers, shape: shape.value, shard, seed };
  const weights = startingWeights(spansOf(layersOf(model)));
  return exportModel(name, model, weights, new Map([['recipe', JSON.stringify(recipe)]]));
}
