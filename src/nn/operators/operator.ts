import type { Result } from '../../base/index.js';
import type { Node } from '../network.js';
import type { Dims, ElementType, Tensor } from '../tensor.js';
import type { AttributeRules } from './attributes.js';

/** What is known of a value before the network runs: its shape, and its elements where they are constant. */
export interface Value {
  readonly type: ElementType;
  readonly dims: Dims;
  readonly constant?: Tensor;
}

/** An operator of networks. An optional input that is left out is undefined. */
export interface Operator {
  readonly about: string;
  /** least and greatest number of inputs */
  readonly inputs: readonly [number, number];
  /** least and greatest number of outputs; one where left out */
  readonly outputs?: readonly [number, number];
  /** the attributes that it may have; others are faults */
  readonly attributes: AttributeRules;
  /**
   * only hands elements of its first input on, or makes constants: runs on any element type, and on codes as well
   * as on numbers
   */
  readonly moves: boolean;
  /** `infer` checks the element types of the inputs; otherwise all must be float32 where it does not move */
  readonly checksTypes?: boolean;
  /**
   * type and dimensions of the outputs from those of the inputs, or what is wrong with them.
   *
   * @param opset version of the standard operator set
   */
  readonly infer: (
    node: Node,
    inputs: readonly (Value | undefined)[],
    opset: number,
  ) => Result<readonly Shape[]>;
  /** the outputs where they follow from the shapes of the inputs alone */
  readonly fromShapes?: (node: Node, inputs: readonly (Shape | undefined)[]) => readonly Tensor[];
  /** the outputs; `shapes` are those that `infer` gave for these inputs */
  readonly run: (
    node: Node,
    inputs: readonly (Tensor | undefined)[],
    shapes: readonly Shape[],
    opset: number,
  ) => readonly Tensor[];
}

export interface Shape {
  readonly type: ElementType;
  readonly dims: Dims;
}
