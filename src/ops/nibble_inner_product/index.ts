import { fault, type Diagnostic } from '../../base/index.js';
import { scalar, vec, type Arguments, type Datapath, type Value } from '../../builder/index.js';
import { bits, bool, uint } from '../../format/index.js';
import type { Id, StreamPorts } from '../../ir/index.js';
import { integerOf } from '../arguments.js';
import type { Operator, OperatorPorts } from '../operator.js';
import { buildIpu, type IpuWords } from './build.js';
import { modeWidth } from './mode.js';
import { runningReference } from './running.js';
import { samples } from './samples.js';
import { resultWidth, type IpuShape } from './shape.js';

export * from './mode.js';
export { alignmentSteps, innerProduct, jobCycles } from './reference.js';
export { runningReference } from './running.js';
export { fixedExponent, fixedWidth, integerWidth, latencyOf, resultWidth, type IpuShape } from './shape.js';

/** Inner products of integers and floating-point numbers on one array of 5-bit multipliers. */
export const nibbleInnerProduct: Operator = {
  name: 'nibble_inner_product',
  about:
    'Inner products of INT4 to INT16, FP16 and BF16 on 5-bit multipliers, nibble by nibble, with alignment in one cycle or in several.',
  parameters: [
    { kind: 'integer', name: 'lanes', about: 'products summed at once', least: 1, most: 64, default: 16 },
    {
      kind: 'integer',
      name: 'tree',
      about: 'bits of an adder-tree input, w; products are aligned exactly by up to w − 9 bits in a cycle',
      least: 10,
      most: 80,
      default: 16,
    },
    {
      kind: 'integer',
      name: 'software_precision',
      about: 'the greatest alignment that counts: products further below the greatest are dropped',
      least: 8,
      most: 58,
      default: 28,
    },
    {
      kind: 'choice',
      name: 'alignment',
      about:
        'multi: as many cycles as it takes to lose nothing; single: one, and bits below the tree are lost',
      options: ['multi', 'single'],
      default: 'multi',
    },
    {
      kind: 'choice',
      name: 'floats',
      about: 'floating-point formats of the operands',
      options: ['fp16', 'fp16_bf16'],
      default: 'fp16',
    },
    {
      kind: 'choice',
      name: 'accumulate',
      about: 'floating-point sums of several jobs: rounded to FP32 after every job, or exact in fixed point',
      options: ['fp32', 'fixed'],
      default: 'fp32',
    },
    {
      kind: 'choice',
      name: 'result',
      about: 'what is read out of a floating-point sum: FP32, or the fixed-point word',
      options: ['fp32', 'fixed'],
      default: 'fp32',
    },
    {
      kind: 'integer',
      name: 'jobs',
      about: 'the most jobs in one sum; with more it may wrap around',
      least: 1,
      most: 65536,
      default: 256,
    },
  ],
  infer: ([, a]) => (a?.kind === 'vector' ? { lanes: a.length } : {}),
  ports: (p) => ipuPorts(ipuShape(p)),
  rules,
  latency: () => 0,
  reference: (p) => runningReference(ipuShape(p)),
  build: (datapath, p, inputs) => buildUnit(datapath, ipuShape(p), inputs),
  samples,
};

/** The parameters as the unit's own functions take them. */
export function ipuShape(p: Arguments): IpuShape {
  return {
    lanes: integerOf(p, 'lanes'),
    tree: integerOf(p, 'tree'),
    precision: integerOf(p, 'software_precision'),
    alignment: p['alignment'] as IpuShape['alignment'],
    floats: p['floats'] as IpuShape['floats'],
    accumulate: p['accumulate'] as IpuShape['accumulate'],
    result: p['result'] as IpuShape['result'],
    jobs: integerOf(p, 'jobs'),
  };
}

const jobStream: StreamPorts = {
  name: 'job',
  direction: 'in',
  fields: ['mode', 'a', 'b', 'first', 'last'],
  valid: 'job_valid',
  ready: 'job_ready',
};

/** The ports of a unit, or of several behind one pair of streams. */
export function ipuPorts(shape: IpuShape): OperatorPorts {
  const operand = vec(bits(16), shape.lanes);
  const exact = shape.result === 'fixed';
  return {
    inputs: [
      { name: 'mode', type: bits(modeWidth) },
      { name: 'a', type: operand },
      { name: 'b', type: operand },
      { name: 'first', type: bool },
      { name: 'last', type: bool },
      { name: 'job_valid', type: bool },
      { name: 'result_ready', type: bool },
    ],
    outputs: [
      { name: 'job_ready', type: bool },
      { name: 'result_valid', type: bool },
      { name: 'sum', type: bits(resultWidth(shape)) },
      ...(exact ? [{ name: 'special', type: uint(2) }] : []),
    ],
    streams: [
      jobStream,
      {
        name: 'result',
        direction: 'out',
        fields: ['sum', ...(exact ? ['special'] : [])],
        valid: 'result_valid',
        ready: 'result_ready',
      },
    ],
  };
}

/** Rules between the parameters. */
export function rules(p: Arguments): Diagnostic[] {
  const { result, accumulate } = ipuShape(p);
  if (result === 'fp32' || accumulate === 'fixed') return [];
  return [
    fault('parameter-rule', '`result: fixed` of `nibble_inner_product` needs a sum that is fixed point', {
      hint: 'give `accumulate: fixed`, or `result: fp32`',
    }),
  ];
}

/** A unit between the words of its ports. */
export function buildUnit(datapath: Datapath, shape: IpuShape, inputs: readonly Value[]): Value[] {
  const [mode, a, b, first, last, valid, taken] = inputs.map(wordsOf) as [
    Id[],
    Id[],
    Id[],
    Id[],
    Id[],
    Id[],
    Id[],
  ];
  const job = { valid: valid[0]!, mode: mode[0]!, a, b, first: first[0]!, last: last[0]! };
  return outputValues(shape, buildIpu(datapath, shape, job, taken[0]!));
}

function wordsOf(value: Value): Id[] {
  if (value.kind === 'poison') throw new Error('inputs are words');
  return value.kind === 'scalar' ? [value.id] : value.elements.flatMap(wordsOf);
}

function outputValues(shape: IpuShape, words: IpuWords): Value[] {
  const { ready, valid, sum, special } = words;
  return [
    scalar(bool, ready),
    scalar(bool, valid),
    scalar(bits(resultWidth(shape)), sum),
    ...(special === undefined ? [] : [scalar(uint(2), special)]),
  ];
}
