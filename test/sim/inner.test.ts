import { describe, expect, it } from 'vitest';
import { minimum, random, type Random } from '../../src/base/index.js';
import { draft, flatten, type Design, type Draft, type Id } from '../../src/ir/index.js';
import { compile } from '../../src/sim/index.js';
import { lower } from '../../src/sim/wasm/lower.js';
import { difference, randomSequence, type Sequence } from './differential.js';

interface Kind {
  readonly lanes: number;
  readonly bits: readonly [number, number];
  readonly signed: readonly [boolean, boolean];
  readonly form: 'tree' | 'chain';
  /** What the factors are besides elements of ports. */
  readonly factor: 'port' | 'constant' | 'register' | 'sum';
  readonly width: number;
  readonly added: 'nothing' | 'word' | 'accumulator';
}

function chance<T>(r: Random, from: readonly T[]): T {
  return from[r.below(from.length)]!;
}

function randomKind(r: Random): Kind {
  const bits = (): number => chance(r, [1, 2, 4, 7, 8, 8, 8, 9, 12, 15, 16, 16]);
  return {
    lanes: 1 + r.below(20),
    bits: [bits(), bits()],
    signed: [r.below(2) === 0, r.below(2) === 0],
    form: chance(r, ['tree', 'chain']),
    factor: chance(r, ['port', 'port', 'constant', 'register', 'sum']),
    width: chance(r, [9, 20, 31, 32, 33, 40, 64]),
    added: chance(r, ['nothing', 'word', 'accumulator']),
  };
}

/** A sum of products as a design might write it: signed products of factors that are extended as they need. */
function inner(kind: Kind, r: Random): Design {
  const d = draft('inner');
  const [a, b] = kind.bits.map((bits, i) => {
    const width = bits * kind.lanes;
    return d.input({ name: 'ab'[i]!, width, lanes: kind.lanes, signed: kind.signed[i]!, format: '' });
  }) as [Id, Id];
  const products = Array.from({ length: kind.lanes }, (_, lane) => {
    const [x, y] = [element(d, a, 0, lane), other(d, b, lane)];
    return resized(d, d.mul(x, y, true), kind.width);
  });
  const enable = d.input({ name: 'enable', width: 1, lanes: 1, signed: false, format: 'bool' });
  if (kind.added === 'word')
    products.unshift(d.input({ name: 'c', width: kind.width, lanes: 1, signed: true, format: '' }));
  const acc = kind.added === 'accumulator' ? d.reg(kind.width, 'acc') : undefined;
  const first = d.input({ name: 'first', width: 1, lanes: 1, signed: false, format: 'bool' });
  const before = acc === undefined ? undefined : d.mux(first, d.constant(0n, kind.width), acc);
  const isLast = r.below(2) === 0;
  if (before !== undefined && !isLast) products.unshift(before);
  const partial = kind.form === 'tree' ? tree(d, products) : products.reduce((x, y) => d.binary('add', x, y));
  const sum = before !== undefined && isLast ? d.binary('add', before, partial) : partial;
  if (acc !== undefined) d.connect(acc, sum, { enable, reset: { by: d.reset(), to: chance(r, [0n, 5n]) } });
  d.output({ name: 'y', width: kind.width, lanes: 1, signed: true, format: '' }, acc ?? sum);
  return { top: 'inner', modules: [d.finish('For a test.')] };

  function element(d: Draft, port: Id, side: 0 | 1, lane: number): Id {
    const bits = kind.bits[side];
    return d.extend(d.slice(port, lane * bits, bits), bits + 1, kind.signed[side]);
  }

  function other(d: Draft, port: Id, lane: number): Id {
    const x = element(d, port, 1, lane);
    if (kind.factor === 'constant') return d.constant(r.word(kind.bits[1]), kind.bits[1] + 1);
    if (kind.factor === 'sum') return d.binary('add', x, element(d, port, 1, (lane + 1) % kind.lanes));
    if (kind.factor !== 'register') return x;
    const reg = d.reg(kind.bits[1] + 1);
    d.connect(reg, x);
    return reg;
  }
}

function resized(d: Draft, x: Id, width: number): Id {
  return width >= d.widthOf(x) ? d.extend(x, width, true) : d.slice(x, 0, width);
}

function tree(d: Draft, words: readonly Id[]): Id {
  const queue = [...words];
  while (queue.length > 1) queue.push(d.binary('add', queue.shift()!, queue.shift()!));
  return queue[0]!;
}

/** All elements at the same end of their range, where sums of products are greatest. */
function extreme(kind: Kind, low: readonly [boolean, boolean], base: Sequence): Sequence {
  const all = (side: 0 | 1): bigint => {
    const bits = kind.bits[side];
    const least = BigInt.asUintN(bits, minimum(bits, kind.signed[side]));
    const word = low[side] ? least : (1n << BigInt(bits)) - 1n - least;
    let port = 0n;
    for (let lane = 0; lane < kind.lanes; lane++) port = (port << BigInt(bits)) | word;
    return port;
  };
  return base.map((words) => ({ ...words, a: all(0), b: all(1) }));
}

describe('inner products', () => {
  it('of all kinds are what the interpreter gives, also where all products are extreme', () => {
    for (let seed = 1; seed <= 80; seed++) {
      const r = random(seed);
      const kind = randomKind(r);
      const design = inner(kind, r);
      const streams = chance(r, [1, 3, 4, 7, 8, 15, 16, 21, 40]);
      const sequences = Array.from({ length: streams }, () => randomSequence(r, design, 3));
      for (const low of [
        [true, true],
        [true, false],
        [false, false],
      ] as const)
        sequences.push(extreme(kind, low, randomSequence(r, design, 3)));
      expect(difference(design, sequences), `seed ${seed} ${JSON.stringify(kind)}`).toBeUndefined();
    }
  });

  it('of 8-bit words take words of eight 16-bit numbers', () => {
    const common = { lanes: 16, factor: 'port', width: 31, added: 'accumulator' } as const;
    const kinds: Kind[] = [
      { ...common, bits: [8, 8], signed: [true, true], form: 'tree' },
      { ...common, bits: [8, 8], signed: [false, true], form: 'chain' },
      { ...common, bits: [4, 8], signed: [true, false], form: 'tree' },
      { ...common, bits: [16, 16], signed: [true, true], form: 'chain' },
    ];
    const found = kinds.map((kind) => {
      const module = flatten(inner(kind, random(1)));
      const setting = { broadcast: new Set<string>(), drivenReset: true, inRange: false };
      const { graph, nexts } = lower(module, setting);
      const used = new Set<number>();
      const visit = (ref: number): void => {
        if (!used.has(ref)) graph.at(ref).operands.forEach(visit);
        used.add(ref);
      };
      nexts.forEach(({ value }) => visit(value));
      return [...used].flatMap((ref) => {
        const { inner: product, op } = graph.at(ref);
        if (op === 'mul') return ['mul'];
        return product ? [`${product.sums.length} sums, ${product.pairs.length} pairs`] : [];
      });
    });
    // The sum of two int8 products is a 16-bit number, with a bias; that of sixteen of int4 by uint8 too.
    expect(found).toEqual([
      ['8 sums, 0 pairs'],
      ['0 sums, 8 pairs'],
      ['1 sums, 0 pairs'],
      ['0 sums, 8 pairs'],
    ]);
  });

  it('of words that all streams share', () => {
    for (const bits of [4, 8, 16]) {
      const kind: Kind = {
        ...{ lanes: 6, bits: [bits, bits], signed: [true, false], form: 'chain' },
        ...{ factor: 'port', width: 40, added: 'word' },
      };
      const compiled = compile(inner(kind, random(1)));
      compiled.allocate({ cycles: 2, streams: 37, broadcast: ['b', 'enable'] });
      const r = random(bits);
      const random32 = (): number => r.uint32();
      for (const name of ['a', 'b', 'c']) {
        const elements = compiled.input(name);
        elements.forEach((_, i) => (elements[i] = random32()));
      }
      compiled.run();
      for (let cycle = 0; cycle < 2; cycle++)
        for (const stream of [0, 15, 16, 36]) {
          let sum = wordAt('c', 0, cycle, stream, 40);
          for (let lane = 0; lane < 6; lane++)
            sum +=
              BigInt.asIntN(bits, elementAt('a', lane, cycle, stream)) *
              BigInt.asUintN(bits, BigInt(compiled.input('b')[cycle * 6 + lane]!));
          expect(compiled.word('y', cycle, stream)).toBe(BigInt.asUintN(40, sum));
        }
      function elementAt(name: string, row: number, cycle: number, stream: number): bigint {
        const rows = name === 'a' ? 6 : 2;
        return BigInt(compiled.input(name)[(cycle * rows + row) * compiled.rowStreams + stream]!);
      }
      function wordAt(name: string, row: number, cycle: number, stream: number, width: number): bigint {
        const high = elementAt(name, row + 1, cycle, stream);
        return BigInt.asIntN(width, (high << 32n) | elementAt(name, row, cycle, stream));
      }
    }
  });
});
