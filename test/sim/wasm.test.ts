import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import { draft, type Design, type Draft, type Id, type Port } from '../../src/ir/index.js';
import { compile, runWords } from '../../src/sim/index.js';
import { randomDesign } from '../random-module.js';
import { checkBuffers, checkSeed, difference, interpreted } from './differential.js';

const port = (name: string, width: number, lanes = 1, signed = false): Port => ({
  name,
  width,
  lanes,
  signed,
  format: `${signed ? 'int' : 'uint'}(${width / lanes})`,
});

function design(name: string, build: (d: Draft) => void): Design {
  const d = draft(name);
  build(d);
  return { top: name, modules: [d.finish('For a test.')] };
}

const sizes = [
  { nodes: 3, widest: 32, count: 150 },
  { nodes: 15, widest: 64, count: 150 },
  { nodes: 15, widest: 200, count: 150 },
  { nodes: 60, widest: 200, count: 30 },
];

test.each(sizes)('compiled = interpreted: $count designs of up to $nodes nodes, $widest bits', (size) => {
  for (let seed = 1; seed <= size.count; seed++)
    expect(
      checkSeed(seed, (r) => randomDesign(r, size)),
      `seed ${seed}`,
    ).toBeUndefined();
});

test('compiled = interpreted for buffers of all kinds, over two runs', () => {
  for (let seed = 1; seed <= 200; seed++)
    expect(
      checkBuffers(seed, (r) => randomDesign(r, { nodes: 8, widest: 80 })),
      `seed ${seed}`,
    ).toBeUndefined();
});

test.each([1, 20])(
  'many registers alternate between two copies, also from run to run: %i streams',
  (streams) => {
    const line = design('line', (d) => {
      let word = d.input(port('x', 7));
      for (let i = 0; i < 450; i++) {
        const reg = d.reg(7);
        d.connect(reg, d.binary('add', word, d.constant(BigInt(i % 128), 7)), {
          reset: { by: d.reset(), to: BigInt(i % 128) },
        });
        word = reg;
      }
      d.output(port('y', 7), word);
    });
    const compiled = compile(line);
    compiled.allocate({ cycles: 3, streams });
    compiled.input('x').fill(9);
    const expected = interpreted(
      line,
      Array.from({ length: 456 }, () => ({ x: 9n })),
    );
    for (let cycle = 0; cycle < 456; cycle += 3) {
      compiled.run();
      for (let i = 0; i < 3; i++) expect(compiled.word('y', i, streams - 1)).toBe(expected[cycle + i]!['y']);
    }
  },
);

test('an address beyond 32 bits is beyond every memory', () => {
  const far = design('far', (d) => {
    const [read, written] = [d.input(port('read', 70)), d.input(port('written', 70))];
    const ram = d.memory({ name: 'ram', width: 40, depth: 3, synchronous: false, contents: [1n, 2n, 3n] });
    d.write(ram, written, d.constant(77n, 40), d.constant(1n, 1));
    d.output(port('y', 40), d.read(ram, read));
  });
  const addresses = [0n, 2n, 3n, 4n, 1n << 32n, (1n << 32n) + 1n, 1n << 64n, 0xffffffffn, (1n << 69n) + 2n];
  const sequences = addresses.map((written) => addresses.map((read) => ({ read, written })));
  expect(difference(far, sequences)).toBeUndefined();
  expect(runWords(compile(far), [[{ read: (1n << 32n) + 1n, written: 0n }]])[0]![0]!['y']).toBe(0n);
});

test('a carry into the highest limb of a sum makes room for one more', () => {
  const sum = design('sum', (d) => {
    const x = d.extend(d.input(port('x', 63)), 100, true);
    d.output(port('y', 100), d.binary('add', x, d.constant(0x40000000ffffffffn, 100)));
  });
  expect(runWords(compile(sum), [[{ x: 0x3fffffffffffffffn }]])[0]![0]!['y']).toBe(0x80000000fffffffen);
});

test.each([
  [20, 5],
  [8, 12],
])('a long design is cut into functions: words of %i bits, %i streams', (width, streams) => {
  const large = design('large', (d) => {
    const r = random(5);
    const words = [d.input(port('a', width)), d.input(port('b', width))];
    const regs = Array.from({ length: 300 }, () => d.reg(width));
    words.push(...regs);
    const ram = d.memory({ name: 'ram', width, depth: 9, synchronous: false, contents: [5n, 6n] });
    for (let i = 0; i < 15000; i++) {
      const [x, y] = [words[r.below(words.length)]!, words[words.length - 1 - r.below(40)]!];
      words.push(i % 97 === 0 ? d.read(ram, d.slice(x, 2, 4)) : d.binary(i % 3 === 0 ? 'xor' : 'add', x, y));
    }
    regs.forEach((reg, i) =>
      d.connect(reg, words[words.length - 1 - i]!, { enable: d.slice(words[i]!, 3, 1) }),
    );
    d.write(ram, d.slice(words[900]!, 0, 4), words[5000]!, d.constant(1n, 1));
    d.output(port('y', width), words.at(-1)!);
    d.output(port('z', width), words[3000]!);
  });
  const r = random(6);
  const sequence = (): Record<string, bigint>[] =>
    Array.from({ length: 3 }, () => ({ a: r.word(width), b: r.word(width) }));
  expect(difference(large, Array.from({ length: streams }, sequence))).toBeUndefined();
});

/** Lanes of `bits` bits multiplied, added in pairs, and summed over cycles. */
function inner(lanes: number, bits: number, signed: boolean): Design {
  return design('inner', (d) => {
    const [a, b] = ['a', 'b'].map((name) => d.input(port(name, lanes * bits, lanes, signed))) as [Id, Id];
    const first = d.input(port('first', 1));
    const acc = d.reg(40, 'acc');
    const products = Array.from({ length: lanes }, (_, i) =>
      d.mul(d.slice(a, i * bits, bits), d.slice(b, i * bits, bits), signed),
    ).map((product) => d.extend(product, 40, signed));
    while (products.length > 1) products.push(d.binary('add', products.shift()!, products.shift()!));
    const sum = d.binary('add', d.mux(first, d.constant(0n, 40), acc), products[0]!);
    d.connect(acc, sum);
    d.output(port('y', 40, 1, true), sum);
  });
}

test.each([
  { lanes: 6, bits: 8, signed: true, streams: 21, inRange: false },
  { lanes: 4, bits: 8, signed: false, streams: 21, inRange: false },
  { lanes: 4, bits: 16, signed: true, streams: 23, inRange: false },
  { lanes: 4, bits: 16, signed: false, streams: 5, inRange: false },
  { lanes: 2, bits: 13, signed: false, streams: 18, inRange: true },
  { lanes: 2, bits: 4, signed: true, streams: 300, inRange: true },
])('inner products of $lanes x $bits bits (signed: $signed), $streams streams', (kind) => {
  const { lanes, bits, signed, streams, inRange } = kind;
  const cycles = 37;
  const compiled = compile(inner(lanes, bits, signed), { inRange });
  const r = random(bits);
  const element = (): number => r.below(2 ** bits) - (signed ? 2 ** (bits - 1) : 0);
  for (const broadcast of [['first'], ['b', 'first']]) {
    compiled.allocate({ cycles, streams, broadcast, held: ['first'], lastOnly: true });
    const { rowStreams } = compiled;
    const [a, b] = [compiled.input('a'), compiled.input('b')];
    const shared = broadcast.length === 2;
    expect(a.length).toBe(cycles * lanes * rowStreams);
    expect(b.length).toBe(cycles * lanes * (shared ? 1 : rowStreams));
    a.forEach((_, i) => (a[i] = element()));
    b.forEach((_, i) => (b[i] = element()));
    // The most extreme products, whose sum in pairs is the largest.
    a.fill(signed ? -(2 ** (bits - 1)) : 2 ** bits - 1, 0, 2 * rowStreams);
    b.fill(signed ? -(2 ** (bits - 1)) : 2 ** bits - 1, 0, shared ? 2 : 2 * rowStreams);
    const sum = (stream: number): bigint => {
      let sum = 0;
      for (let row = 0; row < cycles * lanes; row++)
        sum += a[row * rowStreams + stream]! * b[shared ? row : row * rowStreams + stream]!;
      return BigInt(sum);
    };
    const expected = Array.from({ length: streams }, (_, stream) => sum(stream));
    const found = (): bigint[] =>
      expected.map((_, stream) => BigInt.asIntN(40, compiled.word('y', 0, stream)));
    compiled.run();
    expect(found()).toEqual(expected);
    compiled.run();
    expect(found()).toEqual(expected.map((sum) => 2n * sum));
    compiled.restart();
    compiled.run(cycles);
    expect(found()).toEqual(expected);
  }
});

test('elements beyond a lane are cut to it, unless they are said to be in range', () => {
  const same = design('same', (d) => {
    const x = d.input(port('x', 4, 1, true));
    d.output(port('y', 8, 1, true), d.extend(x, 8, true));
  });
  const compiled = compile(same);
  compiled.allocate({ cycles: 1, streams: 2 });
  compiled.input('x').set([0x17, 0x78]);
  compiled.run();
  expect([...compiled.output('y').subarray(0, 2)]).toEqual([7, -8]);
});

test('wide lanes are limbs, lowest first', () => {
  const same = design('wide', (d) => {
    const x = d.input(port('x', 80, 2));
    d.output(port('y', 80, 2, true), x);
  });
  const compiled = compile(same);
  compiled.allocate({ cycles: 1, streams: 1 });
  compiled.setWord('x', 0, 0, 0xff00000001_0200000003n);
  expect([0, 1, 2, 3].map((row) => compiled.input('x')[row * 4])).toEqual([3, 2, 1, 0xff]);
  compiled.run();
  expect(compiled.word('y', 0, 0)).toBe(0xff00000001_0200000003n);
  expect(compiled.output('y')[12]).toBe(0xffffffff);
});

test('buffers too large for a memory, unknown ports and impossible sizes are refused', () => {
  const compiled = compile(inner(2, 8, true));
  expect(() => compiled.run()).toThrow('no buffers');
  expect(() => compiled.allocate({ cycles: 1e6, streams: 1e4 })).toThrow(RangeError);
  expect(() => compiled.allocate({ cycles: 0, streams: 1 })).toThrow(RangeError);
  expect(() => compiled.allocate({ cycles: 1, streams: 1, held: ['c'] })).toThrow('no input c');
  compiled.allocate({ cycles: 1, streams: 1 });
  expect(() => compiled.input('y')).toThrow('no port y');
  expect(() => compiled.run(2)).toThrow(RangeError);
});

test.each([
  { anew: false, swapped: false },
  { anew: false, swapped: true },
  { anew: true, swapped: false },
  { anew: true, swapped: true },
])('accumulators that take words up at times (starting anew: $anew)', ({ anew, swapped }) => {
  const accumulator = design('accumulator', (d) => {
    const [x, first, valid] = [d.input(port('x', 20)), d.input(port('first', 1)), d.input(port('valid', 1))];
    const acc = d.reg(30, 'acc');
    const term = d.extend(x, 30, false);
    const before = anew ? d.mux(first, d.constant(0n, 30), acc) : acc;
    d.connect(acc, swapped ? d.binary('add', term, before) : d.binary('add', before, term), {
      enable: valid,
      reset: { by: d.reset(), to: 77n },
    });
    d.output(port('y', 30), acc);
  });
  const r = random(9);
  const sequence = (): Record<string, bigint>[] =>
    Array.from({ length: 40 }, () => ({
      x: r.word(20),
      first: r.word(1),
      valid: r.word(1),
      rst_n: r.below(9) === 0 ? 0n : 1n,
    }));
  expect(difference(accumulator, [sequence(), sequence(), sequence()])).toBeUndefined();
});
