import { addBlock, copyBlock, dotBlock, mapBlock } from './blocks.js';
import { encodeModule } from './encode.js';
import { maxRow, relu, reluSlope } from './pointwise.js';
import { product } from './product.js';
import { transposed } from './transposed.js';

type Kernel = (...numbers: number[]) => number;

export interface Kernels {
  readonly product: Kernel;
  readonly transposed: Kernel;
  readonly copyBlock: Kernel;
  readonly addBlock: Kernel;
  readonly mapBlock: Kernel;
  readonly dotBlock: Kernel;
  readonly relu: Kernel;
  readonly reluSlope: Kernel;
  readonly maxRow: Kernel;
}

const functions = [product, transposed, copyBlock, addBlock, mapBlock, dotBlock, relu, reluSlope, maxRow];

let compiled: WebAssembly.Module | undefined;

/** The kernels over a new memory. It is shared, so that arrays in it outlive its growth. */
export function loadKernels(): { readonly memory: WebAssembly.Memory; readonly kernels: Kernels } {
  compiled ??= new WebAssembly.Module(encodeModule(functions));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return { memory, kernels: exports as unknown as Kernels };
}
