export * from './buffers.js';
export { coderOf, type Coder } from './coder.js';
export * from './corrupt.js';
export * from './curve.js';
export {
  chipFaults,
  independentFlips,
  mostCells,
  reads,
  type ChipFaults,
  type FaultModel,
} from './faults.js';
export * from './gates/index.js';
export { bitsByAddress } from './hash.js';
export { layerMemory, networkRead, type LayerMemory } from './layers.js';
export { levelAtVoltage, mapFaults, mapRate, parseFaultMap, type FaultMap } from './map.js';
export * from './memory.js';
export {
  checkBitsOf,
  codingGates,
  unprotected,
  wordCode,
  type Decoded,
  type GateCount,
  type Protection,
  type WordCode,
} from './protection.js';
export * from './statistics.js';
export * from './options.js';
export { notFiniteWeights, nothingStored } from './problems.js';
export {
  hasScales,
  storedScheme,
  storeWeights,
  weightsOf,
  zeroCode,
  type StoredScheme,
  type StoredTensor,
} from './stored.js';
export { scorer, storedNames, wrongOf, type Scorer } from './score.js';
export { everyLevel, readingFlips } from './transient.js';
