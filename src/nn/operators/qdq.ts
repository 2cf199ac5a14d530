import { failure, success, type Result } from '../../base/index.js';
import { numberAttribute, type Node } from '../network.js';
import { shapeFault, typeFault } from '../problems.js';
import { elements, floatTensor, numbersOf, tensorOf, type Dims, type ElementType } from '../tensor.js';
import { nearestEven } from './activations.js';
import { int, only } from './attributes.js';
import { axisOf } from './axis.js';
import type { Operator, Shape, Value } from './operator.js';

/** Least and greatest code of the integer types that numbers are quantised to. */
const codeRanges = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
} as const satisfies Partial<Record<ElementType, readonly [number, number]>>;

type CodeType = keyof typeof codeRanges;
const codeTypes = Object.keys(codeRanges) as readonly CodeType[];

const isCodeType = (type: ElementType): type is CodeType => type in codeRanges;

export const quantizeLinear: Operator = {
  about:
    'saturate(round(x / scale) + zero point), to nearest even; a scale for the tensor or for each entry of `axis`',
  inputs: [2, 3],
  attributes: { axis: int, block_size: only(0), saturate: int, output_dtype: int, precision: int },
  moves: false,
  checksTypes: true,
  infer(node, [x, scale, zero]): Result<readonly Shape[]> {
    if (x!.type !== 'float32') return failure(typeFault(node, 0, x!.type, ['float32']));
    const type = zero?.type ?? statedType(node);
    if (type === undefined || !isCodeType(type))
      return failure(typeFault(node, 2, type ?? 'this kind', codeTypes));
    const wrong = wrongScales(node, x!, scale!, zero);
    return wrong ? failure(wrong) : success([{ type, dims: x!.dims }]);
  },
  run(node, [x, scale, zero], [shape]) {
    const from = numbersOf(x!);
    const scales = numbersOf(scale!);
    const zeros = zero ? numbersOf(zero) : undefined;
    const [least, most] = codeRanges[shape!.type as CodeType];
    const { size, stride } = spread(node, x!.dims, scales.length);
    const out = new Float64Array(from.length);
    for (let i = 0; i < out.length; i++) {
      const at = Math.floor(i / stride) % size;
      // The quotient is a float32, as the standard's arithmetic has it: ties depend on that.
      const code = nearestEven(Math.fround(from[i]! / scales[at]!)) + (zeros ? zeros[at]! : 0);
      out[i] = Math.min(most, Math.max(least, code));
    }
    return [tensorOf(shape!.type, shape!.dims, out)];
  },
};

export const dequantizeLinear: Operator = {
  about: '(code − zero point) · scale, with a scale for the tensor or for each entry of `axis`',
  inputs: [2, 3],
  attributes: { axis: int, block_size: only(0), output_dtype: int },
  moves: false,
  checksTypes: true,
  infer(node, [x, scale, zero]) {
    const runs: readonly ElementType[] = [...codeTypes, 'int32'];
    if (!runs.includes(x!.type)) return failure(typeFault(node, 0, x!.type, runs));
    if (zero && zero.type !== x!.type) return failure(typeFault(node, 2, zero.type, [x!.type]));
    const wrong = wrongScales(node, x!, scale!, zero);
    return wrong ? failure(wrong) : success([{ type: 'float32', dims: x!.dims }]);
  },
  run(node, [x, scale, zero], [shape]) {
    const codes = numbersOf(x!);
    const scales = numbersOf(scale!);
    const zeros = zero ? numbersOf(zero) : undefined;
    const { size, stride } = spread(node, x!.dims, scales.length);
    const out = new Float32Array(elements(shape!.dims));
    for (let i = 0; i < out.length; i++) {
      const at = Math.floor(i / stride) % size;
      out[i] = (codes[i]! - (zeros ? zeros[at]! : 0)) * scales[at]!;
    }
    return [floatTensor(shape!.dims, out)];
  },
};

/** uint8 if nothing is said; the numbers of `output_dtype` are those of elements. */
function statedType(node: Node): ElementType | undefined {
  const types: Readonly<Record<number, ElementType>> = {
    0: 'uint8',
    2: 'uint8',
    3: 'int8',
    4: 'uint16',
    5: 'int16',
  };
  return types[numberAttribute(node, 'output_dtype', 0)];
}

function wrongScales(
  node: Node,
  x: Value,
  scale: Value,
  zero: Value | undefined,
): ReturnType<typeof shapeFault> | undefined {
  const inputs = [x, scale, zero];
  if (scale.type !== 'float32') return typeFault(node, 1, scale.type, ['float32']);
  if (zero && elements(zero.dims) !== elements(scale.dims)) {
    return shapeFault(node, inputs, 'there must be as many zero points as scales');
  }
  if (scale.dims.length > 1) {
    return shapeFault(
      node,
      inputs,
      'scales for blocks do not run here, only for the tensor or along an axis',
    );
  }
  if (elements(scale.dims) === 1) return undefined;
  const axis = axisOf(numberAttribute(node, 'axis', 1), x.dims.length);
  return axis !== undefined && x.dims[axis] === scale.dims[0]
    ? undefined
    : shapeFault(node, inputs, 'there must be one scale for each entry of `axis`');
}

/** How many scales there are and how many neighbours share one. */
function spread(node: Node, dims: Dims, count: number): { readonly size: number; readonly stride: number } {
  if (count === 1) return { size: 1, stride: Math.max(1, elements(dims)) };
  const axis = axisOf(numberAttribute(node, 'axis', 1), dims.length)!;
  return { size: count, stride: elements(dims.slice(axis + 1)) };
}
