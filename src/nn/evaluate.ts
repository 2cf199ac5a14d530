import { failure, success, type Result } from '../base/index.js';
import type { Node } from './network.js';
import { inferShapes, inputDims, operatorOf, runningType } from './infer.js';
import type { Prepared } from './prepare.js';
import {
  missingInput,
  notOneImageInput,
  unknownInput,
  unsuitableImages,
  unsuitableInput,
} from './problems.js';
import { elements, withDims, type Tensor, type TensorOf } from './tensor.js';

/** The values of a network by name while it runs. */
export type Values = Map<string, Tensor>;

/** What a network is run on: images for its only input, or a tensor for each input by name. */
export type Inputs = TensorOf<'float32'> | ReadonlyMap<string, Tensor>;

/** Runs a node on its inputs; a fault where their dimensions do not suit it. */
export function runNode(
  node: Node,
  inputs: readonly (Tensor | undefined)[],
  prepared: Prepared,
): Result<readonly Tensor[]> {
  const { opset } = prepared.network;
  const known = inputs.map((tensor) => tensor && { type: tensor.type, dims: tensor.dims, constant: tensor });
  const shapes = inferShapes(node, known, opset);
  return shapes.ok ? success(operatorOf(node).run(node, inputs, shapes.value, opset)) : shapes;
}

/**
 * Runs a network in float32 (sums in doubles, rounded once) and gives all its values by name.
 *
 * @param inputs images [count, …], whose dimensions behind the first may differ from the input's if the number of
 *   elements agrees; or a tensor for each input, of any size in its first dimension
 */
export function evaluate(prepared: Prepared, inputs: Inputs): Result<Values> {
  const given = inputTensors(prepared, inputs);
  if (!given.ok) return given;
  const values: Values = new Map([...prepared.constants, ...given.value]);
  for (const node of prepared.nodes) {
    const outputs = runNode(
      node,
      node.inputs.map((name) => values.get(name)),
      prepared,
    );
    if (!outputs.ok) return outputs;
    node.outputs.forEach((name, i) => outputs.value[i] && values.set(name, outputs.value[i]));
  }
  return success(values);
}

/** The tensors that a network is run on, checked, under the names of its inputs. */
export function inputTensors(prepared: Prepared, inputs: Inputs): Result<ReadonlyMap<string, Tensor>> {
  return 'data' in inputs ? imageInput(prepared, inputs) : namedInputs(prepared, inputs);
}

/** The images under the name and with the dimensions of the network's only input. */
function imageInput({ network }: Prepared, images: TensorOf<'float32'>): Result<ReadonlyMap<string, Tensor>> {
  const [input, ...others] = network.inputs;
  if (!input || others.length > 0) return failure(notOneImageInput(network.inputs.map(({ name }) => name)));
  const dims = inputDims(input, images.dims[0] ?? 0);
  const suits = typeof dims !== 'string' && elements(dims) === images.data.length;
  if (!suits || runningType(input.type) !== 'float32') {
    return failure(unsuitableImages(input.name, input.dims ?? [], images.dims));
  }
  return success(new Map([[input.name, withDims(images, dims)]]));
}

function namedInputs(
  { network }: Prepared,
  given: ReadonlyMap<string, Tensor>,
): Result<ReadonlyMap<string, Tensor>> {
  const found = network.inputs.flatMap((input) => {
    const tensor = given.get(input.name);
    if (!tensor) return [missingInput(input.name)];
    const dims = inputDims(input, tensor.dims[0] ?? 1);
    const suits = tensor.dims.join() === String(dims) && tensor.type === runningType(input.type);
    return suits ? [] : [unsuitableInput(input.name, input.type, input.dims ?? [], tensor)];
  });
  const names = network.inputs.map(({ name }) => name);
  const unknown = [...given.keys()].filter((name) => !names.includes(name));
  found.push(...unknown.map((name) => unknownInput(name, names)));
  return found.length > 0 ? failure(...found) : success(given);
}
