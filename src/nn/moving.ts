import { success, type Result } from '../base/index.js';
import { runNode } from './evaluate.js';
import type { Node } from './network.js';
import type { Prepared } from './prepare.js';
import { elements, type Dims, type Tensor } from './tensor.js';

const ordered = new Set(['Flatten', 'Reshape', 'Identity', 'Squeeze', 'Unsqueeze', 'Dropout']);

/** Whether an operator leaves the elements of its first input in their order. */
export function keepsOrder({ op }: Node): boolean {
  return ordered.has(op);
}

/** The dimensions that such an operator gives its first input; where it leaves the images in front, planes stay as they are. */
export function reshaped(
  node: Node,
  dims: Dims,
  inputs: readonly (Tensor | undefined)[],
  prepared: Prepared,
): Result<Dims> {
  const empty = { type: 'float32', dims, data: new Float32Array(elements(dims)) } as const;
  const outputs = runNode(node, [empty, ...inputs.slice(1)], prepared);
  return outputs.ok ? success(outputs.value[0]!.dims) : outputs;
}
