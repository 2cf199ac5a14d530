import { failure, type Result } from '../base/index.js';
import type { Node, ValueInfo } from './network.js';
import type { Operator, Shape, Value } from './operators/operator.js';
import { operators } from './operators/table.js';
import { notFloat, tooLarge } from './problems.js';
import { elements, type Dims, type ElementType } from './tensor.js';

/** No value may have more elements than this (1 GiB of float32), so that a small file cannot take all memory. */
export const mostElements = 2 ** 28;

/** Real numbers of any width run as float32. */
export function runningType(type: ElementType): ElementType {
  return /^b?float/.test(type) ? 'float32' : type;
}

/** The dimensions of an input for so many images, or why it cannot be given. */
export function inputDims({ dims }: ValueInfo, images: number): Dims | string {
  if (!dims) return 'the file does not state its dimensions';
  if (dims.length === 0) return [];
  const inner = dims.slice(1);
  const open = inner.find((size) => typeof size !== 'number' || size < 1);
  if (open !== undefined) return `the size of its dimension \`${open}\` is not known`;
  return [images, ...(inner as number[])];
}

/** The operator of a node of a checked network. */
export function operatorOf(node: Node): Operator {
  return operators.get(node.op)!;
}

/** The shapes of a node's outputs, checked against the types and the size that can be run. */
export function inferShapes(
  node: Node,
  inputs: readonly (Value | undefined)[],
  opset: number,
  most = mostElements,
): Result<readonly Shape[]> {
  const operator = operatorOf(node);
  const free = operator.moves || operator.checksTypes;
  const wrong = free ? -1 : inputs.findIndex((input) => input && input.type !== 'float32');
  if (wrong >= 0) return failure(notFloat(node, node.inputs[wrong]!, inputs[wrong]!.type));
  const shapes = operator.infer(node, inputs, opset);
  const large = shapes.ok && shapes.value.find(({ dims }) => !(elements(dims) <= most));
  return large ? failure(tooLarge(node, large.dims, mostElements)) : shapes;
}
