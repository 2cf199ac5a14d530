import type { Random } from '../../base/index.js';
import type { Node } from '../network.js';
import type { Tensor } from '../tensor.js';
import type { Floats, Space } from './kernel/space.js';

/** Numbers that training changes, and what the last backward pass says about them. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  /**
   * `weight`: multiplied by inputs; `offset`: added to them, or a factor of a normalisation; `statistic`: no part of
   * the gradient, its `gradient` is what the last forward pass observed
   */
  readonly kind: 'weight' | 'offset' | 'statistic';
  readonly value: Floats;
  /** of the same length; overwritten by each backward pass */
  readonly gradient: Floats;
}

/**
 * One layer in training, for `rows` inputs at a time. Between `forward` and `backward` it keeps what the gradient
 * needs. What a layer returns it overwrites on the next call; what it is given it only reads.
 */
export interface Layer {
  readonly parameters: readonly Parameter[];
  /** dimensions of one output */
  readonly shape: readonly number[];
  /** inputs in row-major order to as many outputs; in training batches are normalised by their own statistics */
  readonly forward: (x: Floats, training: boolean) => Floats;
  /** writes the parameters' gradients from that of the output; returns that of the input, empty if not wanted */
  readonly backward: (dy: Floats, wantInput: boolean) => Floats;
  /** adds the layer's operations to a network; returns the name of what they give */
  readonly write: (input: string, network: Draft) => string;
}

/** A network under construction. */
export interface Draft {
  readonly nodes: Node[];
  readonly initialisers: Map<string, Tensor>;
}

/** What a layer is made from. */
export interface Place {
  readonly space: Space;
  /** inputs at a time */
  readonly rows: number;
  /** dimensions of one input */
  readonly shape: readonly number[];
  /** the layer's name, which begins those of its parameters */
  readonly name: string;
  /** where its starting weights are drawn from */
  readonly source: Random;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** A parameter of a layer at `place`, its numbers given one by one by `start`. */
export function parameter(
  { space, name }: Place,
  suffix: string,
  kind: Parameter['kind'],
  dims: readonly number[],
  start: () => number,
): Parameter {
  const size = sizeOf(dims);
  const value = space.floats(size);
  for (let i = 0; i < size; i++) value[i] = start();
  return { name: `${name}.${suffix}`, dims, kind, value, gradient: space.floats(size) };
}

/** Adds a parameter to a network, under its own name. */
export function writeParameter(network: Draft, { name, dims, value }: Parameter): string {
  network.initialisers.set(name, { type: 'float32', dims, data: Float32Array.from(value) });
  return name;
}

/** Adds a node with one output, whose name is returned. */
export function writeNode(
  network: Draft,
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): string {
  const output = `${name}.out`;
  const list = Object.entries(attributes).map(
    ([key, value]) =>
      [key, typeof value === 'number' ? attributeOf(key, value) : { kind: 'ints' as const, value }] as const,
  );
  network.nodes.push({ name, op, attributes: new Map(list), inputs, outputs: [output] });
  return output;
}

function attributeOf(key: string, value: number): { kind: 'float' | 'int'; value: number } {
  return { kind: key === 'epsilon' || key === 'alpha' ? 'float' : 'int', value };
}
