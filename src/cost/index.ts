export { costOf, costOfNetlist, type CostOptions } from './asic.js';
export type { Activity, Cost, Energy, FigureSource, Origin, Share } from './cost.js';
export { fpgaCostOf, type FpgaCost } from './fpga.js';
export { defaultInputs, randomStimulus, type Inputs } from './stimulus.js';
