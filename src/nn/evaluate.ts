import { failure, success, type Result } from '../base/index.js';
import type { Node } from './network.js';
import { inferShapes, inputDims, operatorOf, type Prepared } from './prepare.js';
import { notOneImageInput, unsuitableImages } from './problems.js';
import { elements, withDims, type Tensor, type TensorOf } from './tensor.js';

/** The values of a network by name while it runs. */
export type Values = Map<string, Tensor>;

/** Runs a node on its inputs; a fault where their dimensions do not suit it. */
export function runNode(
  node: Node,
  inputs: readonly (Tensor | undefined)[],
  prepared: Prepared,
): Result<readonly Tensor[]> {
  const { opset } = prepared.network;
  const known = inputs.map((tensor, i) => {
    const constant = prepared.constants.get(node.inputs[i]!);
    return tensor && { type: tensor.type, dims: tensor.dims, ...(constant && { constant }) };
  });
  const shapes = inferShapes(node, known, opset);
  return shapes.ok ? success(operatorOf(node).run(node, inputs, shapes.value, opset)) : shapes;
}

/**
 * Runs a network in float32 (sums in doubles, rounded once) and gives all its values by name.
 *
 * @param images [count, …]; their dimensions behind the first may differ from the input's if the number of
 *   elements agrees
 */
export function evaluate(prepared: Prepared, images: TensorOf<'float32'>): Result<Values> {
  const input = inputTensor(prepared, images);
  if (!input.ok) return input;
  const values: Values = new Map([...prepared.constants, ...input.value]);
  for (const node of prepared.nodes) {
    const inputs = node.inputs.map((name) => values.get(name));
    const outputs = runNode(node, inputs, prepared);
    if (!outputs.ok) return outputs;
    node.outputs.forEach((name, i) => values.set(name, outputs.value[i]!));
  }
  return success(values);
}

/** The images under the name and with the dimensions of the network's only input. */
export function inputTensor(
  { network }: Prepared,
  images: TensorOf<'float32'>,
): Result<ReadonlyMap<string, Tensor>> {
  const [input, ...others] = network.inputs;
  if (!input || others.length > 0) return failure(notOneImageInput(network.inputs.map(({ name }) => name)));
  const dims = inputDims(input, images.dims[0] ?? 0);
  if (typeof dims === 'string' || elements(dims) !== images.data.length) {
    return failure(unsuitableImages(input.name, input.dims ?? [], images.dims));
  }
  return success(new Map([[input.name, withDims(images, dims)]]));
}
