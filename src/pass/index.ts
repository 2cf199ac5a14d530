export { bitHeap, plainCells, type AdderDelays, type HeapCells } from './bitheap/index.js';
export { depths } from './delay.js';
export * from './elastic.js';
export type { Pass } from './pass.js';
export * from './passes.js';
