export { formatSource } from './format.js';
export { checkSource, loadDesign } from './definition.js';
export { parseSource } from './parse.js';
export type { SourceFile } from './syntax.js';
