import { failure, success, type Result } from '../base/index.js';
import {
  formatName,
  formatWidth,
  quantise,
  type BlockFormat,
  type NumberFormat,
  type Quantised,
  type ScalePolicy,
} from '../format/index.js';
import type { Affine } from './affine.js';
import type { Bounds } from './bounds.js';
import type { DotEngine, OperandFormat } from './engine.js';
import type { Geometry } from './geometry.js';
import { negativeNumbers, noTwoBlocks } from './problems.js';
import type { Observation } from './observe.js';

/**
 * Options for a layer whose operands are floating point, or have scales for blocks of them: formats of the datapath's
 * ports, scales found for each block as the network runs.
 */
export interface BlockOptions {
  readonly kind: 'blocks';
  readonly activations: OperandFormat;
  readonly weights: OperandFormat;
  readonly block: number;
  /** how block scales follow from their blocks; as the format is defined where it is left out */
  readonly policy?: ScalePolicy;
  /** integer scales: elements by the scale as stored (default), or by the vector's own before it was rounded */
  readonly byUnroundedScale?: boolean;
}

/** The options that the ports of a datapath ask for. */
export function blockOptions(engine: DotEngine, policy?: ScalePolicy): BlockOptions {
  const { activations, weights, block } = engine;
  return { kind: 'blocks', activations, weights, block, ...(policy && { policy }) };
}

/** Whether a datapath takes floating point or scales. */
export function wantsBlocks({ activations }: DotEngine): boolean {
  return activations.scale !== undefined || activations.element.kind === 'float';
}

/** A layer whose operands are blocks. A number is element · block scale · factor. */
export interface BlockLayer extends Bounds {
  readonly name: string;
  readonly kind: string;
  readonly input: string;
  readonly output: string;
  readonly geometry: Geometry;
  readonly depth: number;
  readonly columns: number;
  readonly options: BlockOptions;
  /** columns × depth codes, and columns × blocks codes of scales */
  readonly weights: Int32Array;
  readonly weightScales: Int32Array | undefined;
  /** one for each column */
  readonly weightFactors: Float64Array;
  readonly bias: Float64Array;
  /** greatest magnitude of what it reads that is represented */
  readonly reach: number;
}

/** Rows of numbers in blocks along the rows. */
export interface Blocks {
  /** words as the datapath's ports take them, signed where the format is */
  readonly codes: Int32Array;
  readonly scales: Int32Array | undefined;
  readonly factors: Float32Array | undefined;
  readonly saturated: number;
}

/** Brings a layer's weights into the blocks of its datapath. */
export function quantiseBlocks(affine: Affine, options: BlockOptions, seen: Observation): Result<BlockLayer> {
  const { name, kind, input, output, geometry, depth, columns, relu, most, bias } = affine;
  if (affine.right !== undefined) return failure(noTwoBlocks(name));
  const { element } = options.activations;
  if (!element.signed && seen.least < 0) return failure(negativeNumbers(name, formatName(element)));
  const made = intoBlocks(affine.weights, depth, options.weights, options, 'row');
  if (!made.ok) return made;
  const { codes: weights, scales: weightScales, factors } = made.value;
  const weightFactors = Float64Array.from({ length: columns }, (_, c) => factors?.[c] ?? 1);
  const reach = Math.max(seen.most, -seen.least);
  return success({
    ...{ name, kind, input, output, geometry, depth, columns, relu, most, bias, options, reach },
    ...{ weights, weightScales, weightFactors },
  });
}

/** Rows of `depth` numbers in blocks; `row` gives each row a factor of its own, where formats have one. */
export function intoBlocks(
  values: Float32Array,
  depth: number,
  operand: OperandFormat,
  { block, policy, byUnroundedScale }: BlockOptions,
  factor: 'row' | 'all',
): Result<Blocks> {
  const format = formatOf(operand, block);
  const scaled = format.kind === 'block';
  const made = quantise(values, format, {
    columns: depth,
    group: factor === 'row' ? depth : values.length,
    recompute: byUnroundedScale !== true,
    ...(scaled ? policy && { policy } : { policy: 'max' as const }),
  });
  if (!made.ok) return made;
  const { codes, scales, tensorScales, saturated } = made.value;
  return success({
    codes: words(codes, operand.element),
    scales: scales && words(scales, operand.scale!),
    factors: tensorScales,
    saturated,
  });
}

/** The format that an operand's blocks have. */
function formatOf({ element, scale }: OperandFormat, block: number): BlockFormat | NumberFormat {
  if (!scale) return element;
  // Scales with fractions of powers of two cannot reach any magnitude by themselves.
  const tensorScale = scale.kind === 'fixed' || scale.mantissa > 0;
  const elementName = formatName(element);
  const name = `${elementName} in blocks of ${block} with ${formatName(scale)}`;
  return {
    kind: 'block',
    name,
    elementName,
    element,
    block,
    scale,
    scaleBits: formatWidth(scale),
    tensorScale,
  };
}

function words(codes: NonNullable<Quantised['scales']>, format: NumberFormat): Int32Array {
  const width = formatWidth(format);
  const [limit, modulus] = [2 ** (width - 1), 2 ** width];
  const isSigned = format.kind === 'fixed' && format.signed;
  const found = new Int32Array(codes);
  for (let i = 0; isSigned && i < found.length; i++) if (found[i]! >= limit) found[i]! -= modulus;
  return found;
}
