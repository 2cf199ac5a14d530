import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { emit, type Emitted } from '../../src/emit/index.js';
import { draft, topOf, type Design, type Module, type Node, type Port } from '../../src/ir/index.js';
import { optimise, simplify } from '../../src/pass/index.js';
import { compareDesigns, prove, readBack, tryAll, type Outcome } from '../../src/prove/index.js';
import { machineOf } from '../../src/prove/machine.js';
import { randomTrace, runMachine } from '../../src/prove/trace.js';
import { interpret } from '../../src/sim/index.js';
import { randomDesign } from '../random-module.js';

const port = (name: string, width: number): Port => ({
  name,
  width,
  lanes: 1,
  signed: true,
  format: `int(${width})`,
});

/** A sum of two products, and a register that adds them up; with stages asked for. */
function products(width: number, stages: number, swapped = false): Design {
  const d = draft('products');
  const [a, b, c] = ['a', 'b', 'c'].map((name) => d.input(port(name, width)));
  const both = d.binary('add', d.mul(a!, b!, true), swapped ? d.mul(c!, b!, true) : d.mul(b!, c!, true));
  const total = d.reg(2 * width, 'total');
  const enable = d.compare('lt', a!, c!, true);
  d.connect(total, d.mux(enable, d.binary('add', total, both), total), { reset: { by: d.reset(), to: 0n } });
  d.output(port('y', 2 * width), total);
  d.output(port('z', 2 * width), both);
  d.pipeline(stages);
  return { top: 'products', modules: [d.finish('Sums of products.')] };
}

const options = { seed: 1, cycles: 6, timeLimit: 60 };

function compare(first: Design, second: Design, latency = 0): Outcome {
  return compareDesigns(first, second, latency, { seed: 1, cycles: 6, deadline: performance.now() + 60000 });
}

function formsOf(written: Design) {
  const optimised = optimise(written);
  return {
    written,
    simplified: simplify(written),
    optimised,
    emitted: emit(optimised, { version: '0.0.0' }),
  };
}

/** The design with one node of the top module changed. */
function changed(design: Design, which: (node: Node) => boolean, to: (node: Node) => Node): Design {
  const top = topOf(design);
  const at = top.nodes.findIndex(which);
  expect(at).toBeGreaterThanOrEqual(0);
  const nodes = top.nodes.map((node, id) => (id === at ? to(node) : node));
  return { ...design, modules: [...design.modules.slice(0, -1), { ...top, nodes }] };
}

function edited(emitted: Emitted, from: string | RegExp, to: string): Emitted {
  const verilog = emitted.verilog.map((file) => ({ ...file, text: file.text.replace(from, to) }));
  expect(verilog).not.toEqual(emitted.verilog);
  return { ...emitted, verilog };
}

const isSum = (node: Node): boolean => node.kind === 'binary' && node.op === 'add';
const toDifference = (node: Node): Node => ({ ...node, op: 'sub' }) as Node;

describe('machines of bits', () => {
  it('run as the interpreter does', () => {
    for (let seed = 0; seed < 60; seed++) {
      const r = random(seed);
      const design = randomDesign(r, { nodes: 5 + r.below(40), widest: 40 });
      const machine = machineOf(design);
      const trace = randomTrace(machine.module.inputs, 6, 1, 1, seed);
      const history = runMachine(machine, trace, seed);
      const engine = interpret(design);
      trace.inputs.forEach((inputs, cycle) => {
        const words = new Map([...inputs].map(([name, runs]) => [name, wordOf(runs, 7)]));
        const due = engine.step(words);
        topOf(design).outputs.forEach(({ name }, i) =>
          expect(wordOf(history.outputs[cycle]![i]!, 7), `seed ${seed} ${name}`).toBe(due[name]),
        );
      });
    }
  });
});

/** The word of one run out of those of all. */
function wordOf(runs: readonly Uint32Array[], run: number): bigint {
  return runs.reduce((sum, words, bit) => sum | (BigInt((words[0]! >>> run) & 1) << BigInt(bit)), 0n);
}

describe('the comparison of designs', () => {
  it('proves products of 24 bits equal, pipelined and with factors swapped', () => {
    const written = products(24, 3);
    const { simplified, optimised } = formsOf(written);
    expect(compare(written, simplified)).toMatchObject({ kind: 'proved' });
    expect(topOf(optimised).latency).toBe(3);
    expect(compare(written, optimised, 3)).toMatchObject({ kind: 'proved', base: { powerUp: 'anything' } });
    expect(compare(written, products(24, 0, true))).toMatchObject({ kind: 'proved' });
  });

  it('does not prove a pipeline that is a cycle longer or shorter', () => {
    const written = products(6, 2);
    const { optimised } = formsOf(written);
    for (const latency of [1, 3]) expect(compare(written, optimised, latency).kind).toBe('refuted');
  });

  it('finds a changed operator in either form', () => {
    const { written, simplified, optimised } = formsOf(products(8, 1));
    expect(compare(written, changed(simplified, isSum, toDifference))).toMatchObject({ kind: 'refuted' });
    expect(compare(written, changed(optimised, isSum, toDifference), 1)).toMatchObject({ kind: 'refuted' });
  });

  it('finds by search what random runs do not: a difference for one word in 2^40', () => {
    const compared = (value: bigint): Design => {
      const d = draft('rare');
      const a = d.input(port('a', 40));
      d.output(port('y', 1), d.compare('eq', a, d.constant(value, 40), false));
      return { top: 'rare', modules: [d.finish('Rare.')] };
    };
    const outcome = compare(compared(0x12_3456_789an), compared(0x12_3456_789bn));
    expect(outcome).toMatchObject({ kind: 'refuted', by: 'search' });
    const { inputs } = (outcome as Extract<Outcome, { kind: 'refuted' }>).counterexample;
    expect(['0x123456789a', '0x123456789b']).toContain(inputs.at(-1)!['a']);
  });

  it('does not claim to have proved what differs only far from power-up', () => {
    const late = compare(counter(200n), counter(201n));
    expect(late).toMatchObject({ kind: 'bounded', cycles: 6 });
    expect(compare(counter(200n), counter(200n)).kind).toBe('proved');
    expect(compare(counter(3n), counter(4n)).kind).toBe('refuted');
  });

  it('proves what holds only for states that can be reached', () => {
    // Two counters that always agree, against one: their equality has to be found.
    const twice = draft('counter');
    const [one, other] = [twice.reg(8, 'one'), twice.reg(8, 'other')];
    const reset = { by: twice.reset(), to: 0n };
    for (const reg of [one, other])
      twice.connect(reg, twice.binary('add', reg, twice.constant(1n, 8)), { reset });
    twice.output(port('y', 8), twice.binary('sub', one, other));
    const zero = draft('counter');
    zero.reset();
    zero.output(port('y', 8), zero.constant(0n, 8));
    const design = (module: Module): Design => ({ top: 'counter', modules: [module] });
    expect(compare(design(twice.finish('Two.')), design(zero.finish('None.'))).kind).toBe('proved');
  });

  it('says where a proof depends on what registers hold at power-up', () => {
    const held = draft('held');
    const a = held.input(port('a', 4));
    const reg = held.reg(4, 'never_written');
    held.connect(reg, reg);
    held.output(port('y', 4), held.binary('and', reg, a));
    const none = draft('held');
    none.input(port('a', 4));
    none.output(port('y', 4), none.constant(0n, 4));
    const outcome = compare(
      { top: 'held', modules: [held.finish('Holds.')] },
      { top: 'held', modules: [none.finish('None.')] },
    );
    expect(outcome).toMatchObject({ kind: 'proved', base: { powerUp: 'simulated' } });
  });

  it('refutes nothing that the passes make of random designs', () => {
    let proved = 0;
    for (let seed = 0; seed < 40; seed++) {
      const r = random(500 + seed);
      const design = randomDesign(r, { nodes: 5 + r.below(20), widest: 12 });
      const made = compareDesigns(design, simplify(design), 0, {
        seed,
        cycles: 2,
        deadline: performance.now() + 3000,
      });
      expect(made.kind, `seed ${seed}`).not.toBe('refuted');
      if (made.kind === 'proved') proved++;
    }
    expect(proved).toBeGreaterThan(30);
  });
});

/** Tells when it has counted up to `goal`, in eight bits. */
function counter(goal: bigint): Design {
  const d = draft('counter');
  const count = d.reg(8, 'count');
  d.connect(count, d.binary('add', count, d.constant(1n, 8)), { reset: { by: d.reset(), to: 0n } });
  d.output(port('y', 1), d.compare('eq', count, d.constant(goal, 8), false));
  return { top: 'counter', modules: [d.finish('Counts.')] };
}

describe('emitted Verilog', () => {
  const forms = formsOf(products(16, 2));

  it('is proven equal to the design as written', async () => {
    const made = await prove(forms, { ...options, everyForm: true });
    if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
    expect(made.value).toMatchObject({ proved: true, bounded: null });
    expect(made.value.links.map(({ form, outcome }) => [form, outcome.kind])).toEqual([
      ['simplified', 'proved'],
      ['optimised', 'proved'],
      ['verilog', 'proved'],
    ]);
  });

  it.each([
    ['an operator', / \+ /, ' - '],
    ['a product', / \* /, ' + '],
    ['a reset', /if \(!rst_n\w*\)/, "if (1'b0)"],
    ['a sign', /< \$signed/, '>= $signed'],
  ])('is refuted with %s changed, by inputs that simulation confirms', async (_, from, to) => {
    const made = await prove({ ...forms, emitted: edited(forms.emitted, from, to) }, options);
    if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
    const last = made.value.links.at(-1)!;
    expect(made.value.proved).toBe(false);
    expect(last.outcome.kind).toBe('refuted');
    expect(made.value.links.slice(0, 2).map(({ outcome }) => outcome.kind)).toEqual(['proved', 'proved']);
  });

  it('means the same when it is read back', async () => {
    const designs = Array.from({ length: 12 }, (_, seed) =>
      simplify(randomDesign(random(seed), { nodes: 40, widest: 70 })),
    ).filter(startsAtZero);
    expect(designs.length).toBeGreaterThan(4);
    for (const [seed, design] of designs.slice(0, 5).entries()) {
      const read = await readBack(emit(design, { version: '0.0.0' }), topOf(design));
      if (!read.ok) throw new Error(`seed ${seed} ${JSON.stringify(read.diagnostics)}`);
      const [one, other] = [interpret(design), interpret(read.value.design)];
      const r = random(seed);
      for (let cycle = 0; cycle < 30; cycle++) {
        const inputs = other.module.inputs.map(({ name, width }) => [name, r.word(width)] as const);
        const words = Object.fromEntries(inputs);
        expect(other.step(words), `seed ${seed} cycle ${cycle}`).toEqual(one.step(words));
      }
    }
  });

  it('of two writes to one address is proven only where the later one is sure to win', async () => {
    const d = draft('twice');
    const [a, b, at] = [d.input(port('a', 4)), d.input(port('b', 4)), d.input(port('at', 2))];
    const memory = d.memory({ name: 'words', width: 4, depth: 3, synchronous: true, contents: [1n, 2n] });
    d.write(memory, at, a, d.constant(1n, 1));
    d.write(memory, d.slice(a, 0, 2), b, d.constant(1n, 1));
    d.output(port('y', 4), d.read(memory, at));
    const twice = formsOf({ top: 'twice', modules: [d.finish('Two writes.')] });
    const made = await prove(twice, options);
    if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
    expect(made.value).toMatchObject({ proved: true });
    const apart = edited(twice.emitted, /(words\[.*<= a_i;)/, '$1\n  end\n  always @(posedge clk_i) begin');
    const raced = await prove({ ...twice, emitted: apart }, options);
    expect(raced.ok && raced.value.proved).toBe(false);
  });

  it('with something that is not followed is a diagnostic', async () => {
    const negative = edited(forms.emitted, /@\(posedge clk_i\)/, '@(negedge clk_i)');
    const made = await prove({ ...forms, emitted: negative }, options);
    expect(made.ok ? [] : made.diagnostics.map(({ code }) => code)).toContain('prove-verilog');
  });
});

/** What the Verilog leaves open, the state at power-up, is 0 once it is read back. */
function startsAtZero(design: Design): boolean {
  return machineOf(design).holders.every(({ kind, start }) => kind === 'memory' || start === 0n);
}

describe('references', () => {
  const doubled = draft('doubled');
  const a = doubled.input(port('a', 8));
  doubled.output(port('y', 8), doubled.binary('add', a, a));
  const design: Design = { top: 'doubled', modules: [doubled.finish('Twice.')] };
  const against = (of: (a: bigint) => bigint) =>
    tryAll(
      {
        name: 'doubled',
        design,
        reference:
          () =>
          ([words]) => [[BigInt.asUintN(8, of(words![0]!))]],
      },
      24,
      Infinity,
    );

  it('are met for every input', () =>
    expect(against((word) => 2n * word)).toEqual({ name: 'doubled', inputBits: 8, tried: 256, inputs: 256 }));

  it('are told to be missed at the first input', () =>
    expect(against((word) => (word === 77n ? 0n : 2n * word)).first).toEqual({
      inputs: { a: '0x4d' },
      port: 'y',
      expected: '0x0',
      found: '0x9a',
    }));

  it('get the elements of a port in their order, and give them', () => {
    const swapped = draft('swapped');
    const pair = { name: 'x', width: 6, lanes: 2, signed: false, format: 'uint(3)' };
    const x = swapped.input(pair);
    const [low, high] = [swapped.slice(x, 0, 3), swapped.slice(x, 3, 3)];
    swapped.output({ ...pair, name: 'y' }, swapped.concat([high, low]));
    const tried = tryAll(
      {
        name: 'swapped',
        design: { top: 'swapped', modules: [swapped.finish('Swaps.')] },
        reference:
          () =>
          ([words]) => [[words![1]!, words![0]! === 5n && words![1]! === 2n ? 0n : words![0]!]],
      },
      24,
      Infinity,
    );
    expect(tried.first).toEqual({ inputs: { x: '0x15' }, port: 'y', expected: '0x2', found: '0x2a' });
  });

  it('are not tried where there are too many inputs, or state', () => {
    const many = tryAll({ name: 'doubled', design, reference: () => () => [] }, 7, Infinity);
    expect(many).toMatchObject({ inputBits: 8, tried: 0 });
    const held = tryAll({ name: 'held', design: counter(1n), reference: () => () => [] }, 24, Infinity);
    expect(held).toEqual({ name: 'held', tried: 0 });
  });
});
