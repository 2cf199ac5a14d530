import { describe, expect, it } from 'vitest';
import { emit } from '../../src/emit/index.js';
import { draft, flatten, topOf, type Design, type Node, type Port } from '../../src/ir/index.js';
import { bitHeap, optimise, simplify } from '../../src/pass/index.js';
import { compareDesigns, readBack } from '../../src/prove/index.js';
import { interpret } from '../../src/sim/index.js';

const port = (name: string, width: number): Port => ({
  name,
  width,
  lanes: 1,
  signed: true,
  format: `int(${width})`,
});

/** a·b + c, or 0 where a is below c, behind a pipeline of one stage. */
function chosenSum(): Design {
  const d = draft('chosen_sum');
  const [a, b, c] = ['a', 'b', 'c'].map((name) => d.input(port(name, 5)));
  const sum = d.binary('add', d.extend(d.mul(a!, b!, true), 12, true), d.extend(c!, 12, true));
  d.output(port('y', 12), d.mux(d.compare('lt', a!, c!, true), d.constant(0n, 12), sum));
  d.pipeline(1);
  return { top: 'chosen_sum', modules: [d.finish('A sum.')] };
}

const written = chosenSum();

/** The flattened design with the last node that `which` holds for replaced. */
function planted(design: Design, which: (node: Node) => boolean, to: (node: Node) => Node): Design {
  const flat = flatten(design);
  const at = flat.nodes.findLastIndex(which);
  expect(at).toBeGreaterThanOrEqual(0);
  const nodes = flat.nodes.map((node, id) => (id === at ? to(node) : node));
  return { top: flat.name, modules: [{ ...flat, nodes }] };
}

const isOp =
  (...ops: readonly string[]) =>
  (node: Node): boolean =>
    node.kind === 'binary' && ops.includes(node.op);

const withOp =
  (op: string) =>
  (node: Node): Node =>
    ({ ...node, op }) as Node;

/** Expects that the faulty design is refuted, and that the counterexample shows the fault to somebody who runs both. */
function expectRefuted(faulty: Design, latency: number): void {
  const deadline = performance.now() + 60_000;
  const outcome = compareDesigns(written, faulty, latency, { seed: 1, cycles: 6, deadline });
  if (outcome.kind !== 'refuted') throw new Error(`${outcome.kind}, though a fault is planted`);
  const { inputs, cycle, port, expected, found } = outcome.counterexample;
  const run = (design: Design): string[] => {
    const engine = interpret(design);
    return inputs.map((row) => {
      const words = engine.module.inputs.map(({ name }) => [name, BigInt(row[name] ?? 0)]);
      return `0x${engine.step(Object.fromEntries(words) as Record<string, bigint>)[port]!.toString(16)}`;
    });
  };
  expect([run(written)[cycle], run(faulty)[cycle + latency]]).toEqual([expected, found]);
  expect(expected).not.toBe(found);
}

describe('a fault that is planted', () => {
  it('in a simplified design is refuted', () =>
    expectRefuted(
      planted(
        simplify(written),
        ({ kind }) => kind === 'mux',
        (node) => (node.kind === 'mux' ? { ...node, yes: node.no, no: node.yes } : node),
      ),
      0,
    ));

  it('in a pipeline, a register too few, is refuted', () =>
    expectRefuted(
      planted(
        optimise(written),
        ({ kind }) => kind === 'reg',
        (node) => (node.kind === 'reg' ? { kind: 'slice', width: node.width, a: node.next, low: 0 } : node),
      ),
      1,
    ));

  it.each([
    ['a full adder’s sum', 'xor', 'or'],
    ['a carry', 'or', 'and'],
    ['a product’s bit', 'and', 'or'],
  ])('in a bit heap, in %s, is refuted', (_, op, other) => {
    const heaped = optimise(written, [bitHeap()]);
    expect(heaped.modules.map(({ name }) => name)).toContain('full_adder');
    expectRefuted(planted(heaped, isOp(op), withOp(other)), 1);
  });

  it('in the Verilog, or in how it is read, is refuted', async () => {
    const optimised = optimise(written);
    const emitted = emit(optimised, { version: '0.0.0' });
    const edited = emitted.verilog.map((file) => ({ ...file, text: file.text.replace(' + ', ' - ') }));
    expect(edited).not.toEqual(emitted.verilog);
    const [read, misemitted] = await Promise.all([
      readBack(emitted, topOf(optimised)),
      readBack({ ...emitted, verilog: edited }, topOf(optimised)),
    ]);
    if (!read.ok || !misemitted.ok) throw new Error('the Verilog could not be read');
    expectRefuted(misemitted.value.design, 1);
    expectRefuted(
      planted(
        read.value.design,
        ({ kind }) => kind === 'compare',
        (node) => (node.kind === 'compare' ? { ...node, signed: false } : node),
      ),
      1,
    );
  });
});
