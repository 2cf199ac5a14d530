export * from './argument.js';
export * from './diagnostic.js';
export * from './nearest.js';
export * from './place.js';
export * from './random.js';
export * from './unreachable.js';
export * from './words.js';
export * from './zipf.js';
