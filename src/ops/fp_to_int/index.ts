import { fixed, floats, fp, int, uint, type Float } from '../../format/index.js';
import {
  floatFormat,
  floatOf,
  floatParameter,
  randomPorts,
  resultPorts,
  roundingParameters,
} from '../float/parameters.js';
import type { Operator } from '../operator.js';
import { build } from './build.js';
import { reference } from './reference.js';

const { fp32, fp16, bf16, fp8_e4m3, fp8_e5m2, fp4_e2m1, e8m0 } = floats as Readonly<Record<string, Float>>;

/** Converts floating-point numbers to integers and fixed point. */
export const fpToInt: Operator = {
  name: 'fp_to_int',
  about:
    'A floating-point number as an integer or fixed-point number, rounded, and saturated beyond the ends, which is invalid.',
  parameters: [
    floatParameter('a', 'format of the number'),
    {
      kind: 'format',
      of: 'fixed',
      name: 'to',
      about: 'format of the result, an integer or fixed-point',
      default: int(32),
    },
    ...roundingParameters.filter(({ name }) => name === 'rounding'),
    {
      kind: 'choice',
      name: 'nan',
      about: 'what NaN becomes',
      options: ['zero', 'greatest'],
      default: 'zero',
    },
    {
      kind: 'flag',
      name: 'flags',
      about: 'a second output with the exceptions: invalid and inexact, at the places of all five',
      default: false,
    },
  ],
  infer: ([a]) => floatFormat('a', a),
  ports: (p) => ({
    inputs: [{ name: 'a', type: floatOf(p, 'a') }, ...randomPorts(p)],
    outputs: resultPorts(p),
  }),
  latency: () => 0,
  reference,
  build,
  samples: [
    {},
    { a: fp16!, to: int(8), flags: true },
    { a: fp16!, to: uint(8), rounding: 'toward_zero', flags: true },
    { a: bf16!, to: int(16), rounding: 'down', nan: 'greatest', flags: true },
    { a: fp8_e4m3!, to: int(4), rounding: 'up', flags: true },
    { a: fp8_e5m2!, to: fixed(4, 8), rounding: 'nearest_away', flags: true },
    { a: fp4_e2m1!, to: int(8) },
    { a: fp32!, to: int(1), flags: true },
    { a: fp16!, to: int(12), rounding: 'stochastic', flags: true },
    { a: e8m0!, to: uint(9), flags: true },
    { a: fp(3, 6, { lowest: 'flushed' }), to: fixed(1, 7), flags: true },
  ],
};
