export { activityOf } from './activity.js';
export { gates, pins } from './gates.js';
export { classes, type ElementClass } from './classes.js';
export { delayNames, delayOf, tabulated, type DelayName, type Delays, type DelayShares } from './delay.js';
export { modelErrors, rankCorrelation } from './errors.js';
export { featuresOf, measured, variables, type Features } from './features.js';
export type { Formula } from './formula.js';
export {
  costModel,
  estimated,
  modelledFigures,
  modelSources,
  type CostModel,
  type ModelError,
  type ModelledCost,
  type ModelledFigure,
} from './model.js';
export { pathsOf, sourceNames, type Paths } from './paths.js';
export { parseCostModel } from './read.js';
export { sketchOf, type Sketch } from './sketch.js';
