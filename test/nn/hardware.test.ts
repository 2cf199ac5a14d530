import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { buildDesign, formsOf, operatorSubject, type Built } from '../../src/flow/index.js';
import { int, uint } from '../../src/format/index.js';
import { loadDesign } from '../../src/lang/index.js';
import { datapathEngine, dotPorts, exactEngine, requantise } from '../../src/nn/index.js';
import { operatorOf } from '../../src/ops/index.js';
import { compile, runWords } from '../../src/sim/index.js';

function design(text: string, given: Record<string, number> = {}): Built {
  const loaded = loadDesign(text, 'test.dp');
  const built = loaded.ok ? buildDesign(loaded.value.at(-1)!, given) : loaded;
  if (!built.ok) throw new Error(built.diagnostics.map((one) => one.message).join('; '));
  return built.value;
}

const example = readFileSync('examples/dot-int8.dp', 'utf8');

function codes(length: number, seed: number): Int8Array {
  const source = random(seed);
  return Int8Array.from({ length }, () => (source.below(4) === 0 ? -128 : source.below(256) - 128));
}

describe('requantisation of networks', () => {
  it('is what the operator of the library does', () => {
    const p = {
      x: int(32),
      bias: int(32),
      multiplier: uint(16),
      shift: 20,
      to: int(8),
      mode: 'nearest_even',
    };
    const { written } = operatorSubject(operatorOf('requantise')!, p, 'unit', 0);
    const source = random(3);
    const cases = Array.from({ length: 4000 }, (_, i) => {
      const multiplier = 1 + source.below(65535);
      const bias = source.below(2 ** 20) - 2 ** 19;
      // Every third case lies on a tie where the multiplier allows it, or a unit beside one.
      const tie = Math.round(((source.below(200) - 100.5) * 2 ** 20) / multiplier) - bias;
      const acc = i % 3 === 0 ? tie + source.below(3) - 1 : source.below(2 ** 26) - 2 ** 25;
      return { acc, bias, multiplier };
    });
    const ties = [1, 3, 5, 7].flatMap((odd) =>
      [-1, 0, 1].map((beside) => ({ acc: odd * 2 ** 19 + beside, bias: 0, multiplier: 1 })),
    );
    const all = [...cases, ...ties, ...ties.map((one) => ({ ...one, acc: -one.acc }))];
    const words = all.map(({ acc, bias, multiplier }) => ({
      x: BigInt(acc),
      bias: BigInt(bias),
      multiplier: BigInt(multiplier),
    }));
    const [found] = runWords(compile(formsOf(written).simplified), [words]);
    all.forEach(({ acc, bias, multiplier }, i) => {
      const by = {
        bias: Int32Array.of(bias),
        multiplier: Uint32Array.of(multiplier),
        multiplierBits: 16,
        shift: 20,
        bits: 8,
        relu: false,
      };
      const { codes } = requantise(Float64Array.of(acc), 1, 1, by);
      expect(BigInt.asIntN(8, found![i]!['y']!), JSON.stringify(all[i])).toBe(BigInt(codes[0]!));
    });
  });
});

describe('the datapath as an engine', () => {
  it.each([
    [1, 1, 1],
    [3, 5, 16],
    [7, 2, 17],
    [9, 3, 100],
    [300, 4, 33],
  ])('gives exact products of %i rows, %i columns, %i terms', (rows, columns, depth) => {
    const engine = datapathEngine(design(example).simplified, 8);
    if (!engine.ok) throw new Error(engine.diagnostics[0]!.message);
    const [a, w] = [codes(rows * depth, 1), codes(columns * depth, 2)];
    const found = engine.value.products(a, w, rows, columns, depth);
    const due = exactEngine().products(a, w, rows, columns, depth);
    expect([...found.values]).toEqual([...due.values]);
    expect(found.overflows).toBe(0);
  });

  it('overflows as the accumulator does, and counts it', () => {
    const engine = datapathEngine(design(example, { beats: 1 }).simplified, 8);
    if (!engine.ok) throw new Error(engine.diagnostics[0]!.message);
    const depth = 64;
    const worst = new Int8Array(depth).fill(-128);
    const found = engine.value.products(worst, worst, 1, 1, depth);
    expect(found.overflows).toBe(1);
    expect(found.values[0]).toBe(Number(BigInt.asIntN(20, BigInt(depth * 128 * 128))));
    expect(engine.value.products(worst, worst.fill(1), 1, 1, depth)).toEqual({
      values: Float64Array.of(64),
      overflows: 0,
    });
  });

  it('holds sums wider than 32 bits, of either sign', () => {
    const engine = datapathEngine(design(example, { beats: 65536 }).simplified, 8);
    const wide = design(example.replaceAll('int(8)', 'int(16)').replace('dot_int8', 'dot_int16')).simplified;
    const wider = datapathEngine(wide, 16);
    if (!engine.ok || !wider.ok) throw new Error('no engine');
    for (const sign of [1, -1]) {
      const a = new Int16Array(48).fill(32767);
      const w = new Int16Array(48).fill(sign * 32767);
      expect([...wider.value.products(a, w, 1, 1, 48).values]).toEqual([sign * 48 * 32767 ** 2]);
    }
    expect(dotPorts(wide, 16)).toMatchObject({ ok: true, value: { sum: { width: 46 } } });
  });

  it.each([
    [
      'vectors of one length',
      'datapath d() {\n  in a: int(8)[4]\n  in b: int(8)[5]\n  in first: bool\n  out y = a[0] * b[0]\n}\n',
    ],
    [
      'int\\(8\\)',
      'datapath d() {\n  in a: uint(8)[4]\n  in b: int(8)[4]\n  in first: bool\n  out y = dot(a, b)\n}\n',
    ],
    ['first: bool', 'datapath d() {\n  in a: int(8)[4]\n  in b: int(8)[4]\n  out y = dot(a, b)\n}\n'],
    [
      'nobody drives its input c',
      'datapath d() {\n  in a: int(8)[4]\n  in b: int(8)[4]\n  in c: int(8)\n  in first: bool\n  out y = dot(a, b) + c\n}\n',
    ],
    [
      'one output',
      'datapath d() {\n  in a: int(8)[4]\n  in b: int(8)[4]\n  in first: bool\n  out y = dot(a, b)\n  out z = first\n}\n',
    ],
  ])('wants %s', (said, text) => {
    const ports = dotPorts(design(text).simplified, 8);
    expect(ports.diagnostics.map((one) => one.message).join()).toMatch(new RegExp(said));
  });
});
