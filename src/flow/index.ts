export * from './design.js';
export * from './operators.js';
export * from './simulate.js';
export * from './verify.js';
export * from './version.js';
