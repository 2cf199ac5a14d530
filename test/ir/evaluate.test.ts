import { expect, test } from 'vitest';
import { cornered, random, signed } from '../../src/base/index.js';
import { evaluate, type Combinational } from '../../src/ir/index.js';

const widths = [1, 2, 7, 8, 31, 32, 33, 63, 64, 65, 130];

/** Bits of a word, lowest first: what the formulas here are written in. */
const bits = (word: bigint, width: number): number[] =>
  Array.from({ length: width }, (_, i) => Number((word >> BigInt(i)) & 1n));
const word = (all: readonly number[]): bigint =>
  all.reduce((sum, bit, i) => sum + (BigInt(bit) << BigInt(i)), 0n);

type Make = (width: number) => {
  node: Combinational;
  widths: number[];
  expected: (words: bigint[]) => bigint;
};

const bitwise =
  (op: 'and' | 'or' | 'xor', table: (x: number, y: number) => number): Make =>
  (width) => ({
    node: { kind: 'binary', op, width, a: 0, b: 1 },
    widths: [width, width],
    expected: ([a, b]) => word(bits(a!, width).map((bit, i) => table(bit, bits(b!, width)[i]!))),
  });

/** A ripple-carry adder; subtraction adds the inverse and one. */
const ripple =
  (op: 'add' | 'sub'): Make =>
  (width) => ({
    node: { kind: 'binary', op, width, a: 0, b: 1 },
    widths: [width, width],
    expected: ([a, b]) => {
      let carry = op === 'sub' ? 1 : 0;
      const flip = carry;
      const other = bits(b!, width);
      const sum = bits(a!, width).map((bit, i) => {
        const total = bit + (other[i]! ^ flip) + carry;
        carry = total >> 1;
        return total & 1;
      });
      return word(sum);
    },
  });

/** The product as a sum of shifted numbers; the top bit of a signed number weighs negative. */
const multiply =
  (isSigned: boolean): Make =>
  (width) => ({
    node: { kind: 'mul', signed: isSigned, width: width + 3, a: 0, b: 1 },
    widths: [width, 3],
    expected: ([a, b]) => {
      const weight = (i: number, top: number): bigint => (isSigned && i === top ? -1n : 1n) << BigInt(i);
      let sum = 0n;
      bits(a!, width).forEach((x, i) =>
        bits(b!, 3).forEach((y, j) => {
          if (x === 1 && y === 1) sum += weight(i, width - 1) * weight(j, 2);
        }),
      );
      const modulus = 1n << BigInt(width + 3);
      return ((sum % modulus) + modulus) % modulus;
    },
  });

/** Lexicographic comparison from the top bit, which a signed number has inverted. */
const less =
  (isSigned: boolean): Make =>
  (width) => ({
    node: { kind: 'compare', op: 'lt', signed: isSigned, width: 1, a: 0, b: 1 },
    widths: [width, width],
    expected: ([a, b]) => {
      const [x, y] = [bits(a!, width).reverse(), bits(b!, width).reverse()];
      if (isSigned) [x[0], y[0]] = [1 - x[0]!, 1 - y[0]!];
      const at = x.findIndex((bit, i) => bit !== y[i]);
      return at >= 0 && x[at] === 0 ? 1n : 0n;
    },
  });

const shift =
  (op: 'left' | 'right', isSigned: boolean): Make =>
  (width) => ({
    node: { kind: 'shift', op, signed: isSigned, width, a: 0, by: 1 },
    widths: [width, 9],
    expected: ([a, by]) => {
      const from = bits(a!, width);
      const fill = isSigned && op === 'right' ? from[width - 1]! : 0;
      const step = op === 'left' ? -Number(by) : Number(by);
      return word(from.map((_, i) => from[i + step] ?? fill));
    },
  });

const reduction =
  (op: 'and' | 'or' | 'xor', table: (x: number, y: number) => number): Make =>
  (width) => ({
    node: { kind: 'reduce', op, width: 1, a: 0 },
    widths: [width],
    expected: ([a]) => BigInt(bits(a!, width).reduce(table)),
  });

const and = (x: number, y: number): number => x * y;
const or = (x: number, y: number): number => Math.max(x, y);
const xor = (x: number, y: number): number => (x + y) % 2;

const makes: Record<string, Make> = {
  and: bitwise('and', and),
  or: bitwise('or', or),
  xor: bitwise('xor', xor),
  add: ripple('add'),
  sub: ripple('sub'),
  'unsigned mul': multiply(false),
  'signed mul': multiply(true),
  'unsigned lt': less(false),
  'signed lt': less(true),
  'shift left': shift('left', false),
  'shift right': shift('right', false),
  'signed shift right': shift('right', true),
  'reduce and': reduction('and', and),
  'reduce or': reduction('or', or),
  'reduce xor': reduction('xor', xor),
  not: (width) => ({
    node: { kind: 'not', width, a: 0 },
    widths: [width],
    expected: ([a]) => word(bits(a!, width).map((bit) => 1 - bit)),
  }),
  eq: (width) => ({
    node: { kind: 'compare', op: 'eq', signed: false, width: 1, a: 0, b: 1 },
    widths: [width, width],
    expected: ([a, b]) => (bits(a!, width).join() === bits(b!, width).join() ? 1n : 0n),
  }),
  mux: (width) => ({
    node: { kind: 'mux', width, when: 0, yes: 1, no: 2 },
    widths: [1, width, width],
    expected: ([when, yes, no]) => [no!, yes!][Number(when)]!,
  }),
  slice: (width) => ({
    node: { kind: 'slice', width, a: 0, low: 5 },
    widths: [width + 9],
    expected: ([a]) => word(bits(a!, width + 9).slice(5, 5 + width)),
  }),
  concat: (width) => ({
    node: { kind: 'concat', width: width + 12, parts: [0, 1, 2] },
    widths: [3, width, 9],
    expected: ([a, b, c]) => word([...bits(a!, 3), ...bits(b!, width), ...bits(c!, 9)]),
  }),
  'unsigned extend': (width) => ({
    node: { kind: 'extend', signed: false, width: width + 4, a: 0 },
    widths: [width],
    expected: ([a]) => a!,
  }),
  'signed extend': (width) => ({
    node: { kind: 'extend', signed: true, width: width + 4, a: 0 },
    widths: [width],
    expected: ([a]) => word([...bits(a!, width), ...Array<number>(4).fill(bits(a!, width)[width - 1]!)]),
  }),
};

test.each(Object.entries(makes))('%s is what its formula over bits says', (_, make) => {
  const r = random(11);
  for (const width of widths) {
    const { node, widths, expected } = make(width);
    for (let i = 0; i < 60; i++) {
      const words = widths.map((bits) => cornered(r, bits));
      const hint = `width ${width}: ${words.map((each, k) => signed(each, widths[k]!)).join(', ')}`;
      expect(evaluate(node, words, widths), hint).toBe(expected(words));
    }
  }
});

test('a shift by any distance is quick', () => {
  const node: Combinational = { kind: 'shift', op: 'left', signed: false, width: 8, a: 0, by: 1 };
  expect(evaluate(node, [255n, (1n << 200n) - 1n], [8, 200])).toBe(0n);
});
