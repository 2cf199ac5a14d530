/** The library: datapaths in TypeScript, and everything that the commands do with them. */

export { clog2, type Diagnostic, type Place, type Result } from './base/index.js';
export { bits, bool, fixed, int, ufixed, uint, type Format, type Rounding } from './format/index.js';
export {
  datapath,
  leafFormat,
  range,
  typeWidth,
  vec,
  type Argument,
  type Arguments,
  type Definition,
  type Designer,
  type Register,
  type Type,
  type Value,
} from './builder/index.js';
export { call, dot, mac, operators, relu, requantise, type Operator } from './ops/index.js';
export type { Design, Module, Port } from './ir/index.js';
export { compile, interpret, type CompiledDesign, type Interpreter } from './sim/index.js';
export { checkSource, formatSource, loadDesign } from './lang/index.js';
export {
  buildDesign,
  buildForClocks,
  costDesign,
  evaluator,
  simulate,
  subjectsOf,
  understand,
  verifyAll,
  workerModule,
  type Built,
  type Evaluator,
} from './flow/index.js';
export {
  loadFormulas,
  noMaterials,
  openPoints,
  planOf,
  processPool,
  queueRunner,
  runSweep,
  sweep,
  sweepId,
  type Materials,
  type Outcome,
  type Point,
  type PointStore,
  type Runner,
  type SweepDefinition,
  type SweepReport,
} from './explore/index.js';
export { importLiberty, parseTechnology, type Technology } from './synth/index.js';
