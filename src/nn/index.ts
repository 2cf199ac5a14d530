export { findSteps, type Affine, type Step } from './affine.js';
export { withBatchNormsFolded } from './batchnorm.js';
export type { Beat } from './beats.js';
export { blockOptions, wantsBlocks, type BlockLayer, type BlockOptions } from './blocks.js';
export { searchBits, type BitBudget, type BitSearch, type MemoryArea, type Sensitivity } from './budget.js';
export { calibrate, type Observations } from './calibrate.js';
export { chosenRange, type Calibration } from './clipping.js';
export * from './coding.js';
export * from './codes.js';
export * from './data/images.js';
export { datapathEngine } from './datapath.js';
export { imagesFromCsv, imagesFromNpy, type ArrayFile } from './data/labelled.js';
export { dataSetNames, isDataSet, readWorkload } from './data/named.js';
export { namesFiles, readOwnData, type Fitting } from './data/own.js';
export { dataSets, readImages, type DataSet } from './data/sets.js';
export { exactEngine, exactSums, type DotEngine, type DotSession, type OperandFormat } from './engine.js';
export { evaluate, type Inputs, type Values } from './evaluate.js';
export { floatRunner, type FloatRun } from './floatrun.js';
export {
  forward,
  type ColumnSums,
  type Engines,
  type LayerPass,
  type SumPass,
  type Watch,
} from './forward.js';
export type { Geometry } from './geometry.js';
export { runSum, type QuantisedSum } from './integersum.js';
export { observedRange, type Observation } from './observe.js';
export { fitOptions } from './fit.js';
export * from './fixed/index.js';
export * from './ladder/index.js';
export * from './network.js';
export { opsets, readOnnx } from './onnx/read.js';
export { writeOnnx } from './onnx/write.js';
export type { Operator, Shape, Value } from './operators/operator.js';
export { operators } from './operators/table.js';
export * from './plan.js';
export { unknownLayer } from './problems.js';
export { mostElements, prepare, type Prepared } from './prepare.js';
export * from './quantise.js';
export { int8, type OptionsOf, type QuantiseOptions } from './quantise-options.js';
export type { QuantisedLayer } from './quantised-layer.js';
export * from './requantise.js';
export { dotPorts, type DotPorts } from './roles.js';
export { runQuantised, type LayerReport, type RunReport } from './run.js';
export { imageProducts, sampleProducts, type ProductSample } from './sample.js';
export { fittingOf, shapesOf } from './shapes.js';
export type { SumNode } from './sums.js';
export { largestOfRows, wilson } from './score.js';
export { halfExponent, type ExponentStudy } from './exponents.js';
export { studyLayers, type LayerStudy } from './study.js';
export * from './tensor.js';
export * from './train/index.js';
export { batches, type Batch, type Workload } from './workload.js';
