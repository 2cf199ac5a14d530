import type { ElementType, Tensor } from './tensor.js';

/** The value of a node's attribute. Integers are exact up to 2^53. */
export type Attribute =
  | { readonly kind: 'float' | 'int'; readonly value: number }
  | { readonly kind: 'floats' | 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  /** there, but of a kind that is not read (subgraphs, sparse tensors, types) */
  | { readonly kind: 'other'; readonly value: string };

/** One operation. Names of values connect nodes; an empty input name is an optional input left out. */
export interface Node {
  /** never empty: nodes without a name are named by operator and number */
  readonly name: string;
  /** the operator's name, with its domain in front if that is not the standard one */
  readonly op: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** An input or output of a network. A dimension is a number, or a name for one that is left open. */
export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  /** left out where the file states none */
  readonly dims?: readonly (number | string)[];
}

/** A network as a graph of operations, as ONNX describes it. */
export interface Network {
  readonly name: string;
  readonly producer: string;
  /** where it was read from, for messages */
  readonly file?: string;
  /** version of the standard operator set */
  readonly opset: number;
  /** inputs that must be given, without those that only name an initialiser */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** trained numbers and other constants by name */
  readonly initialisers: ReadonlyMap<string, Tensor>;
  /** in an order in which each node stands behind those that it reads */
  readonly nodes: readonly Node[];
  /** free text by key */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A network with sizes for open dimensions of its inputs, by the names that these have. */
export function withSizes(network: Network, sizes: Readonly<Record<string, number>>): Network {
  const sized = (size: number | string): number | string =>
    typeof size === 'string' && Object.hasOwn(sizes, size) ? sizes[size]! : size;
  const inputs = network.inputs.map((input) =>
    input.dims ? { ...input, dims: input.dims.map(sized) } : input,
  );
  return { ...network, inputs };
}

/** A numeric attribute, or its default. */
export function numberAttribute(node: Node, name: string, otherwise: number): number {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'float' || attribute?.kind === 'int' ? attribute.value : otherwise;
}

/** A list of numbers that is an attribute; undefined if it is not there. */
export function listAttribute(node: Node, name: string): readonly number[] | undefined {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'ints' || attribute?.kind === 'floats' ? attribute.value : undefined;
}

/** A text that is an attribute, or its default. */
export function textAttribute(node: Node, name: string, otherwise: string): string {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'string' ? attribute.value : otherwise;
}

/** Whether an attribute is there and not 0, or its default. */
export function flagAttribute(node: Node, name: string, otherwise = false): boolean {
  return numberAttribute(node, name, otherwise ? 1 : 0) !== 0;
}
