import { read } from '../../base/index.js';
import {
  compare,
  convert,
  scalar,
  select,
  type Arguments,
  type Datapath,
  type Value,
} from '../../builder/index.js';
import { fixed, int } from '../../format/index.js';
import { fixedOf, scalarFormat } from '../arguments.js';
import type { Operator, Words } from '../operator.js';

/** The rectifier. */
export const relu: Operator = {
  name: 'relu',
  about: 'The greater of the operand and zero, in the operand’s own format.',
  parameters: [
    {
      kind: 'format',
      of: 'fixed',
      name: 'x',
      about: 'format of the operand and the result',
      default: int(8),
    },
  ],
  infer: ([x]) => scalarFormat('x', x),
  ports: (p) => ({
    inputs: [{ name: 'x', type: fixedOf(p, 'x') }],
    outputs: [{ name: 'y', type: fixedOf(p, 'x') }],
  }),
  latency: () => 0,
  reference,
  build,
  samples: [{}, { x: int(1) }, { x: int(33) }, { x: { ...int(5), signed: false } }, { x: fixed(4, 12) }],
};

function reference(p: Arguments) {
  const x = fixedOf(p, 'x');
  return ([words]: readonly Words[]): Words[] => [
    [read(words![0]!, x.width, x.signed) > 0n ? words![0]! : 0n],
  ];
}

function build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const x = inputs[0]!;
  const zero = scalar(fixedOf(p, 'x'), datapath.draft.constant(0n, fixedOf(p, 'x').width));
  const kept = select(datapath, compare(datapath, '<', x, zero), zero, x);
  return [convert(datapath, kept, fixedOf(p, 'x'), 'the rectified number')];
}
