import type { Arguments } from '../../builder/index.js';
import { floats, fp, type Float } from '../../format/index.js';
import {
  commonFormat,
  nanFaults,
  floatFormat,
  floatOf,
  floatParameter,
  hasInfinity,
  hasNan,
  randomPorts,
  resultPorts,
  roundingParameters,
} from '../float/parameters.js';
import type { Operator } from '../operator.js';
import { build } from './build.js';
import { reference } from './reference.js';

const named = floats as Readonly<Record<string, Float>>;
const fp16 = named['fp16']!;
const bf16 = named['bf16']!;
const e4m3 = named['fp8_e4m3']!;
const e5m2 = named['fp8_e5m2']!;
const e2m1 = named['fp4_e2m1']!;

/** Adds two floating-point numbers with one rounding. */
export const fpAdd: Operator = {
  name: 'fp_add',
  about: 'The sum or difference of two floating-point numbers of any formats, rounded once.',
  parameters: [
    floatParameter('a', 'format of the left operand'),
    floatParameter('b', 'format of the right operand'),
    floatParameter('to', 'format of the result'),
    { kind: 'flag', name: 'subtract', about: 'a − b instead of a + b', default: false },
    ...roundingParameters,
  ],
  infer: ([a, b]) => ({ ...floatFormat('a', a), ...floatFormat('b', b), ...commonFormat([a, b]) }),
  ports: (p) => ({
    inputs: [{ name: 'a', type: floatOf(p, 'a') }, { name: 'b', type: floatOf(p, 'b') }, ...randomPorts(p)],
    outputs: resultPorts(p),
  }),
  rules: (p) => nanFaults('fp_add', p, canBeNan(p)),
  latency: () => 0,
  reference,
  build,
  samples: [
    {},
    { a: fp16, b: fp16, to: fp16, flags: true },
    { a: bf16, b: bf16, to: bf16, subtract: true, rounding: 'up', flags: true },
    { a: e4m3, b: e5m2, to: fp16, rounding: 'nearest_away' },
    { a: fp16, b: bf16, to: e5m2, rounding: 'down', flags: true },
    { a: e4m3, b: named['fp32']!, to: named['fp32']!, rounding: 'toward_zero', flags: true },
    { a: e2m1, b: e2m1, to: e2m1 },
    { a: e2m1, b: named['fp6_e3m2']!, to: e4m3, overflow: 'saturate', flags: true },
    { a: named['ue4m3']!, b: named['ue4m3']!, to: named['ue4m3']!, subtract: true, flags: true },
    { a: fp16, b: fp16, to: e2m1, rounding: 'stochastic', nan: 'zero', flags: true },
    {
      a: fp(4, 2, { lowest: 'flushed' }),
      b: fp(4, 2, { lowest: 'flushed' }),
      to: fp(4, 2, { lowest: 'flushed' }),
      flags: true,
    },
    { a: named['e8m0']!, b: fp(3, 0, { specials: 'finite', lowest: 'normal' }), to: fp(5, 1), flags: true },
  ],
};

function canBeNan(p: Arguments): boolean {
  const [a, b] = [floatOf(p, 'a'), floatOf(p, 'b')];
  return hasNan(a) || hasNan(b) || (hasInfinity(a) && hasInfinity(b));
}
