export { costOf, costOfNetlist, type CostOptions } from './asic.js';
export type { Activity, Cost, Energy, FigureSource, Origin, Share } from './cost.js';
export { defaultInputs, randomStimulus, type Inputs } from './stimulus.js';
