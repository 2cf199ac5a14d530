import type { Arguments, Datapath, Value } from '../../builder/index.js';
import { decode, fixed, floats, fp, int, uint, type Float } from '../../format/index.js';
import { fixedOf, scalarFormat } from '../arguments.js';
import { fixedToFloat } from '../float/fixed.js';
import { outputsOf } from '../float/outputs.js';
import {
  floatOf,
  floatParameter,
  randomPorts,
  resultPorts,
  roundingParameters,
  rulesOf,
} from '../float/parameters.js';
import { roundedWords } from '../float/reference.js';
import type { Operator, Words } from '../operator.js';

const { fp32, fp16, bf16, fp8_e4m3, fp8_e5m2, fp4_e2m1, e8m0, ue4m3 } = floats as Readonly<
  Record<string, Float>
>;

/** Converts integers and fixed-point numbers to floating point. */
export const intToFp: Operator = {
  name: 'int_to_fp',
  about: 'An integer or fixed-point number as a floating-point number, rounded once.',
  parameters: [
    {
      kind: 'format',
      of: 'fixed',
      name: 'a',
      about: 'format of the number, an integer or fixed-point',
      default: int(32),
    },
    floatParameter('to', 'format of the result'),
    ...roundingParameters.filter(({ name }) => name !== 'nan'),
  ],
  infer: ([a]) => scalarFormat('a', a),
  ports: (p) => ({
    inputs: [{ name: 'a', type: fixedOf(p, 'a') }, ...randomPorts(p)],
    outputs: resultPorts(p),
  }),
  latency: () => 0,
  reference,
  build,
  samples: [
    {},
    { a: int(8), to: fp16! },
    { a: int(16), to: fp16!, flags: true },
    { a: uint(16), to: bf16!, rounding: 'nearest_away', flags: true },
    { a: int(12), to: fp8_e4m3!, flags: true },
    { a: uint(12), to: fp8_e5m2!, overflow: 'saturate', rounding: 'up', flags: true },
    { a: int(40), to: fp32!, rounding: 'down', flags: true },
    { a: int(5), to: fp4_e2m1!, rounding: 'toward_zero', flags: true },
    { a: int(10), to: bf16!, rounding: 'stochastic', flags: true },
    { a: fixed(4, 8), to: fp8_e4m3!, flags: true },
    { a: int(1), to: fp32! },
    { a: uint(9), to: e8m0!, flags: true },
    { a: int(9), to: ue4m3!, flags: true },
    { a: fixed(2, 9), to: fp(3, 2, { lowest: 'flushed' }), flags: true },
  ],
};

/** The exact number of the word, rounded by the definition of the formats. */
function reference(p: Arguments): (inputs: readonly Words[]) => Words[] {
  return ([x, random]) => roundedWords(p, { exact: decode(fixedOf(p, 'a'), x![0]!), invalid: false }, random);
}

function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const [value, random] = inputs;
  const rounded = fixedToFloat(
    datapath,
    value!,
    floatOf(p, 'to'),
    rulesOf(p),
    random?.kind === 'scalar' ? { random } : {},
  );
  return outputsOf(datapath, p, rounded);
}
