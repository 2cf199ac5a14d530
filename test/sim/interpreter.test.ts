import { expect, test } from 'vitest';
import { draft, type Memory, type Port } from '../../src/ir/index.js';
import { interpret } from '../../src/sim/index.js';

const port = (name: string, width: number): Port => ({
  name,
  width,
  lanes: 1,
  signed: false,
  format: `uint(${width})`,
});

test('a reset register: reset wins over enable, enable holds, power-up is the reset value', () => {
  const d = draft('held');
  const [x, en] = [d.input(port('x', 8)), d.input(port('en', 1))];
  const q = d.reg(8, 'q');
  d.connect(q, x, { enable: en, reset: { by: d.reset(), to: 42n } });
  d.output(port('q', 8), q);
  const engine = interpret({ top: 'held', modules: [d.finish('Holds.')] });
  const step = (x: bigint, en: bigint, rst_n = 1n): bigint => engine.step({ x, en, rst_n })['q']!;
  expect(step(7n, 1n)).toBe(42n);
  expect(step(9n, 0n)).toBe(7n);
  expect(step(9n, 1n, 0n)).toBe(7n);
  expect(step(9n, 0n, 0n)).toBe(42n);
  expect(step(-1n, 1n)).toBe(42n);
  expect(step(0n, 1n)).toBe(255n);
  engine.restart();
  expect(step(0n, 1n)).toBe(42n);
});

test('registers all take their next words at once, and one may read another that comes later', () => {
  const d = draft('ring');
  const [a, b] = [d.reg(4, 'a'), d.reg(4, 'b')];
  d.connect(a, b, { reset: { by: d.reset(), to: 1n } });
  d.connect(b, a, { reset: { by: d.reset(), to: 2n } });
  d.output(port('y', 8), d.concat([a, b]));
  const engine = interpret({ top: 'ring', modules: [d.finish('A ring.')] });
  expect([1, 2, 3].map(() => engine.step({})['y'])).toEqual([0x21n, 0x12n, 0x21n]);
});

/** A memory with one read and two writes; the second write is always on and writes the inverse. */
function store(memory: Memory): ReturnType<typeof interpret> {
  const d = draft('store');
  const [from, to, x] = [d.input(port('from', 3)), d.input(port('to', 3)), d.input(port('x', 8))];
  const twice = d.input(port('twice', 1));
  const ram = d.memory(memory);
  const y = d.read(ram, from);
  d.write(ram, to, x, d.constant(1n, 1));
  d.write(ram, to, d.not(x), twice);
  d.output(port('y', 8), y);
  return interpret({ top: 'store', modules: [d.finish('Stores.')] });
}

const ram: Memory = { name: 'ram', width: 8, depth: 5, synchronous: false, contents: [10n, 11n] };

test('an asynchronous memory reads in the cycle, writes at the edge, and has nothing beyond its depth', () => {
  const engine = store(ram);
  const step = (from: bigint, to: bigint, x: bigint, twice = 0n): bigint =>
    engine.step({ from, to, x, twice })['y']!;
  expect(step(1n, 1n, 77n)).toBe(11n);
  expect(step(1n, 7n, 88n)).toBe(77n);
  expect(step(7n, 2n, 1n, 1n)).toBe(0n);
  expect(step(2n, 0n, 0n)).toBe(254n);
  engine.restart();
  expect(step(1n, 0n, 0n)).toBe(11n);
});

test('a synchronous memory reads a cycle later the word from before the write', () => {
  const engine = store({ ...ram, synchronous: true });
  const step = (from: bigint, to: bigint, x: bigint): bigint => engine.step({ from, to, x, twice: 0n })['y']!;
  expect(step(1n, 1n, 77n)).toBe(0n);
  expect(step(1n, 2n, 88n)).toBe(11n);
  expect(step(6n, 2n, 88n)).toBe(77n);
  expect(step(0n, 2n, 88n)).toBe(0n);
});

test('an input without a word is a fault of the caller, but for the reset', () => {
  const engine = store(ram);
  expect(() => engine.step({ from: 0n })).toThrow('no word for the input to');
  expect(
    engine.step(
      new Map([
        ['from', 0n],
        ['to', 0n],
        ['x', 0n],
        ['twice', 0n],
      ]),
    ),
  ).toEqual({ y: 10n });
});
