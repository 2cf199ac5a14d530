import { clog2, read, wrap } from '../../base/index.js';
import {
  add,
  drive,
  hiddenRegister,
  hintValue,
  literal,
  mul,
  select,
  wrap as wrapValue,
  type Arguments,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import { bool, int, uint, type Fixed } from '../../format/index.js';
import { fixedOf, integerOf, scalarFormat } from '../arguments.js';
import type { Operator, Words } from '../operator.js';

/** A multiplier with an accumulator. */
export const mac: Operator = {
  name: 'mac',
  about:
    'Multiplies and accumulates: a valid pair of factors is added to the sum, or starts a new one where `first` is true.',
  parameters: [
    { kind: 'format', of: 'fixed', name: 'a', about: 'format of the left factor', default: int(8) },
    { kind: 'format', of: 'fixed', name: 'b', about: 'format of the right factor', default: int(8) },
    {
      kind: 'integer',
      name: 'terms',
      about: 'the most products in one sum; with more the accumulator may wrap',
      least: 1,
      most: 2 ** 24,
      default: 1024,
    },
  ],
  infer: ([a, b]) => ({ ...scalarFormat('a', a), ...scalarFormat('b', b) }),
  ports: (p) => ({
    inputs: [
      { name: 'a', type: fixedOf(p, 'a') },
      { name: 'b', type: fixedOf(p, 'b') },
      { name: 'first', type: bool },
      { name: 'valid', type: bool },
    ],
    outputs: [{ name: 'y', type: sumType(p) }],
  }),
  latency: () => 1,
  macs: () => 1,
  reference,
  build,
  samples: [
    {},
    { terms: 1 },
    { a: uint(1), b: uint(1), terms: 3 },
    { a: int(4), b: uint(8), terms: 100 },
    { a: int(16), b: int(16), terms: 65536 },
    { a: int(1), b: int(1), terms: 2 },
    { a: int(32), b: uint(32), terms: 16 },
  ],
};

function sumType(p: Arguments): Fixed {
  const [a, b] = [fixedOf(p, 'a'), fixedOf(p, 'b')];
  return {
    kind: 'fixed',
    signed: a.signed || b.signed,
    width: a.width + b.width + clog2(integerOf(p, 'terms')),
    fraction: a.fraction + b.fraction,
  };
}

function reference(p: Arguments) {
  const [a, b, to] = [fixedOf(p, 'a'), fixedOf(p, 'b'), sumType(p)];
  let sum = 0n;
  return (inputs: readonly Words[]): Words[] => {
    const [x, y, first, valid] = inputs.map((words) => words[0]!) as [bigint, bigint, bigint, bigint];
    const held = wrap(sum, to.width);
    if (valid === 1n)
      sum = (first === 1n ? 0n : sum) + read(x, a.width, a.signed) * read(y, b.width, b.signed);
    return [[held]];
  };
}

function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const [a, b, first, valid] = inputs as [Value, Value, Value, Value];
  const type = sumType(p);
  const sum = hiddenRegister(datapath, 'sum', type);
  const product = mul(datapath, a, b);
  hintValue(datapath.draft, product, 'product');
  const base = select(datapath, first, literal(datapath, 0n), sum.value);
  drive(datapath, sum, wrapValue(datapath, add(datapath, base, product), type), valid);
  return [sum.value];
}
