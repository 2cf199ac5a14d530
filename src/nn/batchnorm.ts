import { readers } from './graph.js';
import type { Node } from './network.js';
import { batchNormFactors } from './operators/batchnorm.js';
import type { Prepared } from './prepare.js';
import { elements, floatTensor, type Tensor, type TensorOf } from './tensor.js';

/**
 * The network with batch normalisations drawn into the convolutions in front of them, where nothing else reads
 * what is between: weights · factor and bias · factor + offset for each channel, in doubles and rounded once. The
 * results differ by the rounding of the new weights. Others stay as they are.
 */
export function withBatchNormsFolded(prepared: Prepared): Prepared {
  const constants = new Map(prepared.constants);
  const folded: Folded = new Map(prepared.folded);
  const reading = readers(prepared.nodes);
  const outputs = new Set(prepared.network.outputs.map(({ name }) => name));
  const absorbed = new Set<Node>();
  const nodes = prepared.nodes.flatMap((node): Node[] => {
    if (absorbed.has(node)) return [];
    const [reader, ...others] = reading.get(node.outputs[0]!) ?? [];
    if (node.op !== 'Conv' || reader?.op !== 'BatchNormalization' || others.length > 0) return [node];
    const made = outputs.has(node.outputs[0]!) ? undefined : foldedConv(node, reader, constants, folded);
    if (made) absorbed.add(reader);
    return [made ?? node];
  });
  return { ...prepared, constants, nodes, folded };
}

type Folded = Map<string, { readonly from: string; readonly factors: Float64Array }>;

/** The convolution with new weights and bias, which become constants; undefined if they are not known. */
function foldedConv(
  conv: Node,
  norm: Node,
  constants: Map<string, Tensor>,
  folded: Folded,
): Node | undefined {
  const known = (name: string | undefined): TensorOf<'float32'> | undefined => {
    const tensor = name ? constants.get(name) : undefined;
    return tensor?.type === 'float32' ? tensor : undefined;
  };
  const weights = known(conv.inputs[1]);
  const bias = known(conv.inputs[2]);
  const learnt = norm.inputs.slice(1).flatMap((name) => known(name) ?? []);
  const reads = norm.inputs[0] === conv.outputs[0];
  if (!weights || (conv.inputs[2] && !bias) || learnt.length !== 4 || !reads) return undefined;
  const { factors, offsets } = batchNormFactors(
    norm,
    learnt.map(({ data }) => data),
  );
  const size = elements(weights.dims.slice(1));
  const scaled = weights.data.map((weight, i) => weight * factors[Math.floor(i / size)]!);
  const moved = Float32Array.from(offsets, (offset, c) => offset + (bias ? bias.data[c]! : 0) * factors[c]!);
  const [output] = norm.outputs as [string];
  constants.set(`${output}:weights`, floatTensor(weights.dims, scaled));
  folded.set(`${output}:weights`, { from: conv.inputs[1]!, factors });
  constants.set(`${output}:bias`, floatTensor([moved.length], moved));
  return {
    ...conv,
    inputs: [conv.inputs[0]!, `${output}:weights`, `${output}:bias`],
    outputs: [output],
  };
}
