export { formatSource } from './format.js';
export { checkSource, loadDesign, loadSweeps } from './definition.js';
export { parseSource } from './parse.js';
export type * from './sweep.js';
export type { SourceFile } from './syntax.js';
