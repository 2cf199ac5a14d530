import { failure, success } from '../../base/index.js';
import { numberAttribute } from '../network.js';
import { elementName, elementType } from '../onnx/elements.js';
import { shapeFault } from '../problems.js';
import { numbersOf, tensorOf, type ElementType } from '../tensor.js';
import { int } from './attributes.js';
import { minifloat } from './minifloat.js';
import type { Operator } from './operator.js';

export const cast: Operator = {
  about: 'the elements in another type; float16 and bfloat16 are rounded to, and run as float32 like float64',
  inputs: [1, 1],
  attributes: { to: int, saturate: int, round_mode: int },
  moves: false,
  checksTypes: true,
  infer(node, [x]) {
    const code = numberAttribute(node, 'to', 0);
    const type = elementType(code);
    if (type) return success([{ type: /float/.test(type) ? 'float32' : type, dims: x!.dims }]);
    return failure(shapeFault(node, [x], `elements of type ${elementName(code)} do not run here`));
  },
  run(node, [x], [shape]) {
    const type = elementType(numberAttribute(node, 'to', 0))!;
    if (type === x!.type) return [x!];
    const numbers = numbersOf(x!);
    const convert = conversions[type];
    const { dims } = shape!;
    return [tensorOf(shape!.type, dims, convert ? Float64Array.from(numbers, convert) : numbers)];
  },
};

const half = minifloat({ mantissaBits: 10, bias: 15, largest: 65504, overflow: Infinity });
const brain = minifloat({
  mantissaBits: 7,
  bias: 127,
  largest: (2 - 2 ** -7) * 2 ** 127,
  overflow: Infinity,
});

const conversions: Readonly<Partial<Record<ElementType, (x: number) => number>>> = {
  float16: half,
  bfloat16: brain,
  bool: (x) => (x === 0 ? 0 : 1),
};
