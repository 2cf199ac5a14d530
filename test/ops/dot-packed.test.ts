import { describe, expect, it } from 'vitest';
import { maximum, minimum, random, read, wrap } from '../../src/base/index.js';
import { printArgument, type Arguments } from '../../src/builder/index.js';
import { simulateRows } from '../../src/cosim/index.js';
import { defaultsOf, operatorDesign } from '../../src/flow/index.js';
import { int, uint, type Fixed } from '../../src/format/index.js';
import { topOf, type Design } from '../../src/ir/index.js';
import { dot, parametersOf } from '../../src/ops/index.js';
import { biasOf, blocks, evenParts, packingOf } from '../../src/ops/dot/packing.js';
import { simplify } from '../../src/pass/index.js';
import { compile } from '../../src/sim/index.js';

function packed(sample: Arguments): Design {
  return simplify(operatorDesign(dot, { ...defaultsOf(dot), pack: 'dsp48e2', ...sample }, 'packed', 0));
}

/** Every number of a format. */
function numbersOf({ width, signed }: Fixed): number[] {
  return Array.from({ length: 2 ** width }, (_, k) => Number(minimum(width, signed)) + k);
}

/** Multiplications, each one block. */
function multiplications(design: Design): number {
  return topOf(design).nodes.filter((node) => node.kind === 'mul').length;
}

describe('what fits into one multiplier', () => {
  it.each([
    [int(8), int(8), 2, 'dsp48e2', { rows: 2, step: 18, lanes: 8 }],
    [uint(8), int(8), 2, 'dsp48e2', { rows: 2, step: 18, lanes: 4 }],
    [uint(8), uint(8), 2, 'dsp48e2', { rows: 2, step: 18, lanes: 4 }],
    [int(8), int(8), 2, 'dsp48e1', { rows: 2, step: 16, lanes: 2 }],
    [uint(8), int(8), 2, 'dsp48e1', { rows: 2, step: 16, lanes: 1 }],
    [int(8), int(8), 9, 'dsp48e2', { rows: 2, step: 18, lanes: 8 }],
    [int(4), int(4), 4, 'dsp48e2', { rows: 4, step: 7, lanes: 1 }],
    [int(4), int(4), 4, 'dsp48e1', { rows: 3, step: 10, lanes: 8 }],
    [uint(4), int(4), 4, 'dsp48e2', { rows: 3, step: 11, lanes: 9 }],
    [int(18), int(4), 2, 'dsp48e2', { rows: 2, step: 22, lanes: 2 }],
  ] as const)('%o and %o, %i rows in a %s', (a, b, rows, block, due) => {
    expect(packingOf(a, b, rows, blocks[block])).toEqual(due);
  });

  it.each([
    [int(16), int(16)],
    [int(19), int(2)],
    [uint(18), int(2)],
    [int(8), int(13)],
  ])('not two of %o and %o', (a, b) => {
    expect(packingOf(a, b, 2, blocks.dsp48e2)).toBeUndefined();
  });

  it('never lets a sum leave its field, and is tight', () => {
    const source = random(11);
    let found = 0;
    for (let trial = 0; trial < 500; trial++) {
      const [a, b] = [0, 1].map(() => (source.below(2) ? int : uint)(1 + source.below(10))) as [Fixed, Fixed];
      const packing = packingOf(a, b, 2 + source.below(5), blocks.dsp48e2);
      if (!packing) continue;
      found++;
      const products = [a, b].map(({ width, signed }) => [minimum(width, signed), maximum(width, signed)]);
      const corners = products[0]!
        .flatMap((x) => products[1]!.map((y) => x * y))
        .sort((x, y) => Number(x - y));
      const [low, high] = [corners[0]!, corners.at(-1)!];
      const field = 1n << BigInt(packing.step);
      for (const lanes of [1, packing.lanes]) {
        const bias = biasOf(a, b, packing.step, lanes);
        expect(low * BigInt(lanes) + bias).toBeGreaterThanOrEqual(0n);
        expect(high * BigInt(lanes) + bias).toBeLessThan(field);
      }
      const more = (high - low) * BigInt(packing.lanes + 1);
      const greatest = -low > high ? -low : high;
      const top = 1n << BigInt(47 - packing.step * (packing.rows - 1));
      expect(more >= field || greatest * BigInt(packing.lanes + 1) >= top).toBe(true);
    }
    expect(found).toBeGreaterThan(200);
  });

  it('is dealt out in even parts', () => {
    expect(evenParts(16, 7)).toEqual([5, 5, 6]);
    expect(evenParts(4, 3)).toEqual([2, 2]);
    expect(evenParts(8, 8)).toEqual([8]);
  });
});

describe('packed products', () => {
  it.each([
    [{ lanes: 16, rows: 2 }, 16],
    [{ lanes: 16, rows: 3 }, 32],
    [{ lanes: 5, rows: 4, a: int(4), b: int(4) }, 5],
    [{ lanes: 5, rows: 4, a: uint(4), b: int(4) }, 5],
    [{ lanes: 5, rows: 4, a: uint(4), b: uint(4) }, 5],
    [{ lanes: 5, rows: 4, a: uint(4), b: uint(4), pack: 'dsp48e1' }, 10],
    [{ lanes: 16, rows: 2, pack: 'none' }, 32],
  ])('%o take %i multiplications', (sample, count) => {
    expect(multiplications(packed(sample))).toBe(count);
  });

  const signs = [int, uint].flatMap((a) => [int, uint].map((b) => [a(4), b(4)] as const));
  it.each(signs)('two of 4 bits are right for every input: %o, %o', (a, b) => {
    const rows = numbersOf(a).flatMap((x) => numbersOf(b).flatMap((y) => numbersOf(b).map((z) => [x, y, z])));
    const found = simulateRows(
      packed({ lanes: 1, rows: 2, a, b }),
      rows.map(([x, y, z]) => [wrap(BigInt(x!), 4), wrap(BigInt(y!), 4) | (wrap(BigInt(z!), 4) << 4n)]),
    );
    const signed = a.signed || b.signed;
    const wrong = rows.filter(([x, y, z], k) => {
      const [low, high] = [0n, 8n].map((at) => Number(read(found[k]![0]! >> at, 8, signed)));
      return low !== x! * y! || high !== x! * z!;
    });
    expect(wrong).toEqual([]);
  });

  it.each([...signs.map(([a, b]) => [a, b, 'dsp48e2'] as const), [int(4), int(4), 'dsp48e1'] as const])(
    'four of 4 bits are right for every input: %o, %o, %s',
    (a, b, pack) => {
      const engine = compile(packed({ lanes: 1, rows: 4, a, b, pack }));
      const streams = 2 ** 20;
      engine.allocate({ cycles: 1, streams });
      const [left, right] = [engine.input('a'), engine.input('b')];
      const number = ({ signed }: Fixed, word: number, at: number): number =>
        signed ? ((word >> at) << 28) >> 28 : (word >> at) & 15;
      for (let word = 0; word < streams; word++) {
        left[word] = number(a, word, 16);
        for (let row = 0; row < 4; row++) right[row * engine.rowStreams + word] = number(b, word, 4 * row);
      }
      engine.run();
      const y = engine.output('y');
      let wrong = 0;
      for (let row = 0; row < 4; row++)
        for (let word = 0; word < streams; word++)
          if (y[row * engine.rowStreams + word] !== number(a, word, 16) * number(b, word, 4 * row)) wrong++;
      expect(wrong).toBe(0);
      engine.close();
    },
  );

  /** Numbers at which a carry, a borrow or a sign turns. */
  const edges = ({ width, signed }: Fixed): bigint[] => {
    const [low, high] = [minimum(width, signed), maximum(width, signed)];
    return [...new Set([low, low + 1n, signed ? -1n : 2n, 0n, 1n, high - 1n, high])];
  };

  const eights = [int, uint].flatMap((a) => [int, uint].map((b) => [a(8), b(8)] as const));
  it.each(eights)('of 8 bits are right at every boundary: %o, %o', (a, b) => {
    const choices = edges(a).flatMap((x) => edges(b).flatMap((y) => edges(b).map((z) => [x, y, z])));
    for (const [lanes, pack] of [
      [1, 'dsp48e2'],
      [4, 'dsp48e2'],
      [8, 'dsp48e2'],
      [9, 'dsp48e2'],
      [3, 'dsp48e1'],
    ] as const) {
      const sample = { ...defaultsOf(dot), lanes, rows: 2, a, b, pack };
      const reference = dot.reference(sample);
      // one product in all lanes, and all of these with another one in the last lane
      const vectors = choices.flatMap((all) =>
        (lanes === 1 ? [all] : [all, choices.at(0)!, choices.at(-1)!, [0n, 0n, 0n]]).map((last) => [
          lane(0, all, last, lanes),
          [...lane(1, all, last, lanes), ...lane(2, all, last, lanes)],
        ]),
      );
      const words = vectors.map((vector) => vector.map((port) => port.map((word) => wrap(word, 8))));
      const design = packed(sample);
      const { width } = topOf(design).outputs[0]!;
      const found = simulateRows(
        design,
        words.map((ports) => ports.map((port) => joined(port, 8))),
      );
      const wrong = words.findIndex((ports, k) => {
        const due = reference(ports)[0]!;
        return found[k]![0] !== joined(due, width / 2);
      });
      expect(wrong < 0 ? [] : vectors[wrong], `${lanes} lanes`).toEqual([]);
    }
  });
});

/** Entry `part` of a choice in all lanes but the last. */
function lane(part: number, all: readonly bigint[], last: readonly bigint[], lanes: number): bigint[] {
  return Array.from({ length: lanes }, (_, k) => (k === lanes - 1 ? last : all)[part]!);
}

function joined(words: readonly bigint[], width: number): bigint {
  return words.reduceRight((all, word) => (all << BigInt(width)) | word, 0n);
}

describe('packing that cannot be', () => {
  const faultOf = (named: Arguments) => {
    const made = parametersOf(dot, [], named);
    return made.ok ? undefined : made.diagnostics[0];
  };

  it('of one vector is refused', () => {
    expect(faultOf({ pack: 'dsp48e2' })?.message).toBe(
      '`pack: dsp48e2` of `dot` has nothing to pack: `b` is one vector',
    );
    expect(faultOf({ pack: 'dsp48e2', rows: 1 })?.code).toBe('nothing-to-pack');
  });

  it('of wide formats is refused, with the size of the multiplier', () => {
    const fault = faultOf({ pack: 'dsp48e1', rows: 2, a: int(16), b: int(12) });
    expect(fault?.message).toBe(
      'two products of `int(16)` and `int(12)` do not fit into one DSP48E1 (25 × 18 bits)',
    );
  });

  it('of another multiplier is refused', () => {
    expect(faultOf({ pack: 'dsp58', rows: 2 })?.message).toContain(printArgument('dsp58'));
  });
});
