import type { Fitting } from './data/own.js';
import { inferShapes, inputDims } from './infer.js';
import type { Value } from './operators/operator.js';
import type { Prepared } from './prepare.js';
import { runningType } from './infer.js';
import { elements, type Dims } from './tensor.js';

/** The dimensions of a network's values for so many images, of all that follow from constants and the inputs' sizes. */
export function shapesOf({ network, constants, nodes }: Prepared, images = 2): ReadonlyMap<string, Dims> {
  const known = new Map<string, Value>();
  for (const [name, constant] of constants)
    known.set(name, { type: constant.type, dims: constant.dims, constant });
  for (const input of network.inputs) {
    const stated = input.dims?.[0];
    const dims = inputDims(input, typeof stated === 'number' ? stated : images);
    if (typeof dims !== 'string') known.set(input.name, { type: runningType(input.type), dims });
  }
  for (const node of nodes) {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : known.get(name)));
    if (node.inputs.some((name, i) => name !== '' && !inputs[i])) continue;
    const shapes = inferShapes(node, inputs, network.opset);
    if (!shapes.ok) continue;
    node.outputs.forEach((name, i) => shapes.value[i] && known.set(name, shapes.value[i]));
  }
  return new Map([...known].map(([name, { dims }]) => [name, dims]));
}

/** The shape of one of the images that a network reads first, and how many scores it gives for each. */
export function fittingOf(prepared: Prepared): Fitting {
  const { inputs, outputs } = prepared.network;
  const shapes = shapesOf(prepared, 1);
  const [read, scores] = [inputs[0], outputs[0]].map((value) => shapes.get(value?.name ?? '') ?? []);
  return { shape: read!.slice(1), classes: elements(scores!) };
}
