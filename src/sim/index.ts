export { netsOf, type BitExpression, type BitNetwork, type BitPort, type Gate } from './bits/network.js';
export { compileBits, type BitSimulator } from './bits/simulator.js';
export { interpret, type Interpreter, type Words } from './interpreter.js';
export { runWords } from './sequences.js';
export type { Elements, Extent } from './wasm/buffers.js';
export { compile, type CompiledDesign, type CompileOptions } from './wasm/compile.js';
