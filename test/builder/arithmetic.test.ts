import { describe, expect, it } from 'vitest';
import { maximum, minimum, read } from '../../src/base/index.js';
import {
  add,
  compare,
  finishDatapath,
  inputPort,
  leafFormat,
  mul,
  negate,
  outputPort,
  roundDrop,
  roundTo,
  saturate,
  select,
  shiftLeft,
  startDatapath,
  sub,
  wrap,
  type Comparison,
  type Datapath,
  type Value,
} from '../../src/builder/index.js';
import {
  fixed,
  formatName,
  int,
  roundings,
  ufixed,
  uint,
  type Fixed,
  type Rounding,
} from '../../src/format/index.js';
import { topOf } from '../../src/ir/index.js';
import { interpret } from '../../src/sim/index.js';

/** A number as n / 2^scale; all are compared at one scale. */
const scale = 8n;

const formats: readonly Fixed[] = [
  uint(1),
  int(1),
  uint(3),
  int(3),
  int(4),
  fixed(2, 2),
  ufixed(1, 3),
  fixed(1, 2),
];
const pairs = formats.flatMap((a) => formats.map((b) => [formatName(a), formatName(b), a, b] as const));

interface Circuit {
  readonly type: Fixed | undefined;
  /** The output's number for input words, at `scale`. */
  readonly value: (...words: bigint[]) => bigint;
}

function circuit(inputs: readonly Fixed[], build: (d: Datapath, values: Value[]) => Value): Circuit {
  const datapath = startDatapath('test');
  const values = inputs.map((format, i) => inputPort(datapath, `x${i}`, format));
  const result = build(datapath, values);
  outputPort(datapath, 'y', result);
  const design = finishDatapath(datapath, '');
  if (!design) throw new Error(datapath.diagnostics.map((one) => one.message).join('; '));
  const engine = interpret(design);
  const format = result.kind === 'poison' ? undefined : leafFormat(result.type);
  const type = format?.kind === 'fixed' ? format : undefined;
  const { width } = topOf(design).outputs[0]!;
  return {
    type,
    value(...words) {
      const y = engine.step(Object.fromEntries(words.map((word, i) => [`x${i}`, word])))['y']!;
      return type ? at(type, y) : y & ((1n << BigInt(width)) - 1n);
    },
  };
}

function at(format: Fixed, word: bigint): bigint {
  return read(word, format.width, format.signed) << (scale - BigInt(format.fraction));
}

function words(format: Fixed): bigint[] {
  return Array.from({ length: 2 ** format.width }, (_, word) => BigInt(word));
}

/** Runs all words of both formats. */
function everyPair(a: Fixed, b: Fixed, check: (x: bigint, y: bigint, wx: bigint, wy: bigint) => void): void {
  for (const x of words(a)) for (const y of words(b)) check(at(a, x), at(b, y), x, y);
}

describe.each(pairs)('%s and %s', (_, __, a, b) => {
  it('are added, subtracted and multiplied exactly', () => {
    const [sum, difference, product] = [add, sub, mul].map((op) =>
      circuit([a, b], (d, [x, y]) => op(d, x!, y!)),
    );
    everyPair(a, b, (x, y, wx, wy) => {
      expect(sum!.value(wx, wy)).toBe(x + y);
      expect(difference!.value(wx, wy)).toBe(x - y);
      expect(product!.value(wx, wy) << scale).toBe(x * y);
    });
  });

  it('are compared by value', () => {
    const meaning: Readonly<Record<Comparison, (x: bigint, y: bigint) => boolean>> = {
      '==': (x, y) => x === y,
      '!=': (x, y) => x !== y,
      '<': (x, y) => x < y,
      '<=': (x, y) => x <= y,
      '>': (x, y) => x > y,
      '>=': (x, y) => x >= y,
    };
    for (const [op, due] of Object.entries(meaning)) {
      const made = circuit([a, b], (d, [x, y]) => compare(d, op as Comparison, x!, y!));
      everyPair(a, b, (x, y, wx, wy) => expect(made.value(wx, wy), op).toBe(due(x, y) ? 1n : 0n));
    }
  });

  it('meet in a selection', () => {
    const larger = circuit([a, b], (d, [x, y]) => select(d, compare(d, '<', x!, y!), y!, x!));
    everyPair(a, b, (x, y, wx, wy) => expect(larger.value(wx, wy)).toBe(x < y ? y : x));
  });

  it('saturate and wrap into each other', () => {
    if (a.fraction <= b.fraction) {
      const saturated = circuit([a], (d, [x]) => saturate(d, x!, b));
      const [least, most] = [minimum(b.width, b.signed), maximum(b.width, b.signed)].map(
        (n) => n << (scale - BigInt(b.fraction)),
      );
      for (const word of words(a)) {
        const x = at(a, word);
        expect(saturated.value(word)).toBe(x < least! ? least : x > most! ? most : x);
      }
    }
    if (a.fraction === b.fraction) {
      const wrapped = circuit([a], (d, [x]) => wrap(d, x!, b));
      const modulus = 1n << (BigInt(b.width) + scale - BigInt(b.fraction));
      for (const word of words(a)) expect((wrapped.value(word) - at(a, word)) % modulus).toBe(0n);
    }
  });
});

describe.each(formats.map((format) => [formatName(format), format] as const))('%s', (_, format) => {
  it('is negated and shifted exactly', () => {
    const negative = circuit([format], (d, [x]) => negate(d, x!));
    const shifted = circuit([format], (d, [x]) => shiftLeft(d, x!, 3));
    for (const word of words(format)) {
      expect(negative.value(word)).toBe(-at(format, word));
      expect(shifted.value(word)).toBe(at(format, word) * 8n);
    }
  });
});

/** n / d by the definition of the mode, with doubles: exact for the small numbers here. */
const meaning: Readonly<Record<Rounding, (x: number) => number>> = {
  down: Math.floor,
  up: Math.ceil,
  toward_zero: Math.trunc,
  nearest_away: (x) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5),
  nearest_even: (x) => {
    const floor = Math.floor(x);
    if (x - floor !== 0.5) return Math.round(x);
    return floor % 2 === 0 ? floor : floor + 1;
  },
};

describe.each(roundings.map((mode) => [mode]))('rounding %s', (mode) => {
  it.each([0, 1, 2, 3, 5, 8])('drops %i bits of integers of either sign', (drop) => {
    for (const format of [uint(1), int(1), uint(6), int(6)]) {
      const made = circuit([format], (d, [x]) => roundDrop(d, x!, drop, mode));
      for (const word of words(format)) {
        const x = Number(read(word, format.width, format.signed));
        expect(made.value(word), `${x} / 2^${drop}`).toBe(BigInt(meaning[mode](x / 2 ** drop)) << scale);
      }
    }
  });

  it('drops fraction bits', () => {
    const [from, to] = [fixed(3, 4), fixed(4, 1)];
    const made = circuit([from], (d, [x]) => roundTo(d, x!, to, mode));
    expect(made.type).toEqual(to);
    for (const word of words(from)) {
      const x = Number(read(word, from.width, true)) / 16;
      expect(made.value(word), String(x)).toBe(BigInt(meaning[mode](x * 2)) << (scale - 1n));
    }
  });
});
