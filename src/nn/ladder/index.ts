export * from './codes.js';
export * from './scheme.js';
