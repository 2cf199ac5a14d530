export { adderCells, type AdderCells } from './adders.js';
export {
  bitNetwork,
  compileGates,
  simulateGates,
  type GateOptions,
  type GateRun,
  type Gates,
  type Stimulus,
} from './gates.js';
export { cellModels } from './models.js';
export {
  fpgaResources,
  mapToFpga,
  parseFpgaFamily,
  type FpgaFamily,
  type FpgaPlace,
  type FpgaPower,
  type FpgaResource,
  type FpgaUse,
} from './fpga.js';
export type { HarnessPorts } from './fpga-harness.js';
export { placeOnFpga, placerVersion, type Placed, type PlacedRun, type PlaceOptions } from './fpga-place.js';
export { importLiberty, type About, type LibertyText } from './import/library.js';
export { renderLiberty } from './liberty-text.js';
export {
  clockNets,
  loadsOf,
  readNetlist,
  sinksOf,
  type Instance,
  type NetBit,
  type Netlist,
  type Port,
} from './netlist.js';
export { renderNetlist } from './netlist-text.js';
export type { Effort, Goal } from './script.js';
export { synthesize, type Source, type Synthesis, type SynthesisOptions } from './synthesize.js';
export { parseTechnology, renderTechnology } from './technology-json.js';
export { cellsByName } from './technology.js';
export type * from './technology.js';
export { timingOf, type PathKind, type PathPoint, type Stage, type Timing } from './timing.js';
export { limitYosys, runYosys, type YosysJob, type YosysOptions, type YosysOutput } from './yosys.js';
