import { wrap } from '../../base/index.js';
import {
  add,
  drive,
  hiddenRegister,
  literal,
  select,
  wrap as wrapValue,
  type Arguments,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import { bool, int, uint, type Fixed } from '../../format/index.js';
import { integerOf } from '../arguments.js';
import type { Operator, Words } from '../operator.js';
import { buildScaled } from '../vs_dot/build.js';
import { vectorShape } from '../vs_dot/index.js';
import { accumulatorTooNarrow } from '../vs_dot/problems.js';
import { scaledProduct } from '../vs_dot/reference.js';
import { vectorRules } from '../vs_dot/rules.js';
import { inferVectors, sumOfVectors, vectorParameters, vectorPorts } from '../vs_dot/shape.js';

/** The vector MAC of VS-Quant: `vs_dot` with an accumulator that no sum of `vectors` of them can overflow. */
export const vsMac: Operator = {
  name: 'vs_mac',
  about:
    'Adds up inner products of vectors with integer scales: a valid pair of vectors is added to the sum as in `vs_dot`, or starts a new one where `first` is true.',
  parameters: [
    ...vectorParameters,
    {
      kind: 'integer',
      name: 'vectors',
      about: 'the most vectors in one sum; with more the accumulator may wrap',
      least: 1,
      most: 2 ** 24,
      default: 64,
    },
    {
      kind: 'integer',
      name: 'accumulator',
      about: 'bits of the accumulator; 0: just as many as the greatest sum needs',
      least: 0,
      most: 512,
      default: 0,
    },
  ],
  infer: inferVectors,
  ports: (p) => ({
    inputs: [...vectorPorts(p), { name: 'first', type: bool }, { name: 'valid', type: bool }],
    outputs: [{ name: 'y', type: sumType(p) }],
  }),
  rules(p) {
    const broken = vectorRules('vs_mac', p);
    if (broken.length > 0) return broken;
    const [given, least] = [integerOf(p, 'accumulator'), leastSum(p).width];
    return given !== 0 && given < least ? [accumulatorTooNarrow('vs_mac', given, least)] : [];
  },
  latency: () => 1,
  macs: (p) => integerOf(p, 'lanes'),
  reference,
  build,
  samples: [
    {},
    { scale_bits: 6, gate: true },
    { lanes: 1, a: int(2), b: int(2), a_scale: uint(1), b_scale: uint(2), vectors: 1 },
    { lanes: 2, a: int(1), b: int(1), a_scale: uint(1), b_scale: uint(1), vectors: 3 },
    { lanes: 3, a: uint(4), b: uint(3), a_scale: uint(5), b_scale: uint(4), scale_bits: 4, vectors: 100 },
    { lanes: 5, a: int(4), b: uint(8), a_scale: uint(6), b_scale: uint(10), accumulator: 48, gate: true },
    { lanes: 64, a: int(8), b: int(8), a_scale: uint(10), b_scale: uint(10), scale_bits: 5, vectors: 4096 },
  ],
};

function leastSum(p: Arguments): Fixed {
  return sumOfVectors(p, integerOf(p, 'vectors'));
}

function sumType(p: Arguments): Fixed {
  const given = integerOf(p, 'accumulator');
  const least = leastSum(p);
  return given === 0 ? least : { ...least, width: given };
}

function reference(p: Arguments) {
  const shape = vectorShape(p);
  const { width } = sumType(p);
  let sum = 0n;
  return (inputs: readonly Words[]): Words[] => {
    const [first, valid] = inputs.slice(4).map((words) => words[0]!);
    const held = wrap(sum, width);
    if (valid === 1n) sum = (first === 1n ? 0n : sum) + scaledProduct(shape, inputs);
    return [[held]];
  };
}

function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const [first, valid] = inputs.slice(4) as [Value, Value];
  const type = sumType(p);
  const sum = hiddenRegister(datapath, 'sum', type);
  const scaled = buildScaled(datapath, p, inputs.slice(0, 4));
  const base = select(datapath, first, literal(datapath, 0n), sum.value);
  drive(datapath, sum, wrapValue(datapath, add(datapath, base, scaled), type), valid);
  return [sum.value];
}
