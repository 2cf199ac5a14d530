export * from './curve.js';
export * from './faults.js';
export { bitsByAddress } from './hash.js';
export * from './memory.js';
export * from './protection.js';
export * from './statistics.js';
export * from './options.js';
export { notFiniteWeights, nothingStored } from './problems.js';
export { scorer, storedNames, type Scorer } from './score.js';
