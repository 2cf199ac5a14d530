import type { Arguments, Datapath, Value } from '../../builder/index.js';
import { decode, floats, fp, leastExponent, type Float } from '../../format/index.js';
import { decodeFloat } from '../float/decode.js';
import { roundedOutputs } from '../float/outputs.js';
import {
  nanFaults,
  floatFormat,
  floatOf,
  floatParameter,
  hasNan,
  randomPorts,
  resultPorts,
  roundingParameters,
} from '../float/parameters.js';
import { isSignalling, roundedWords } from '../float/reference.js';
import type { Operator, Words } from '../operator.js';

const { fp32, fp16, bf16, tf32, fp8_e4m3, fp8_e5m2, fp6_e3m2, fp4_e2m1, e8m0, ue4m3 } = floats as Readonly<
  Record<string, Float>
>;

/** Converts between floating-point formats. */
export const fpConvert: Operator = {
  name: 'fp_convert',
  about: 'A floating-point number in another floating-point format, rounded once; a NaN keeps its sign.',
  parameters: [
    floatParameter('a', 'format of the number'),
    { ...floatParameter('to', 'format of the result'), kind: 'format', default: fp16! },
    ...roundingParameters,
  ],
  infer: ([a]) => floatFormat('a', a),
  ports: (p) => ({
    inputs: [{ name: 'a', type: floatOf(p, 'a') }, ...randomPorts(p)],
    outputs: resultPorts(p),
  }),
  rules: (p) => nanFaults('fp_convert', p, hasNan(floatOf(p, 'a'))),
  latency: () => 0,
  reference,
  build,
  samples: [
    {},
    { a: fp32!, to: bf16!, flags: true },
    { a: fp32!, to: tf32!, rounding: 'nearest_away', flags: true },
    { a: fp16!, to: fp32!, flags: true },
    { a: fp16!, to: fp8_e4m3!, overflow: 'saturate', flags: true },
    { a: fp16!, to: fp8_e5m2!, rounding: 'up', flags: true },
    { a: fp8_e5m2!, to: fp4_e2m1!, rounding: 'down', nan: 'zero', flags: true },
    { a: bf16!, to: fp6_e3m2!, rounding: 'stochastic', nan: 'greatest', flags: true },
    { a: fp8_e4m3!, to: bf16!, rounding: 'toward_zero' },
    { a: fp32!, to: e8m0!, flags: true },
    { a: fp16!, to: ue4m3!, overflow: 'saturate', flags: true },
    { a: bf16!, to: fp(5, 4, { lowest: 'flushed' }), flags: true },
    { a: fp(5, 4, { lowest: 'flushed' }), to: fp(4, 5, { lowest: 'normal', specials: 'nan' }), flags: true },
  ],
};

/** The exact number of the word, rounded by the definition of the formats. */
function reference(p: Arguments): (inputs: readonly Words[]) => Words[] {
  const from = floatOf(p, 'a');
  return ([x, random]) => {
    const exact = decode(from, x![0]!);
    return roundedWords(p, { exact, invalid: isSignalling(from, x![0]!) }, random);
  };
}

function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const a = decodeFloat(datapath, inputs[0]!, 'a');
  const [from, to] = [a.format, floatOf(p, 'to')];
  // Numbers that are not normal stay so in a format that reaches no further down.
  const stays = from.lowest !== 'subnormal' || leastExponent(from) <= leastExponent(to);
  const exact = {
    sign: a.sign,
    exponent: a.field,
    offset: a.offset,
    significand: a.significand,
    ...(stays && { leadingZeros: 0 }),
    infinite: a.infinite,
    nan: a.nan,
    nanSign: a.sign,
  };
  return roundedOutputs(datapath, p, exact, a.signalling, inputs[1]);
}
