export type { Augmentation } from './augment.js';
export { exportModel } from './export.js';
export * from './fit.js';
export { localGradients, type BatchGradient, type Gradients } from './gradients.js';
export {
  fastSpace,
  plainSpace,
  type Block,
  type Floats,
  type Indices,
  type Matrix,
  type Space,
} from './kernel/space.js';
export type { Layer, Parameter, Place } from './layer.js';
export { buildLayers, type LayerKind, type LayerSpec } from './layers/spec.js';
export { crossEntropy, type Loss } from './loss.js';
export { measure, type Measured } from './measure.js';
export { optimiser, type Optimiser, type OptimiserSpec } from './optimiser.js';
export { layersOf, spansOf, type Model, type Span } from './replica.js';
export { parseRecipe, type Recipe } from './recipe.js';
export { fillSample, type Samples } from './samples.js';
export { faultyWeights, storedWeights, type BitErrorSpec, type StoredSpec } from './stored.js';
export { threadGradients } from './threads.js';
export { plan, readSamples, train, type Plan, type Trained, type TrainOptions } from './train.js';
export { untrained } from './untrained.js';
export { damagedCheckpoint, otherRecipe } from './problems.js';
