import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import { draft, flatten, type Design, type Id } from '../../src/ir/index.js';
import { paddedStreams } from '../../src/sim/wasm/buffers.js';
import { makeKernel } from '../../src/sim/wasm/kernel.js';
import { lower } from '../../src/sim/wasm/lower.js';
import { randomDesign } from '../random-module.js';
import { difference, randomSequence } from './differential.js';

/** Whether sixteen streams of a design run at once, in lanes of 8 to 32 bits. */
function hasShortLanes(design: Design, streams: number): boolean {
  const program = lower(flatten(design), { broadcast: new Set(), drivenReset: true, inRange: false });
  return makeKernel(program, paddedStreams(streams), false).least === 4;
}

test('compiled = interpreted in lanes of 8 to 32 bits, sixteen streams at once', () => {
  let short = 0;
  const count = 200;
  for (let seed = 1; seed <= count; seed++) {
    const r = random(seed);
    const widest = [7, 8, 9, 15, 16, 17, 31, 33][r.below(8)]!;
    const design = randomDesign(r, { nodes: [4, 12, 40][r.below(3)]!, widest });
    const streams = 9 + r.below(30);
    if (hasShortLanes(design, streams)) short++;
    const cycles = 1 + r.below(5);
    const sequences = Array.from({ length: streams }, () => randomSequence(r, design, cycles));
    expect(difference(design, sequences), `seed ${seed}`).toBeUndefined();
  }
  expect(short).toBeGreaterThan(count / 2);
});

/** Every operation on two words of one width, and fields of their sums. */
function allOperations(width: number): Design {
  const d = draft('all');
  const port = (name: string, bits: number) => ({
    name,
    width: bits,
    lanes: 1,
    signed: false,
    format: `uint(${bits})`,
  });
  const [a, b] = [d.input(port('a', width)), d.input(port('b', width))];
  const result = (id: Id, bits: number): void => d.output(port(`y${outputs++}`, bits), id);
  let outputs = 0;
  for (const op of ['add', 'sub', 'and', 'or', 'xor'] as const) result(d.binary(op, a, b), width);
  for (const signed of [false, true]) {
    result(d.compare('lt', a, b, signed), 1);
    result(d.extend(a, width + 3, signed), width + 3);
    result(d.shift('right', a, b, signed), width);
    result(d.mul(a, b, signed), 2 * width);
    result(d.mux(d.compare('lt', a, b, signed), a, b), width);
  }
  result(d.shift('left', a, b, false), width);
  result(d.compare('eq', a, b, false), 1);
  for (const op of ['and', 'or', 'xor'] as const) result(d.reduce(op, a), 1);
  const sum = d.binary('add', a, b);
  const register = d.reg(width);
  d.connect(register, d.binary('xor', register, sum), { reset: { by: d.reset(), to: 1n } });
  for (let low = 0; low < width; low++) {
    const field = d.slice(sum, low, 1 + ((7 * low) % (width - low)));
    result(d.extend(field, width + 1, low % 2 === 0), width + 1);
    result(d.mux(d.slice(register, low, 1), a, register), width);
  }
  return { top: 'all', modules: [d.finish('For a test.')] };
}

test.each([2, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33])('all operations on words of %i bits', (width) => {
  const r = random(width);
  const design = allOperations(width);
  const sequences = Array.from({ length: 37 }, () => randomSequence(r, design, 5));
  expect(difference(design, sequences)).toBeUndefined();
});
