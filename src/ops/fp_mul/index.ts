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

const { fp32, fp16, bf16, fp8_e4m3, fp8_e5m2, fp6_e2m3, fp4_e2m1, e8m0, ue4m3 } = floats as Readonly<
  Record<string, Float>
>;
const flushed = fp(4, 3, { lowest: 'flushed' });

/** Multiplies two floating-point numbers with one rounding. */
export const fpMul: Operator = {
  name: 'fp_mul',
  about: 'The product of two floating-point numbers of any formats, rounded once.',
  parameters: [
    floatParameter('a', 'format of the left factor'),
    floatParameter('b', 'format of the right factor'),
    floatParameter('to', 'format of the result'),
    ...roundingParameters,
  ],
  infer: ([a, b]) => ({ ...floatFormat('a', a), ...floatFormat('b', b), ...commonFormat([a, b]) }),
  ports: (p) => ({
    inputs: [{ name: 'a', type: floatOf(p, 'a') }, { name: 'b', type: floatOf(p, 'b') }, ...randomPorts(p)],
    outputs: resultPorts(p),
  }),
  rules: (p) => nanFaults('fp_mul', p, canBeNan(p)),
  latency: () => 0,
  reference,
  build,
  samples: [
    {},
    { a: fp16!, b: fp16!, to: fp16!, flags: true },
    { a: bf16!, b: bf16!, to: bf16!, rounding: 'down', flags: true },
    { a: bf16!, b: bf16!, to: fp32!, flags: true },
    { a: fp8_e4m3!, b: fp8_e5m2!, to: fp16!, rounding: 'nearest_away' },
    { a: fp16!, b: bf16!, to: fp8_e5m2!, rounding: 'up', flags: true },
    { a: fp6_e2m3!, b: fp6_e2m3!, to: fp6_e2m3!, rounding: 'toward_zero', flags: true },
    { a: fp4_e2m1!, b: fp4_e2m1!, to: fp8_e4m3!, overflow: 'saturate' },
    { a: fp16!, b: e8m0!, to: fp4_e2m1!, rounding: 'stochastic', nan: 'greatest', flags: true },
    { a: e8m0!, b: e8m0!, to: e8m0!, flags: true },
    { a: ue4m3!, b: fp8_e4m3!, to: ue4m3!, flags: true },
    { a: flushed, b: flushed, to: flushed, flags: true },
  ],
};

function canBeNan(p: Arguments): boolean {
  return [floatOf(p, 'a'), floatOf(p, 'b')].some((format) => hasNan(format) || hasInfinity(format));
}
