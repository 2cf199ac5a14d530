import { movesCodes } from '../affine.js';
import { runNode } from '../evaluate.js';
import { numberAttribute, type Node } from '../network.js';
import { axisOf } from '../operators/axis.js';
import { repeated } from '../operators/strided.js';
import { operators } from '../operators/table.js';
import type { Prepared } from '../prepare.js';
import { elements, floatTensor, numbersOf, type Dims, type Tensor, type TensorOf } from '../tensor.js';

/** Which input of an operator that quantises has the scale of integers, and that alone. */
const integerOperators = /^(DequantizeLinear|(.*\.)(IntQuant|Quant|BipolarQuant))$/;

/**
 * The scale of each element of the constants that a network has as integers times scales: under the constant's name, and in
 * its order, also where nodes have moved the elements or a batch normalisation has been drawn in.
 */
export function statedScales(prepared: Prepared): ReadonlyMap<string, TensorOf<'float32'>> {
  const { network, constants, folded } = prepared;
  const found = new Map<string, TensorOf<'float32'>>();
  for (const node of network.nodes) {
    const [name] = node.outputs as [string];
    const constant = constants.get(name);
    if (constant?.type !== 'float32') continue;
    const scales = scalesBehind(node, constant.dims, found, prepared);
    if (scales) found.set(name, scales);
  }
  for (const [name, { from, factors }] of folded ?? []) {
    const own = found.get(from);
    if (!own) continue;
    const size = elements(own.dims.slice(1));
    found.set(
      name,
      floatTensor(
        own.dims,
        own.data.map((scale, i) => scale * Math.abs(factors[Math.floor(i / size)]!)),
      ),
    );
  }
  return found;
}

/** The scales of what a node gives, whose inputs are constant. */
function scalesBehind(
  node: Node,
  dims: Dims,
  found: ReadonlyMap<string, TensorOf<'float32'>>,
  prepared: Prepared,
): TensorOf<'float32'> | undefined {
  const { constants } = prepared;
  if (integerOperators.test(node.op)) {
    const scale = constants.get(node.inputs[1]!);
    if (!scale) return undefined;
    return node.op === 'DequantizeLinear' ? alongAxis(node, scale, dims) : spread(scale, dims);
  }
  const moved = found.get(node.inputs[0]!);
  if (!moved || !operators.has(node.op) || !movesCodes(node)) return undefined;
  const others = node.inputs.slice(1).map((name) => (name === '' ? undefined : constants.get(name)));
  const ran = runNode(node, [moved, ...others], prepared);
  return ran.ok ? (ran.value[0] as TensorOf<'float32'>) : undefined;
}

/** One scale for all, or one for each entry of an axis. */
function alongAxis(node: Node, scale: Tensor, dims: Dims): TensorOf<'float32'> | undefined {
  const count = elements(scale.dims);
  if (count === 1) return spread(scale, dims);
  const axis = axisOf(numberAttribute(node, 'axis', 1), dims.length);
  return axis === undefined
    ? undefined
    : spread({ ...scale, dims: dims.map((_, i) => (i === axis ? count : 1)) }, dims);
}

function spread(scale: Tensor, dims: Dims): TensorOf<'float32'> {
  const numbers = numbersOf(scale);
  if (numbers.length === 1) return floatTensor(dims, new Float32Array(elements(dims)).fill(numbers[0]!));
  return floatTensor(dims, Float32Array.from(numbersOf(repeated(scale, dims))));
}
