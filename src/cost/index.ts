export { costOf, costOfNetlist, type CostOptions } from './asic.js';
export type { Activity, Cost, Energy, FigureSource, Origin, Share } from './cost.js';
export { fpgaCostOf, type FpgaCost } from './fpga.js';
export { memoryCost, memoryFigures, memoryLimits } from './memory.js';
export type { MemoryCost, MemoryError, MemoryFigure, MemoryModel, MemoryShape } from './memory.js';
export { dramCost, parseDrams, type DramCost, type DramEnergy } from './memory-dram.js';
export { parseMemoryModel } from './memory-read.js';
export { registersCost, type RegistersCost } from './memory-registers.js';
export { defaultInputs, randomStimulus, type Inputs } from './stimulus.js';
