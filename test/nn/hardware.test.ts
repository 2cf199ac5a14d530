import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { buildDesign, formsOf, operatorSubject, type Built } from '../../src/flow/index.js';
import { int, uint } from '../../src/format/index.js';
import { loadDesign } from '../../src/lang/index.js';
import {
  codeBounds,
  datapathEngine,
  dotPorts,
  exactEngine,
  requantise,
  type DotEngine,
} from '../../src/nn/index.js';
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
      const to = { bits: 8, signed: true, zero: 0, scale: 1 };
      const by = {
        bias: Int32Array.of(bias),
        multiplier: Uint32Array.of(multiplier),
        multiplierBits: 16,
        shift: 20,
        to,
        ...codeBounds(to, false, Infinity),
      };
      const codes = new Int8Array(1);
      requantise(Int32Array.of(acc), 1, by, 0, codes, 0);
      expect(BigInt.asIntN(8, found![i]!['y']!), JSON.stringify(all[i])).toBe(BigInt(codes[0]!));
    });
  });
});

function engineOf(built: Built): DotEngine {
  const engine = datapathEngine(built.simplified);
  if (!engine.ok) throw new Error(engine.diagnostics[0]!.message);
  return engine.value;
}

/** Sums of streams of codes, [stream][term], with weights of one column, or with ones of their own. */
function sumsOf(engine: DotEngine, a: ArrayLike<number>, w: ArrayLike<number>, depth: number, own = false) {
  const streams = a.length / depth;
  const session = engine.open(depth, streams, own);
  for (let s = 0; s < streams; s++)
    for (let k = 0; k < depth; k++) {
      session.activations[k * session.stride + s] = a[s * depth + k]!;
      if (own) session.weights[k * session.stride + s] = w[s * depth + k]!;
    }
  if (!own) session.weights.set(Array.from(w));
  return [...session.run().subarray(0, streams)];
}

describe('the datapath as an engine', () => {
  const engine = engineOf(design(example));
  const exact = exactEngine();

  it.each([
    [1, 1],
    [3, 100],
    [7, 17],
    [9, 16],
    [300, 33],
    [300, 5],
  ])('gives exact products of %i streams, %i terms', (streams, depth) => {
    const a = codes(streams * depth, 1);
    const w = codes(depth, 2);
    expect(sumsOf(engine, a, w, depth)).toEqual(sumsOf(exact, a, w, depth));
    const all = codes(streams * depth, 3);
    expect(sumsOf(engine, a, all, depth, true)).toEqual(sumsOf(exact, a, all, depth, true));
  });

  it('says what it is', () => {
    expect(engine).toMatchObject({ name: 'dot_int8', lanes: 16, block: 16, sumBits: 30, unit: 1 });
  });

  it('overflows as the accumulator does', () => {
    const short = engineOf(design(example, { beats: 1 }));
    const depth = 64;
    const worst = new Int8Array(depth).fill(-128);
    expect(sumsOf(short, worst, worst, depth)).toEqual([
      Number(BigInt.asIntN(20, BigInt(depth * 128 * 128))),
    ]);
    expect(sumsOf(short, new Int8Array(depth).fill(1), new Int8Array(depth).fill(1), depth)).toEqual([64]);
  });

  it('holds sums wider than 32 bits, of either sign', () => {
    const wide = design(example.replaceAll('int(8)', 'int(16)').replace('dot_int8', 'dot_int16'));
    for (const sign of [1, -1]) {
      const a = new Int16Array(48).fill(32767);
      const w = new Int16Array(48).fill(sign * 32767);
      expect(sumsOf(engineOf(wide), a, w, 48)).toEqual([sign * 48 * 32767 ** 2]);
    }
    expect(dotPorts(wide.simplified)).toMatchObject({ ok: true, value: { sum: { width: 46 } } });
  });

  it('that does not sum is refused', () => {
    const text =
      'datapath d() {\n  in a: int(8)[4]\n  in b: int(8)[4]\n  in first: bool\n  out y = a[0] + b[1]\n}\n';
    const refused = datapathEngine(design(text).simplified);
    expect(refused.diagnostics.map(({ code }) => code)).toEqual(['nn-datapath-sums']);
  });

  it.each([
    [
      'vectors of one length',
      'datapath d() {\n  in a: int(8)[4]\n  in b: int(8)[5]\n  in first: bool\n  out y = a[0] * b[0]\n}\n',
    ],
    [
      'at most 16 bits',
      'datapath d() {\n  in a: int(17)[4]\n  in b: int(8)[4]\n  in first: bool\n  out y = dot(a, b)\n}\n',
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
    const ports = dotPorts(design(text).simplified);
    expect(ports.diagnostics.map((one) => one.message).join()).toMatch(new RegExp(said));
  });
});
