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
  simulate,
  subjectsOf,
  understand,
  verifyAll,
  type Built,
} from './flow/index.js';
export { importLiberty, parseTechnology, type Technology } from './synth/index.js';
