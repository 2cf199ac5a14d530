import type { Arguments } from '../../builder/index.js';
import { floats, fp, type Float } from '../../format/index.js';
import {
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

const { fp32, fp16, bf16, fp8_e4m3, fp8_e5m2, fp6_e3m2, fp4_e2m1, e8m0, ue4m3 } = floats as Readonly<
  Record<string, Float>
>;
const flushed = fp(4, 3, { lowest: 'flushed' });

/** Multiplies and adds with one rounding. */
export const fpFma: Operator = {
  name: 'fp_fma',
  about: 'a · b + c of floating-point numbers of any formats, rounded once.',
  parameters: [
    floatParameter('a', 'format of the left factor'),
    floatParameter('b', 'format of the right factor'),
    floatParameter('c', 'format of what is added'),
    floatParameter('to', 'format of the result'),
    ...roundingParameters,
  ],
  infer: ([a, b, c]) => ({
    ...floatFormat('a', a),
    ...floatFormat('b', b),
    ...floatFormat('c', c),
    ...floatFormat('to', c),
  }),
  ports: (p) => ({
    inputs: [
      { name: 'a', type: floatOf(p, 'a') },
      { name: 'b', type: floatOf(p, 'b') },
      { name: 'c', type: floatOf(p, 'c') },
      ...randomPorts(p),
    ],
    outputs: resultPorts(p),
  }),
  rules: (p) => nanFaults('fp_fma', p, canBeNan(p)),
  latency: () => 0,
  macs: () => 1,
  reference,
  build,
  samples: [
    {},
    { a: fp16!, b: fp16!, c: fp16!, to: fp16!, flags: true },
    { a: bf16!, b: bf16!, c: fp32!, to: fp32!, rounding: 'down', flags: true },
    { a: fp16!, b: bf16!, c: fp16!, to: fp8_e5m2!, rounding: 'up', flags: true },
    { a: fp8_e4m3!, b: fp8_e5m2!, c: fp32!, to: fp32!, rounding: 'toward_zero' },
    { a: fp4_e2m1!, b: fp4_e2m1!, c: fp6_e3m2!, to: fp6_e3m2!, rounding: 'nearest_away', flags: true },
    { a: fp8_e4m3!, b: e8m0!, c: fp8_e4m3!, to: fp8_e4m3!, overflow: 'saturate', flags: true },
    { a: fp16!, b: fp16!, c: fp16!, to: fp4_e2m1!, rounding: 'stochastic', nan: 'zero', flags: true },
    { a: ue4m3!, b: ue4m3!, c: fp4_e2m1!, to: ue4m3!, flags: true },
    { a: flushed, b: flushed, c: flushed, to: flushed, flags: true },
  ],
};

function canBeNan(p: Arguments): boolean {
  return ['a', 'b', 'c']
    .map((name) => floatOf(p, name))
    .some((format) => hasNan(format) || hasInfinity(format));
}
