import { failure, success } from '../../base/index.js';
import { flagAttribute, textAttribute, type Node } from '../network.js';
import { shapeFault, typeFault } from '../problems.js';
import { elements, floatTensor, numbersOf, type Tensor } from '../tensor.js';
import { nearestEven } from './activations.js';
import { int, only } from './attributes.js';
import { broadcastDims } from './broadcast.js';
import { exponentOf } from './minifloat.js';
import type { Operator, Value } from './operator.js';
import { repeated } from './strided.js';

// QONNX: Pappalardo et al., "QONNX: Representing Arbitrary-Precision Quantized Neural Networks" (2022), and the
// operator descriptions of its repository. Results are computed in doubles and rounded once to float32.

const roundings: Readonly<Record<string, (x: number) => number>> = {
  ROUND: nearestEven,
  HALF_EVEN: nearestEven,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  UP: (x) => (x < 0 ? Math.floor(x) : Math.ceil(x)),
  DOWN: Math.trunc,
  ROUND_TO_ZERO: Math.trunc,
  HALF_UP: (x) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5),
  HALF_DOWN: (x) => Math.sign(x) * Math.ceil(Math.abs(x) - 0.5),
};

const names = Object.keys(roundings);
const roundingMode = only(...names, ...names.map((name) => name.toLowerCase()));

export const intQuant: Operator = {
  about: 'round(clamp(x / scale + zero point)) back to numbers, for integers of `bitwidth` bits',
  ...elementwise(4, { signed: int, narrow: int, rounding_mode: roundingMode }, (node) => {
    const round = roundingOf(node, 'ROUND');
    const range = rangeOf(node, true);
    return ([x, scale, zero, bits]) => {
      const code = x! / scale! + zero!;
      const { least, most } = range(bits!);
      const rounded = bits === 1 && range.signed ? (code >= 0 ? 1 : -1) : round(clamp(code, least, most));
      return (rounded - zero!) * scale!;
    };
  }),
};

export const bipolarQuant: Operator = {
  about: '+scale where x ≥ 0, elsewhere −scale',
  ...elementwise(
    2,
    {},
    () =>
      ([x, scale]) =>
        x! >= 0 ? scale! : -scale!,
  ),
};

/**
 * Five inputs (x, scale, zero point, bits before, bits after): version 1, which drops low bits and keeps the scale.
 * Six or seven (x, scale, zero point, bits before, scale after, …, bits after): version 2, which drops as many as
 * the scales differ by, and saturates.
 */
export const trunc: Operator = {
  about: 'drops low bits of the integers that x stands for',
  inputs: [5, 7],
  attributes: { rounding_mode: roundingMode, signed: int, narrow: int },
  moves: false,
  checksTypes: true,
  infer: inferElementwise,
  run(node, inputs, shapes, opset) {
    const version = inputs.length === 5 ? truncOne : truncTwo;
    return elementwise(5, {}, version).run(node, inputs, shapes, opset);
  },
};

export const floatQuant: Operator = {
  about: 'x / scale in a float of so many exponent and mantissa bits, saturating, times scale',
  ...elementwise(
    6,
    {
      rounding_mode: roundingMode,
      has_inf: int,
      has_infinity: int,
      has_nan: int,
      has_subnormal: int,
      saturation: only(1),
      signed: only(1),
    },
    (node) => {
      const round = roundingOf(node, 'ROUND');
      return ([x, scale, exponentBits, mantissaBits, bias, largest]) => {
        const scaled = x! / scale!;
        const unit = 2 ** Math.max(1 - bias! - mantissaBits!, exponentOf(scaled) - mantissaBits!);
        const mostOfFormat = (2 - 2 ** -mantissaBits!) * 2 ** (2 ** exponentBits! - 1 - bias!);
        const most = Math.min(largest!, mostOfFormat);
        return clamp(round(scaled / unit) * unit, -most, most) * scale!;
      };
    },
  ),
};

type Each = (numbers: readonly number[]) => number;

function truncOne(node: Node): Each {
  const round = roundingOf(node, 'FLOOR');
  return ([x, scale, zero, before, after]) => {
    const code = nearestEven(x! / scale! + zero!);
    return (round(code / 2 ** (before! - after!)) - zero!) * scale!;
  };
}

function truncTwo(node: Node): Each {
  const round = roundingOf(node, 'FLOOR');
  const range = rangeOf(node, true);
  return (numbers) => {
    const [x, scale, zero, , scaleAfter] = numbers;
    const dropped = 2 ** nearestEven(Math.log2(scaleAfter! / scale!));
    const code = nearestEven(x! / scale! + zero!) / dropped;
    const { least, most } = range(numbers.at(-1)!);
    return (round(clamp(code, least, most)) - zero! / dropped) * scaleAfter!;
  };
}

function roundingOf(node: Node, otherwise: string): (x: number) => number {
  return roundings[textAttribute(node, 'rounding_mode', otherwise).toUpperCase()]!;
}

interface Range {
  (bits: number): { readonly least: number; readonly most: number };
  readonly signed: boolean;
}

/** The integers of so many bits. Narrow ranges lack −2^(bits−1), or the greatest if unsigned. */
function rangeOf(node: Node, otherwise: boolean): Range {
  const signed = flagAttribute(node, 'signed', otherwise);
  const narrow = flagAttribute(node, 'narrow') ? 1 : 0;
  const of = (bits: number): { least: number; most: number } =>
    signed
      ? { least: narrow - 2 ** (bits - 1), most: 2 ** (bits - 1) - 1 }
      : { least: 0, most: 2 ** bits - 1 - narrow };
  return Object.assign(of, { signed });
}

function clamp(x: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, x));
}

/** An operator on each element of the first input, with parameters that repeat to its dimensions. */
function elementwise(
  inputs: number,
  attributes: Operator['attributes'],
  make: (node: Node) => Each,
): Omit<Operator, 'about'> {
  return {
    inputs: [inputs, inputs],
    attributes,
    moves: false,
    checksTypes: true,
    infer: inferElementwise,
    run(node, tensors, [shape]) {
      const each = make(node);
      const all = tensors.map((one) => readings(one!, shape!.dims));
      const out = new Float32Array(elements(shape!.dims));
      for (let i = 0; i < out.length; i++) out[i] = each(all.map((read) => read(i)));
      return [floatTensor(shape!.dims, out)];
    },
  };
}

function readings(tensor: Tensor, dims: readonly number[]): (i: number) => number {
  if (tensor.data.length === 1) {
    const only = numbersOf(tensor)[0]!;
    return () => only;
  }
  const numbers = numbersOf(repeated(tensor, dims));
  return (i) => numbers[i]!;
}

function inferElementwise(node: Node, inputs: readonly (Value | undefined)[]): ReturnType<Operator['infer']> {
  const [x, ...parameters] = inputs;
  const wrong = inputs.findIndex((one) => !/^(float32|u?int\d+)$/.test(one!.type));
  if (wrong >= 0) return failure(typeFault(node, wrong, inputs[wrong]!.type, ['float32', 'int32', 'int64']));
  const dims = broadcastDims(x!.dims, ...parameters.map((one) => one!.dims));
  if (dims?.join() !== x!.dims.join()) {
    return failure(
      shapeFault(node, inputs, 'parameters must be single numbers or repeat to the first input'),
    );
  }
  return success([{ type: 'float32', dims: x!.dims }]);
}
