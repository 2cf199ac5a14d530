export { depths } from './delay.js';
export type { Pass } from './pass.js';
export * from './passes.js';
