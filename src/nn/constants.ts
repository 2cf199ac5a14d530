import { success, type Diagnostic, type Result } from '../base/index.js';
import { inferShapes, operatorOf } from './infer.js';
import { flagAttribute, type Network, type Node } from './network.js';
import type { Value } from './operators/operator.js';
import { asFloat32, asIntegers, elements, int64Tensor, numbersOf, type Tensor } from './tensor.js';

/** What is known of the values for one number of images. */
export type Known = Map<string, Value>;

/** The constants of a network, and the nodes that remain to be run. */
export interface Settled {
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
}

/** Elements that are computed ahead: in all, and for a value that depends on the number of images. */
const most = { all: 2 ** 26, each: 2 ** 12 } as const;

/**
 * Finds what is constant. A node is computed ahead if it reads only constants; and if it computes with shapes and
 * gives the same for two numbers of images. A shape to reshape to that differs only where the input's does is made
 * constant (0 and −1), so that the arithmetic that computes it falls away. Nodes that nobody reads are left out.
 *
 * @param first what is known of the inputs for the number of images that the network is checked for; grows
 * @param second the same for another number
 * @param found gets the faults of nodes for `first`; behind a fault nothing more is said
 */
export function findConstants(network: Network, first: Known, second: Known, found: Diagnostic[]): Settled {
  const constants = new Map([...network.initialisers].map(([name, one]) => [name, asFloat32(one) ?? one]));
  let left: number = most.all;
  const nodes = network.nodes.flatMap((node): Node[] => {
    const values = settle(node, network.opset, first, constants, left);
    if (!values) return [node];
    if (!values.ok) {
      found.push(...values.diagnostics);
      return [node];
    }
    note(node, values.value, first);
    const others = settle(node, network.opset, second, constants, left, Infinity);
    if (others?.ok) note(node, others.value, second);
    if (others?.ok && values.value.every((one, i) => same(one.constant, others.value[i]!.constant))) {
      node.outputs.forEach((name, i) => constants.set(name, values.value[i]!.constant!));
      left -= values.value.reduce((sum, { dims }) => sum + elements(dims), 0);
      return [];
    }
    return [node.op === 'Reshape' ? withConstantShape(node, first, second, constants) : node];
  });
  return { constants, nodes: needed(nodes, network) };
}

function note(node: Node, values: readonly Value[], known: Known): void {
  node.outputs.forEach((name, i) => {
    if (name !== '' && values[i]) known.set(name, values[i]);
  });
}

/** The values that a node gives, with their elements where these can be computed now; undefined behind a fault. */
function settle(
  node: Node,
  opset: number,
  known: Known,
  constants: ReadonlyMap<string, Tensor>,
  left: number,
  largest?: number,
): Result<readonly Value[]> | undefined {
  const inputs = node.inputs.map((name) => valueOf(name, known, constants));
  if (node.inputs.some((name, i) => name !== '' && !inputs[i])) return undefined;
  const shapes = inferShapes(node, inputs, opset, largest);
  if (!shapes.ok) return shapes;
  const { run, fromShapes } = operatorOf(node);
  const total = shapes.value.reduce((sum, { dims }) => sum + elements(dims), 0);
  const fixed = node.inputs.every((name) => name === '' || constants.has(name));
  const within = total <= (fixed ? left : most.each);
  const tensors = inputs.map((input) => input?.constant);
  const all = tensors.every((tensor, i) => tensor || node.inputs[i] === '');
  if (!within) return shapes;
  if (fromShapes) return success(withConstants(shapes.value, fromShapes(node, inputs)));
  return all ? success(withConstants(shapes.value, run(node, tensors, shapes.value, opset))) : shapes;
}

function withConstants(shapes: readonly Value[], tensors: readonly Tensor[]): Value[] {
  return shapes.map((shape, i) => (tensors[i] ? { ...shape, constant: tensors[i] } : shape));
}

function valueOf(name: string, known: Known, constants: ReadonlyMap<string, Tensor>): Value | undefined {
  const constant = constants.get(name);
  return constant ? { type: constant.type, dims: constant.dims, constant } : known.get(name);
}

function same(a: Tensor | undefined, b: Tensor | undefined): boolean {
  if (!a || !b) return false;
  if (a === b) return true;
  if (a.type !== b.type || a.dims.join() !== b.dims.join()) return false;
  const [left, right] = [numbersOf(a), numbersOf(b)];
  return Array.prototype.every.call(left, (x: number, i) => Object.is(x, right[i]));
}

/** A reshape with the shape that it has for any number of images, if there is one such. */
function withConstantShape(node: Node, first: Known, second: Known, constants: Map<string, Tensor>): Node {
  const [data, shape] = node.inputs as [string, string];
  const name = `${node.outputs[0]}:shape`;
  const taken = constants.has(name) || first.has(name);
  if (constants.has(shape) || taken || flagAttribute(node, 'allowzero')) return node;
  const [a, b] = [first, second].map((known) => {
    const sizes = known.get(shape)?.constant;
    return { sizes: sizes && asIntegers(sizes), from: (known.get(data) ?? constants.get(data))?.dims };
  });
  if (!a?.sizes || !b?.sizes || !a.from || !b.from || a.sizes.length !== b.sizes.length) return node;
  const sizes = a.sizes.map((size, i) => {
    if (size === b.sizes![i]) return size;
    return size === a.from![i] && b.sizes![i] === b.from![i] ? 0 : -1;
  });
  if (sizes.filter((size) => size === -1).length > 1) return node;
  constants.set(name, int64Tensor(sizes));
  return { ...node, inputs: [data, name] };
}

/** The nodes that the outputs of the network depend on. */
function needed(nodes: readonly Node[], network: Network): Node[] {
  const wanted = new Set(network.outputs.map(({ name }) => name));
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => wanted.has(name))) return false;
    for (const name of node.inputs) wanted.add(name);
    return true;
  });
  return kept.reverse();
}
