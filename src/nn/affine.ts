import { boundsOf, unbounded, type Bounds } from './bounds.js';
import { readers } from './graph.js';
import { pairGeometry, rowGeometry, windowGeometry, type Geometry } from './geometry.js';
import { transpose } from './matrix.js';
import { flagAttribute, numberAttribute, type Node } from './network.js';
import { convWindow } from './operators/conv.js';
import { operatorOf, type Prepared } from './prepare.js';
import { shapesOf } from './shapes.js';
import { sumOf, type SumNode } from './sums.js';
import type { Dims, Tensor, TensorOf } from './tensor.js';

/**
 * A layer of inner products: y = x·Wᵀ + b, then what bounds it. x is rows of the input or what a window sees of it
 * (see `Geometry`), W constant, or for products of two values the value `right`.
 */
export interface Affine extends Bounds {
  readonly name: string;
  /** the operator that it comes from */
  readonly kind: string;
  /** names of the values read and given */
  readonly input: string;
  readonly right?: string;
  readonly output: string;
  readonly geometry: Geometry;
  /** length of an inner product */
  readonly depth: number;
  /** outputs of all groups at one position; for products of two values, of one group */
  readonly columns: number;
  /** columns × depth, terms in the order of the geometry; empty for products of two values */
  readonly weights: Float32Array;
  /** one for each column */
  readonly bias: Float64Array;
  /** the operators that it stands for, in order */
  readonly nodes: readonly Node[];
}

/** What a network does in turn: layers of inner products, sums that integers can do, and other operators. */
export type Step =
  | { readonly kind: 'affine'; readonly affine: Affine }
  | { readonly kind: 'sum'; readonly sum: SumNode }
  | { readonly kind: 'node'; readonly node: Node };

type Constants = ReadonlyMap<string, Tensor>;

interface Known {
  readonly constants: Constants;
  readonly shapes: ReadonlyMap<string, Dims>;
}

/** Operators that are inner products: how to see one as a layer, if it is such. */
const affineOperators: Readonly<Record<string, (node: Node, known: Known) => Affine | undefined>> = {
  Gemm: fromGemm,
  MatMul: (node, known) => fromMatMul(node, known) ?? fromPair(node, known),
  Conv: fromConv,
};

/**
 * The steps of a network. An addition of a constant per column, a ReLU and a Clip from 0 that alone read a layer's
 * output become part of the layer. Products of unknown dimensions stay nodes.
 */
export function findSteps(prepared: Prepared): Step[] {
  const { nodes, constants, network } = prepared;
  const known = { constants, shapes: shapesOf(prepared) };
  const reading = readers(nodes);
  const outputs = new Set(network.outputs.map(({ name }) => name));
  const next = (name: string): Node | undefined => {
    const [reader, ...others] = reading.get(name) ?? [];
    return outputs.has(name) || others.length > 0 ? undefined : reader;
  };
  const absorbed = new Set<Node>();
  return nodes.flatMap((node): Step[] => {
    if (absorbed.has(node)) return [];
    let affine = affineOperators[node.op]?.(node, known);
    if (!affine) return [sumStep(node, known, next, absorbed) ?? { kind: 'node', node }];
    for (let into = next(affine.output); into && !affine.relu; into = next(affine.output)) {
      const wider: Affine | undefined = withReader(affine, into, constants);
      if (!wider) break;
      absorbed.add(into);
      affine = wider;
    }
    return [{ kind: 'affine', affine }];
  });
}

/** A sum together with what bounds it. */
function sumStep(
  node: Node,
  { constants, shapes }: Known,
  next: (name: string) => Node | undefined,
  absorbed: Set<Node>,
): Step | undefined {
  const sum = sumOf(node, constants, shapes);
  if (!sum) return undefined;
  const reader = next(sum.output);
  const bounds = reader && boundsOf(reader, constants);
  if (!reader || !bounds) return { kind: 'sum', sum };
  absorbed.add(reader);
  return { kind: 'sum', sum: { ...sum, ...bounds, output: reader.outputs[0]!, nodes: [node, reader] } };
}

/** The value that each value is only another arrangement of: through nodes that move elements; itself elsewhere. */
export function origins({ nodes }: Prepared): (name: string) => string {
  const from = new Map(
    nodes
      .filter(movesCodes)
      .flatMap((node) => node.outputs.map((name): [string, string] => [name, node.inputs[0]!])),
  );
  return (name) => {
    let origin = name;
    while (from.has(origin)) origin = from.get(origin)!;
    return origin;
  };
}

/** Whether an operator only arranges elements of its first input anew, so that it does the same on codes. */
export function movesCodes(node: Node): boolean {
  return operatorOf(node).moves && node.inputs.length > 0;
}

function fromGemm(node: Node, { constants, shapes }: Known): Affine | undefined {
  const weights = weightMatrix(node.inputs[1]!, constants);
  const dims = shapes.get(node.inputs[0]!);
  if (!weights || flagAttribute(node, 'transA') || constants.has(node.inputs[0]!)) return undefined;
  if (dims?.length !== 2) return undefined;
  const turned = flagAttribute(node, 'transB');
  const [columns, depth] = turned
    ? [weights.dims[0]!, weights.dims[1]!]
    : [weights.dims[1]!, weights.dims[0]!];
  const beta = numberAttribute(node, 'beta', 1);
  const offset = node.inputs[2]
    ? perColumn(node.inputs[2], columns, 0, constants)
    : new Float64Array(columns);
  if (!offset) return undefined;
  const alpha = numberAttribute(node, 'alpha', 1);
  const rows = turned ? weights.data : transpose(weights.data, depth, columns);
  return {
    ...layer(node),
    geometry: rowGeometry(dims, depth, columns),
    depth,
    columns,
    weights: alpha === 1 ? rows : rows.map((weight) => alpha * weight),
    bias: offset.map((x) => beta * x),
  };
}

function fromMatMul(node: Node, { constants, shapes }: Known): Affine | undefined {
  const weights = weightMatrix(node.inputs[1]!, constants);
  const dims = shapes.get(node.inputs[0]!);
  if (!weights || !dims || dims.length < 2 || constants.has(node.inputs[0]!)) return undefined;
  const [depth, columns] = [weights.dims[0]!, weights.dims[1]!];
  const rows = transpose(weights.data, depth, columns);
  const geometry = rowGeometry(dims, depth, columns);
  return { ...layer(node), geometry, depth, columns, weights: rows, bias: new Float64Array(columns) };
}

function fromPair(node: Node, { constants, shapes }: Known): Affine | undefined {
  const [left, right] = node.inputs as [string, string];
  const [a, b] = [shapes.get(left), shapes.get(right)];
  if (!a || !b || constants.has(left) || constants.has(right)) return undefined;
  const geometry = pairGeometry(a, b);
  if (!geometry) return undefined;
  const { depth, columns } = geometry;
  const bias = new Float64Array(columns);
  return { ...layer(node), right, geometry, depth, columns, weights: new Float32Array(), bias };
}

function fromConv(node: Node, { constants, shapes }: Known): Affine | undefined {
  const weights = floatConstant(node.inputs[1]!, constants);
  const dims = shapes.get(node.inputs[0]!);
  if (!weights || !dims || weights.data.length === 0 || constants.has(node.inputs[0]!)) return undefined;
  const window = convWindow(node, dims, weights.dims);
  if (typeof window === 'string') return undefined;
  const groups = numberAttribute(node, 'group', 1);
  const [columns, inputs] = [weights.dims[0]!, weights.dims[1]!];
  const sizes = { groups, inputs, outputs: columns / groups, rank: dims.length - 2 };
  const geometry = windowGeometry(window, sizes);
  const bias = node.inputs[2] ? perColumn(node.inputs[2], columns, 0, constants) : new Float64Array(columns);
  if (!bias) return undefined;
  const { depth } = geometry;
  return {
    ...layer(node),
    geometry,
    depth,
    columns,
    weights: channelsLast(weights.data, columns, inputs),
    bias,
  };
}

/** Filters with the channels innermost, as the terms of a window's inner product come. */
function channelsLast(weights: Float32Array, filters: number, inputs: number): Float32Array {
  const places = weights.length / filters / inputs;
  const out = new Float32Array(weights.length);
  for (let filter = 0; filter < filters; filter++) {
    for (let place = 0; place < places; place++) {
      for (let channel = 0; channel < inputs; channel++)
        out[(filter * places + place) * inputs + channel] =
          weights[(filter * inputs + channel) * places + place]!;
    }
  }
  return out;
}

function layer(node: Node): Pick<Affine, 'name' | 'kind' | 'input' | 'output' | 'nodes' | keyof Bounds> {
  const { name, op: kind } = node;
  return { name, kind, input: node.inputs[0]!, output: node.outputs[0]!, nodes: [node], ...unbounded };
}

/** The layer together with the only reader of its output, if that is a bias, a ReLU or a Clip from 0. */
function withReader(affine: Affine, reader: Node, constants: Constants): Affine | undefined {
  const output = reader.outputs[0]!;
  const bounds = boundsOf(reader, constants);
  const nodes = [...affine.nodes, reader];
  if (bounds) return { ...affine, ...bounds, output, nodes };
  const other = reader.inputs.find((name) => name !== affine.output);
  const behind = affine.kind === 'Conv' ? affine.geometry.results.length - 1 : 0;
  const offset = reader.op === 'Add' && other && perColumn(other, affine.columns, behind, constants);
  return offset ? { ...affine, bias: affine.bias.map((x, i) => x + offset[i]!), output, nodes } : undefined;
}

/**
 * A constant as one number for each column; undefined if it is not constant or differs within a column.
 *
 * @param behind dimensions of the result behind that of the columns
 */
function perColumn(
  name: string,
  columns: number,
  behind: number,
  constants: Constants,
): Float64Array | undefined {
  const tensor = floatConstant(name, constants);
  const { length = 0 } = tensor?.data ?? {};
  const fits = tensor && (length === 1 || (length === columns && tensor.dims.at(-1 - behind) === columns));
  return fits ? Float64Array.from({ length: columns }, (_, i) => tensor.data[i % length]!) : undefined;
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
