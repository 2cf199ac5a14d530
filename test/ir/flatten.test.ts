import { expect, test } from 'vitest';
import { draft, flatten, verifyDesign, type Design, type Module, type Port } from '../../src/ir/index.js';
import { interpret } from '../../src/sim/index.js';

const port = (name: string, width: number): Port => ({
  name,
  width,
  lanes: 1,
  signed: false,
  format: `uint(${width})`,
});

/** Counts the cycles in which `step` is 1. */
function counter(): Module {
  const d = draft('counter');
  const step = d.input(port('step', 1));
  const count = d.reg(8, 'count');
  d.connect(count, d.binary('add', count, d.constant(1n, 8)), {
    enable: step,
    reset: { by: d.reset(), to: 5n },
  });
  d.output(port('count', 8), count);
  d.output(port('odd', 1), d.slice(count, 0, 1));
  return d.finish('Counts.');
}

/** Two counters, the second of which steps while the first is odd. */
function pair(): Design {
  const child = counter();
  const d = draft('pair');
  const step = d.input(port('step', 1));
  const [first, odd] = d.instance(child, [d.reset(), step], 'low');
  const [second] = d.instance(child, [d.reset(), odd!]);
  d.output(port('both', 16), d.concat([first!, second!]));
  return { top: 'pair', modules: [child, d.finish('Two counters.')] };
}

test('a flat hierarchy is one valid module with dotted names', () => {
  const flat = flatten(pair());
  expect(verifyDesign({ top: flat.name, modules: [flat] })).toEqual([]);
  expect(flat.nodes.some((node) => node.kind === 'instance' || node.kind === 'output')).toBe(false);
  const names = flat.nodes.filter((node) => node.kind === 'reg').map((node) => node.name);
  expect(names).toEqual(['low.count', 'counter.count']);
});

test('instances keep their own state and share the reset', () => {
  const engine = interpret(pair());
  const run = (step: bigint, rst_n = 1n): bigint => engine.step({ step, rst_n })['both']!;
  expect(run(1n)).toBe(0x0505n);
  expect(run(1n)).toBe(0x0606n);
  expect(run(1n)).toBe(0x0607n);
  expect(run(0n)).toBe(0x0708n);
  expect(run(0n, 0n)).toBe(0x0708n);
  expect(run(0n)).toBe(0x0505n);
});

test('memories of instances are separate', () => {
  const d = draft('cell');
  const data = d.input(port('data', 4));
  const ram = d.memory({ name: 'ram', width: 4, depth: 1, synchronous: false, contents: [3n] });
  const zero = d.constant(0n, 1);
  d.output(port('q', 4), d.read(ram, zero));
  d.write(ram, zero, data, d.constant(1n, 1));
  const cell = d.finish('One word.');
  const top = draft('chain');
  const [one] = top.instance(cell, [top.input(port('data', 4))], 'one');
  const [two] = top.instance(cell, [one!], 'two');
  top.output(port('q', 4), two!);
  const design = { top: 'chain', modules: [cell, top.finish('Two words.')] };
  expect(flatten(design).memories.map((memory) => memory.name)).toEqual(['one.ram', 'two.ram']);
  const engine = interpret(design);
  expect([9n, 8n, 7n].map((word) => engine.step({ data: word })['q'])).toEqual([3n, 3n, 9n]);
});

test('a hierarchy may be deep', () => {
  const modules: Module[] = [counter()];
  for (let level = 0; level < 3000; level++) {
    const d = draft(`level${level}`);
    const step = d.input(port('step', 1));
    const inner = d.instance(modules.at(-1)!, [d.reset(), step], 'in');
    d.output(port('count', 8), inner[0]!);
    d.output(port('odd', 1), inner[1]!);
    modules.push(d.finish('One more level.'));
  }
  const flat = flatten({ top: 'level2999', modules });
  expect(flat.nodes.length).toBeLessThan(10);
  expect(flat.nodes.find((node) => node.kind === 'reg')!.name).toMatch(/^(in\.){3000}count$/);
});

test('a module may have thousands of instances', () => {
  const child = counter();
  const d = draft('row');
  let step = d.input(port('step', 1));
  const rst = d.reset();
  for (let i = 0; i < 5000; i++) step = d.instance(child, [rst, step], `c${i}`)[1]!;
  d.output(port('odd', 1), step);
  const flat = flatten({ top: 'row', modules: [child, d.finish('A row.')] });
  expect(flat.nodes.filter((node) => node.kind === 'reg')).toHaveLength(5000);
});
