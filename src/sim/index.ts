export { interpret, type Interpreter, type Words } from './interpreter.js';
export { runWords } from './sequences.js';
export type { Elements, Extent } from './wasm/buffers.js';
export { compile, type CompiledDesign, type CompileOptions } from './wasm/compile.js';
