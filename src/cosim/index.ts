export * from './engines.js';
export * from './replay.js';
export * from './stimulus.js';
export * from './verify.js';
export * from './verilator.js';
export { harness } from './harness.js';
export { isData, type TokenReference } from './tokens.js';
