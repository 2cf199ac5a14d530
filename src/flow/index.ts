export * from './bench.js';
export * from './cost.js';
export * from './design.js';
export * from './infer.js';
export * from './operators.js';
export * from './simulate.js';
export * from './verify.js';
export * from './version.js';
