import {
  add,
  convert,
  hintValue,
  mul,
  roundDrop,
  saturate,
  type Arguments,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import { fault, type Diagnostic } from '../../base/index.js';
import { int, roundings, uint, type Rounding } from '../../format/index.js';
import { fixedOf, integerOf, scalarFormat } from '../arguments.js';
import type { Operator } from '../operator.js';
import { requantiseReference } from './reference.js';

/** Scales an accumulator back to a narrow integer. */
export const requantise: Operator = {
  name: 'requantise',
  about:
    'Scales an accumulator to a narrow integer: (x + bias) · multiplier / 2^shift, rounded, then saturated to the target.',
  parameters: [
    {
      kind: 'format',
      of: 'fixed',
      name: 'x',
      about: 'format of the accumulator, an integer',
      default: int(32),
    },
    { kind: 'format', of: 'fixed', name: 'bias', about: 'format of the bias, an integer', default: int(32) },
    {
      kind: 'format',
      of: 'fixed',
      name: 'multiplier',
      about: 'format of the multiplier, an integer',
      default: uint(16),
    },
    { kind: 'integer', name: 'shift', about: 'the power of two divided by', least: 0, most: 63, default: 24 },
    { kind: 'format', of: 'fixed', name: 'to', about: 'format of the result, an integer', default: int(8) },
    { kind: 'choice', name: 'mode', about: 'how is rounded', options: roundings, default: 'nearest_even' },
  ],
  infer: ([x, bias, multiplier]) => ({
    ...scalarFormat('x', x),
    ...scalarFormat('bias', bias),
    ...scalarFormat('multiplier', multiplier),
  }),
  ports: (p) => ({
    inputs: [
      { name: 'x', type: fixedOf(p, 'x') },
      { name: 'bias', type: fixedOf(p, 'bias') },
      { name: 'multiplier', type: fixedOf(p, 'multiplier') },
    ],
    outputs: [{ name: 'y', type: fixedOf(p, 'to') }],
  }),
  rules,
  latency: () => 0,
  reference: (p) =>
    requantiseReference(
      fixedOf(p, 'x'),
      fixedOf(p, 'bias'),
      fixedOf(p, 'multiplier'),
      integerOf(p, 'shift'),
      fixedOf(p, 'to'),
      p['mode'] as Rounding,
    ),
  build,
  samples: [
    {},
    ...roundings.map((mode) => ({
      x: int(6),
      bias: int(5),
      multiplier: uint(4),
      shift: 5,
      to: int(4),
      mode,
    })),
    ...roundings.map((mode) => ({
      x: uint(6),
      bias: uint(5),
      multiplier: uint(3),
      shift: 1,
      to: uint(5),
      mode,
    })),
    { x: int(20), bias: int(20), multiplier: uint(15), shift: 0, to: int(40) },
    { x: int(4), bias: int(4), multiplier: int(4), shift: 12, to: int(3) },
    { x: uint(4), bias: int(6), multiplier: uint(1), shift: 2, to: uint(2) },
    { x: int(40), bias: int(32), multiplier: uint(31), shift: 40, to: int(8) },
  ],
};

function rules(p: Arguments): Diagnostic[] {
  return ['x', 'bias', 'multiplier', 'to']
    .filter((name) => fixedOf(p, name).fraction !== 0)
    .map((name) =>
      fault('type-mismatch', `\`${name}\` of \`requantise\` must be an integer`, {
        hint: 'for fixed point, use round(…, to: …) and saturate(…, to: …)',
      }),
    );
}

function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const [x, bias, multiplier] = inputs as [Value, Value, Value];
  const to = fixedOf(p, 'to');
  const named = (name: string, value: Value): Value => {
    hintValue(datapath.draft, value, name);
    return value;
  };
  const biased = named('biased', add(datapath, x, bias));
  const scaled = named('scaled', mul(datapath, biased, multiplier));
  const rounded = named('rounded', roundDrop(datapath, scaled, integerOf(p, 'shift'), p['mode'] as Rounding));
  const narrow = saturate(datapath, rounded, to);
  return [convert(datapath, narrow, to, 'the requantised number')];
}
