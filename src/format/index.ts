export * from './format.js';
export * from './rounding.js';
