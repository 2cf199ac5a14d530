export { findSteps, type Affine, type Step } from './affine.js';
export { withBatchNormsFolded } from './batchnorm.js';
export { calibrate, type Observations } from './calibrate.js';
export { chosenRange, type Calibration } from './clipping.js';
export * from './coding.js';
export * from './codes.js';
export * from './data/images.js';
export { datapathEngine } from './datapath.js';
export { imagesFromCsv, imagesFromNpy, type ArrayFile } from './data/labelled.js';
export { dataSets, readImages, type DataSet } from './data/sets.js';
export { exactEngine, exactSums, type DotEngine, type DotSession, type OperandFormat } from './engine.js';
export { evaluate, type Inputs, type Values } from './evaluate.js';
export { forward, type Engines, type LayerPass, type SumPass, type Watch } from './forward.js';
export type { Geometry } from './geometry.js';
export { runSum, type QuantisedSum } from './integersum.js';
export { observedRange, type Observation } from './observe.js';
export { fitOptions } from './fit.js';
export * from './ladder/index.js';
export * from './network.js';
export { opsets, readOnnx } from './onnx/read.js';
export { writeOnnx } from './onnx/write.js';
export type { Operator, Shape, Value } from './operators/operator.js';
export { operators } from './operators/table.js';
export { mostElements, prepare, type Prepared } from './prepare.js';
export * from './quantise.js';
export * from './requantise.js';
export { dotPorts, type DotPorts } from './roles.js';
export { runQuantised, type LayerReport, type RunReport } from './run.js';
export { imageProducts, sampleProducts, type Beat, type ProductSample } from './sample.js';
export { shapesOf } from './shapes.js';
export type { SumNode } from './sums.js';
export { largestOfRows, wilson } from './score.js';
export * from './tensor.js';
export { adam, type Optimiser } from './train/adam.js';
export type { Augmentation } from './train/augment.js';
export { dense } from './train/dense.js';
export { fit, type Epoch, type FitOptions } from './train/fit.js';
export {
  fastSpace,
  plainSpace,
  type Block,
  type Floats,
  type Matrix,
  type Space,
} from './train/kernel/space.js';
export { parameterTensors, type Parameter, type TrainedLayer } from './train/layer.js';
export { crossEntropy, type Loss } from './train/loss.js';
export { exportNetwork, perceptron, recipes, type Recipe } from './train/recipe.js';
export { relu } from './train/relu.js';
export { train } from './train/train.js';
export { batches, type Batch, type Workload } from './workload.js';
