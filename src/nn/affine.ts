import { readers } from './graph.js';
import { transpose } from './matrix.js';
import { flagAttribute, numberAttribute, type Node } from './network.js';
import { operatorOf, type Prepared } from './prepare.js';
import type { Tensor, TensorOf } from './tensor.js';

/** A layer of inner products with constant weights: y = x·Wᵀ + b, then max(0, y) if `relu`. */
export interface Affine {
  readonly name: string;
  /** the operator that it comes from */
  readonly kind: string;
  /** names of the values read and given */
  readonly input: string;
  readonly output: string;
  /** length of an inner product */
  readonly depth: number;
  /** outputs for each row of inputs */
  readonly columns: number;
  /** columns × depth */
  readonly weights: Float32Array;
  /** one for each column */
  readonly bias: Float64Array;
  readonly relu: boolean;
}

/** What a network does in turn: layers of inner products, and other operators. */
export type Step =
  { readonly kind: 'affine'; readonly affine: Affine } | { readonly kind: 'node'; readonly node: Node };

type Constants = ReadonlyMap<string, Tensor>;

/** Operators that are inner products with constant weights: how to see one as a layer, if it is such. */
const affineOperators: Readonly<Record<string, (node: Node, constants: Constants) => Affine | undefined>> = {
  Gemm: fromGemm,
  MatMul: fromMatMul,
};

/**
 * The steps of a network. An addition of a constant per column and a ReLU that alone read a layer's output
 * become part of the layer. What is not a product with constant weights stays a node.
 */
export function findSteps({ nodes, constants, network }: Prepared): Step[] {
  const reading = readers(nodes);
  const outputs = new Set(network.outputs.map(({ name }) => name));
  const next = (name: string): Node | undefined => {
    const [reader, ...others] = reading.get(name) ?? [];
    return outputs.has(name) || others.length > 0 ? undefined : reader;
  };
  const absorbed = new Set<Node>();
  return nodes.flatMap((node): Step[] => {
    if (absorbed.has(node)) return [];
    let affine = affineOperators[node.op]?.(node, constants);
    if (!affine) return [{ kind: 'node', node }];
    for (let into = next(affine.output); into && !affine.relu; into = next(affine.output)) {
      const wider: Affine | undefined = withReader(affine, into, constants);
      if (!wider) break;
      absorbed.add(into);
      affine = wider;
    }
    return [{ kind: 'affine', affine }];
  });
}

/** The value that each value is only another shape of: through nodes that move elements; itself elsewhere. */
export function origins({ nodes }: Prepared): (name: string) => string {
  const from = new Map(
    nodes
      .filter((node) => operatorOf(node).moves && node.inputs.length > 0)
      .flatMap((node) => node.outputs.map((name): [string, string] => [name, node.inputs[0]!])),
  );
  return (name) => {
    let origin = name;
    while (from.has(origin)) origin = from.get(origin)!;
    return origin;
  };
}

function fromGemm(node: Node, constants: Constants): Affine | undefined {
  const weights = weightMatrix(node.inputs[1]!, constants);
  if (!weights || flagAttribute(node, 'transA') || constants.has(node.inputs[0]!)) return undefined;
  const turned = flagAttribute(node, 'transB');
  const [columns, depth] = turned
    ? [weights.dims[0]!, weights.dims[1]!]
    : [weights.dims[1]!, weights.dims[0]!];
  const beta = numberAttribute(node, 'beta', 1);
  const offset = node.inputs[2] ? perColumn(node.inputs[2], columns, constants) : new Float64Array(columns);
  if (!offset) return undefined;
  const alpha = numberAttribute(node, 'alpha', 1);
  const rows = turned ? weights.data : transpose(weights.data, depth, columns);
  return {
    ...layer(node),
    depth,
    columns,
    weights: alpha === 1 ? rows : rows.map((weight) => alpha * weight),
    bias: offset.map((x) => beta * x),
  };
}

function fromMatMul(node: Node, constants: Constants): Affine | undefined {
  const weights = weightMatrix(node.inputs[1]!, constants);
  if (!weights || constants.has(node.inputs[0]!)) return undefined;
  const [depth, columns] = [weights.dims[0]!, weights.dims[1]!];
  const rows = transpose(weights.data, depth, columns);
  return { ...layer(node), depth, columns, weights: rows, bias: new Float64Array(columns) };
}

function layer(node: Node): Pick<Affine, 'name' | 'kind' | 'input' | 'output' | 'relu'> {
  return { name: node.name, kind: node.op, input: node.inputs[0]!, output: node.outputs[0]!, relu: false };
}

/** The layer together with the only reader of its output, if that is a bias or a ReLU. */
function withReader(affine: Affine, reader: Node, constants: Constants): Affine | undefined {
  const output = reader.outputs[0]!;
  if (reader.op === 'Relu') return { ...affine, relu: true, output };
  const other = reader.inputs.find((name) => name !== affine.output);
  const offset = reader.op === 'Add' && other && perColumn(other, affine.columns, constants);
  return offset ? { ...affine, bias: affine.bias.map((x, i) => x + offset[i]!), output } : undefined;
}

/** A constant as one number for each column; undefined if it is not constant or differs between rows. */
function perColumn(name: string, columns: number, constants: Constants): Float64Array | undefined {
  const tensor = floatConstant(name, constants);
  const fits =
    tensor &&
    (tensor.data.length === 1 || (tensor.data.length === columns && tensor.dims.at(-1) === columns));
  return fits
    ? Float64Array.from({ length: columns }, (_, i) => tensor.data[i % tensor.data.length]!)
    : undefined;
}

/** A constant matrix that is not empty. */
function weightMatrix(name: string, constants: Constants): TensorOf<'float32'> | undefined {
  const tensor = floatConstant(name, constants);
  return tensor?.dims.length === 2 && tensor.data.length > 0 ? tensor : undefined;
}

function floatConstant(name: string, constants: Constants): TensorOf<'float32'> | undefined {
  const tensor = constants.get(name);
  return tensor?.type === 'float32' ? tensor : undefined;
}
