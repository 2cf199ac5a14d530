import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { inOrderOfUse, knownOperators } from './graph.js';
import type { Network, Node, ValueInfo } from './network.js';
import type { Operator, Shape, Value } from './operators/operator.js';
import { operators } from './operators/table.js';
import { noOutput, notFloat, openShape, tooLarge } from './problems.js';
import { asFloat32, elements, type Dims, type Tensor } from './tensor.js';

/** A network that has been checked and can be run on any number of images. */
export interface Prepared {
  readonly network: Network;
  /** initialisers, and what nodes only make of these: reals as float32 */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** the nodes that are left to run, in order */
  readonly nodes: readonly Node[];
}

/** No value may have more elements than this (1 GiB of float32), so that a small file cannot take all memory. */
export const mostElements = 2 ** 28;

/**
 * Checks a network and finds what in it is constant. Unsupported operators, dimensions that do not agree and
 * inputs of unknown size are faults. Dimensions are checked for as many images as the file states, or for one.
 */
export function prepare(given: Network): Result<Prepared> {
  if (given.outputs.length === 0) return failure(noOutput());
  const unknown = knownOperators(given);
  if (unknown.length > 0) return failure(...unknown);
  const ordered = inOrderOfUse(given);
  if (!ordered.ok) return ordered;
  const network = ordered.value;
  const constants = new Map([...network.initialisers].map(([name, one]) => [name, asFloat32(one) ?? one]));
  const found: Diagnostic[] = [];
  const values = new Map<string, Value>();
  for (const input of network.inputs) {
    const stated = input.dims?.[0];
    const dims = inputDims(input, typeof stated === 'number' ? stated : 1);
    if (typeof dims === 'string') found.push(openShape(input.name, dims));
    else values.set(input.name, { type: 'float32', dims });
  }
  const nodes = network.nodes.filter((node) => !settle(node, network.opset, values, constants, found));
  return found.length > 0 ? failure(...found) : success({ network, constants, nodes });
}

/** The dimensions of an input for so many images, or why it cannot be given. */
export function inputDims({ type, dims }: ValueInfo, images: number): Dims | string {
  if (!/^b?float/.test(type)) return `its elements are ${type}`;
  if (!dims || dims.length === 0) return 'it has no dimension for the images';
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
): Result<readonly Shape[]> {
  const operator = operatorOf(node);
  const wrong = operator.moves ? -1 : inputs.findIndex((input) => input && input.type !== 'float32');
  if (wrong >= 0) return failure(notFloat(node, node.inputs[wrong]!, inputs[wrong]!.type));
  const shapes = operator.infer(node, inputs, opset);
  const large = shapes.ok && shapes.value.find(({ dims }) => elements(dims) > mostElements);
  return large ? failure(tooLarge(node, large.dims, mostElements)) : shapes;
}

/**
 * Notes the values that a node gives; true if it is constant and need not run. Only nodes that move elements are
 * run ahead: arithmetic on constants is left where it stands. Behind a fault nothing more is said.
 */
function settle(
  node: Node,
  opset: number,
  values: Map<string, Value>,
  constants: Map<string, Tensor>,
  found: Diagnostic[],
): boolean {
  const inputs = node.inputs.map((name) => valueOf(name, values, constants));
  if (node.inputs.some((name, i) => name !== '' && !inputs[i])) return false;
  const shapes = inferShapes(node, inputs, opset);
  if (!shapes.ok) {
    found.push(...shapes.diagnostics);
    return false;
  }
  const operator = operatorOf(node);
  const tensors = inputs.map((input) => input?.constant);
  const isConstant = operator.moves && tensors.every((tensor, i) => tensor || node.inputs[i] === '');
  const made = isConstant ? operator.run(node, tensors, shapes.value, opset) : [];
  node.outputs.forEach((name, i) => {
    values.set(name, shapes.value[i]!);
    if (made[i]) constants.set(name, made[i]);
  });
  return isConstant;
}

function valueOf(
  name: string,
  values: ReadonlyMap<string, Value>,
  constants: ReadonlyMap<string, Tensor>,
): Value | undefined {
  const constant = constants.get(name);
  return constant ? { type: constant.type, dims: constant.dims, constant } : values.get(name);
}
