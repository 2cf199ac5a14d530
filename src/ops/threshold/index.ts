import { read, type Diagnostic } from '../../base/index.js';
import {
  compare,
  elementsOf,
  vec,
  vectorOf,
  type Arguments,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import { bool, int, type Fixed } from '../../format/index.js';
import { elementFormat, fixedOf, integerOf, listOf } from '../arguments.js';
import type { Operator, Words } from '../operator.js';
import { wrongFlips } from './problems.js';

/** The end of a binary layer. */
export const threshold: Operator = {
  name: 'threshold',
  about:
    'One comparison for each channel: whether x is greater than its threshold t, or less where the channel is flipped, as by a normalisation of negative scale.',
  parameters: [
    { kind: 'integer', name: 'channels', about: 'elements of x', least: 1, most: 4096, default: 8 },
    { kind: 'format', name: 'x', about: 'format of the sums', of: 'fixed', default: int(8) },
    { kind: 'format', name: 't', about: 'format of the thresholds', of: 'fixed', default: int(8) },
    {
      kind: 'list',
      name: 'flip',
      about: '1 for each channel that is true below its threshold, 0 for the others; empty for none',
      least: 0,
      most: 1,
      shortest: 0,
      longest: 4096,
      default: [],
    },
  ],
  infer: ([x, t]) => ({
    ...(x?.kind === 'vector' && { channels: x.length }),
    ...elementFormat('x', x),
    ...elementFormat('t', t),
  }),
  ports: (p) => ({
    inputs: ['x', 't'].map((name) => ({ name, type: vec(fixedOf(p, name), integerOf(p, 'channels')) })),
    outputs: [{ name: 'y', type: vec(bool, integerOf(p, 'channels')) }],
  }),
  rules,
  latency: () => 0,
  reference,
  build,
  samples: [
    {},
    { channels: 1 },
    { channels: 1, x: int(7), t: int(7), flip: [1] },
    { channels: 3, x: int(3), t: { ...int(2), signed: false }, flip: [1, 0, 1] },
    { channels: 5, x: { ...int(10), signed: false }, t: int(12), flip: [0, 0, 1, 1, 0] },
    { channels: 2, x: { ...int(6), fraction: 2 }, t: { ...int(5), fraction: 4 }, flip: [0, 1] },
    { channels: 32, x: int(11), t: int(11), flip: Array.from({ length: 32 }, (_, i) => (i >> 2) & 1) },
  ],
};

function rules(p: Arguments): Diagnostic[] {
  const [channels, flips] = [integerOf(p, 'channels'), listOf(p, 'flip').length];
  return flips === 0 || flips === channels ? [] : [wrongFlips(flips, channels)];
}

function reference(p: Arguments) {
  const [x, t, flip] = [fixedOf(p, 'x'), fixedOf(p, 't'), listOf(p, 'flip')];
  const number = (word: bigint, of: Fixed, unit: number): bigint =>
    read(word, of.width, of.signed) * 2n ** BigInt(unit - of.fraction);
  const unit = Math.max(x.fraction, t.fraction);
  return ([sums, thresholds]: readonly Words[]): Words[] => [
    sums!.map((word, channel) => {
      const above = number(word, x, unit) - number(thresholds![channel]!, t, unit);
      return (flip[channel] === 1 ? above < 0n : above > 0n) ? 1n : 0n;
    }),
  ];
}

function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const [x, t] = inputs.map(elementsOf) as [readonly Value[], readonly Value[]];
  const flip = listOf(p, 'flip');
  return [
    vectorOf(
      bool,
      x.map((sum, channel) => compare(datapath, flip[channel] === 1 ? '<' : '>', sum, t[channel]!)),
    ),
  ];
}
