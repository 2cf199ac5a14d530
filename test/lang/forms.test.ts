import { describe, expect, it } from 'vitest';
import { clog2 } from '../../src/base/index.js';
import { datapath, range, vec, type Definition } from '../../src/builder/index.js';
import { bool, int } from '../../src/format/index.js';
import { printDesign, verifyDesign } from '../../src/ir/index.js';
import { checkSource } from '../../src/lang/index.js';
import { apply, only, operatorOf } from '../../src/ops/index.js';
import { designOf, need, textsIn } from './designs.js';

const examples = textsIn('examples').filter(({ name }) => !name.endsWith('.sweep.dp'));
const textOf = (name: string): string => examples.find((one) => one.name === name)!.text;

const dotInt8: Definition = datapath(
  'dot_int8',
  'A 16-lane signed 8-bit inner product with accumulator.',
  { lanes: range(1, 256, 16), beats: range(1, 65536, 1024), stages: range(0, 8, 3) },
  (d, { lanes, beats, stages }) => {
    const a = d.in('a', vec(int(8), lanes));
    const b = d.in('b', vec(int(8), lanes));
    const first = d.in('first', bool);
    const valid = d.in('valid', bool);
    const partial = d.name(
      'partial',
      d.use((at) => only(apply(at, operatorOf('dot')!, [a, b]))),
    );
    const sum = int(16 + clog2(lanes) + clog2(beats));
    const acc = d.reg('acc', sum);
    const base = d.select(first, d.literal(0), acc.value);
    d.next(acc, d.wrap(d.add(base, partial), sum), valid);
    d.out('y', acc.value);
    d.pipeline(stages);
  },
);

describe('the text form and the TypeScript form', () => {
  it.each([{}, { lanes: 1 }, { lanes: 5, beats: 3, stages: 0 }])('give the same design for %o', (args) => {
    const text = designOf(textOf('dot-int8.dp'), args);
    expect(printDesign(text)).toBe(printDesign(need(dotInt8.elaborate(args))));
  });
});

describe('the examples', () => {
  it.each(examples)('$name has no faults and makes a valid design', ({ text, name }) => {
    expect(checkSource(text, name)).toEqual([]);
    expect(verifyDesign(designOf(text))).toEqual([]);
  });
});
