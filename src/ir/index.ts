export * from './draft.js';
export * from './evaluate.js';
export * from './flatten.js';
export * from './module.js';
export * from './node.js';
export * from './operands.js';
export * from './print.js';
export * from './verify.js';
