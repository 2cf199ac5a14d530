import { describe, expect, it } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { resolve } from '../../src/builder/index.js';
import { decode, encode, exactOf, floats, numberOf, type Dyadic } from '../../src/format/index.js';
import { parametersOf } from '../../src/ops/index.js';
import {
  alignmentSteps,
  floatMode,
  innerProduct,
  integerMode,
  modeOf,
  modeWord,
  nibbleInnerProduct,
  passesOf,
  type IpuMode,
  type IpuShape,
} from '../../src/ops/nibble_inner_product/index.js';
import { dealt, due, runJobs, unitOf, type Job, type Unit } from './ipu-driver.js';

const widths = [4, 8, 12, 16];
const signs = [true, false];
const half = floatMode('fp16', 'fp16');
const formats = ['fp16', 'bf16'] as const;

/** Every result and every ready cycle of lists of jobs, against the definition. */
function expectRight(unit: Unit, jobs: readonly Job[], streams = 64): void {
  const lists = dealt(jobs, streams);
  const runs = runJobs(unit, lists);
  lists.forEach((list, k) => {
    const { results, ready } = due(unit.shape, list);
    expect(runs[k]!.results).toEqual(results);
    expect(runs[k]!.ready.slice(0, ready.length)).toEqual(ready);
  });
}

/** A FP16 word: ±(1 + fraction/1024) · 2^exponent. */
function fp16Word(exponent: number, fraction: number, negative = false): bigint {
  return BigInt((negative ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction);
}

/** Two FP16 words whose exponents add up to `exponent`, −28 to 30. */
function factors(exponent: number, source: Random): [bigint, bigint] {
  const low = Math.max(-14, exponent - 15);
  const high = Math.min(15, exponent + 14);
  const first = low + source.below(high - low + 1);
  const word = (e: number): bigint => fp16Word(e, source.below(1024), source.below(2) === 1);
  return [word(first), word(exponent - first)];
}

/** A job whose lanes lie below the greatest exponent by those distances. */
function distant(distances: readonly number[], top: number, source: Random): Job {
  const pairs = distances.map((distance) => factors(top - distance, source));
  return { mode: half, a: pairs.map(([a]) => a), b: pairs.map(([, b]) => b) };
}

function randomJob(mode: IpuMode, lanes: number, source: Random): Job {
  const words = (): bigint[] => Array.from({ length: lanes }, () => source.word(16));
  return { mode, a: words(), b: words() };
}

const integerModes = widths.flatMap((a) =>
  widths.flatMap((b) => signs.flatMap((x) => signs.map((y) => integerMode(a, b, { a: x, b: y })))),
);
const floatModes = formats.flatMap((a) => formats.map((b) => floatMode(a, b)));

describe('modes of a nibble inner product', () => {
  it('are words of seven bits, each with a meaning', () => {
    for (const mode of [...integerModes, ...floatModes])
      expect(modeOf(modeWord(mode), 'fp16_bf16')).toEqual(mode);
    for (let word = 0n; word < 128n; word++)
      expect(modeOf(word, 'fp16').kind).toBe(word < 64n ? 'integer' : 'float');
    expect(modeOf(0b1000101n, 'fp16')).toEqual(half);
  });

  it('take a pass for every pair of nibbles', () => {
    const passes = (a: number, b: number): number => passesOf(integerMode(a, b));
    expect([passes(4, 4), passes(8, 4), passes(8, 8), passes(12, 12), passes(16, 16)]).toEqual([
      1, 2, 4, 9, 16,
    ]);
    expect(floatModes.map(passesOf)).toEqual([9, 6, 6, 4]);
  });
});

const shapeOf = (more: Partial<IpuShape>): IpuShape => ({
  lanes: 16,
  tree: 16,
  precision: 28,
  alignment: 'multi',
  floats: 'fp16',
  accumulate: 'fp32',
  result: 'fp32',
  jobs: 1,
  ...more,
});

const valueOf = (word: bigint): number => numberOf(decode(floats['fp16']!, word));

/** The exact sum of the products of FP16 words in units of 2^−48. */
function exactUnits(a: readonly bigint[], b: readonly bigint[]): bigint {
  const units = (word: bigint): bigint => BigInt(valueOf(word) * 2 ** 24);
  return a.reduce((total, x, k) => total + units(x) * units(b[k]!), 0n);
}

function unitsOf(shape: IpuShape, { a, b }: Job): bigint {
  const { negative, significand, exponent } = innerProduct(shape, half, a, b) as Dyadic;
  const up = exponent + 48;
  const magnitude = up >= 0 ? significand << BigInt(up) : significand >> BigInt(-up);
  return negative ? -magnitude : magnitude;
}

describe('the definition of an inner product', () => {
  it('is exact in several cycles, over the whole alignment of FP16, for every tree', () => {
    const source = random(1);
    for (let tree = 10; tree <= 80; tree++) {
      const distances = [0, 58, ...Array.from({ length: 14 }, () => source.below(59))];
      const job = distant(distances, 30, source);
      expect(unitsOf(shapeOf({ tree, precision: 58 }), job)).toBe(exactUnits(job.a, job.b));
    }
  });

  it('loses nothing in one cycle up to an alignment of w − 9', () => {
    const source = random(2);
    for (const tree of [10, 12, 16, 28])
      for (let round = 0; round < 50; round++) {
        const distances = [0, ...Array.from({ length: 15 }, () => source.below(tree - 8))];
        const job = distant(distances, source.below(10), source);
        expect(unitsOf(shapeOf({ tree, alignment: 'single' }), job)).toBe(exactUnits(job.a, job.b));
      }
  });

  it('loses the bits below the window in one cycle, toward minus infinity, but does not drop lanes', () => {
    const all = fp16Word(0, 1023);
    const job = (exponent: number, negative: boolean): Job => ({
      mode: half,
      a: [fp16Word(exponent, 0), fp16Word(0, 1023, negative)],
      b: [fp16Word(0, 0), all],
    });
    for (const tree of [10, 12, 16]) {
      const shape = shapeOf({ tree, alignment: 'single' });
      const first = job(tree - 8, false);
      // The last bit of the four products of odd nibbles, 15 · 15, in units of 2^−22.
      const lost = ((16n + 256n) ** 2n) << 26n;
      expect(unitsOf(shape, first)).toBe(exactUnits(first.a, first.b) - lost);
      for (const negative of [false, true]) {
        const far = job(15, negative);
        const rest = unitsOf(shape, far) - exactUnits(far.a.slice(0, 1), far.b.slice(0, 1));
        expect(rest <= exactUnits(far.a.slice(1), far.b.slice(1))).toBe(true);
        expect(rest < 0n).toBe(negative);
      }
    }
  });

  it('drops lanes beyond the software precision only', () => {
    const source = random(3);
    for (const precision of [8, 27, 28, 58])
      for (const beyond of [0, 1]) {
        if (precision + beyond > 58) continue;
        const job = distant([0, precision + beyond], 30, source);
        const count = beyond === 0 ? 2 : 1;
        const sum = unitsOf(shapeOf({ precision }), job);
        expect(sum).toBe(exactUnits(job.a.slice(0, count), job.b.slice(0, count)));
      }
  });

  it('takes ⌊max s / sp⌋ + 1 cycles a pass, over lanes that are neither zero nor dropped', () => {
    const source = random(4);
    const steps = (tree: number, distances: readonly number[], precision = 28): number => {
      const { a, b } = distant(distances, 30, source);
      return alignmentSteps(shapeOf({ tree, precision }), half, [...a, 0n], [...b, fp16Word(15, 0)]);
    };
    for (const tree of [10, 12, 16, 20, 28, 38]) {
      const sp = tree - 9;
      for (let k = 1; k * sp <= 27; k++) {
        expect(steps(tree, [0, k * sp - 1])).toBe(k);
        expect(steps(tree, [0, k * sp])).toBe(k + 1);
        expect(steps(tree, [0, k * sp + 1])).toBe(sp === 1 ? k + 2 : k + 1);
      }
      expect(steps(tree, [0, 29])).toBe(1);
      expect(steps(tree, [])).toBe(1);
    }
    const worst = (tree: number): number => steps(tree, [0, 28]);
    expect([12, 16, 20, 28, 38].map(worst)).toEqual([10, 5, 3, 2, 1]);
  });
});

/** What FP16 words are told apart by: zeros, the ends of subnormal and normal numbers, infinities, NaN. */
const corners = [0x0000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0x3fff, 0x7bff, 0x7c00, 0x7e00].flatMap((word) => [
  BigInt(word),
  BigInt(word | 0x8000),
]);

describe('a unit', () => {
  it('multiplies every pair of nibbles of every sign', () => {
    const unit = unitOf({ lanes: 1 });
    const jobs: Job[] = [];
    for (const mode of integerModes.filter(({ kind }) => kind === 'integer'))
      if (passesOf(mode) === 1 || passesOf(mode) === 4)
        for (let a = 0; a < 16; a++)
          for (let b = 0; b < 16; b++) jobs.push({ mode, a: [BigInt(a * 17)], b: [BigInt(b * 17)] });
    // Subnormal significands, which have any nibble at any place.
    for (const i of [1, 16, 64])
      for (const j of [1, 16, 64])
        for (let a = 0; a < 16; a++)
          for (let b = 0; b < 16; b++)
            for (const sign of [0, 0x8000])
              jobs.push({ mode: half, a: [BigInt(a * i)], b: [BigInt((b * j) | sign)] });
    expectRight(unit, jobs);
  });

  it.each(['multi', 'single'] as const)('does all integers in any pairing (%s)', (alignment) => {
    const source = random(5);
    const unit = unitOf({ lanes: 3, tree: 11, alignment });
    const jobs = integerModes.flatMap((mode) => [
      ...[0n, 0x7fffn, 0x8000n, 0xffffn].flatMap((a) =>
        [0n, 0x7fffn, 0x8000n, 0xffffn].map((b) => ({ mode, a: [a, a, a], b: [b, b, b] })),
      ),
      ...Array.from({ length: 8 }, () => randomJob(mode, 3, source)),
    ]);
    expectRight(unit, jobs);
  });

  it('does all pairs of corners of FP16, beside a third', () => {
    const unit = unitOf({ lanes: 2, tree: 12, software_precision: 58 });
    const jobs = corners.flatMap((x) =>
      corners.flatMap((y) => corners.map((z) => ({ mode: half, a: [x, z], b: [y, 0x3c01n] }))),
    );
    expectRight(unit, jobs, 256);
  });

  it.each([10, 12, 16, 38, 80])('aligns at and around every multiple of sp (w = %i)', (tree) => {
    const source = random(tree);
    const sp = tree - 9;
    const jobs: Job[] = [];
    for (let s = 0; s <= 58; s++)
      if ([0, 1, sp - 1].includes(s % sp) || s > 56) {
        jobs.push(distant([0, s, s], 30, source), distant([s, 0, source.below(s + 1)], 30, source));
        jobs.push({
          mode: half,
          a: [fp16Word(15, 0), 1n, 0n],
          b: [fp16Word(15, 0), 1n, fp16Word(15, 1023)],
        });
      }
    for (const precision of [8, 28, 58])
      for (const alignment of ['multi', 'single'])
        expectRight(unitOf({ lanes: 3, tree, software_precision: precision, alignment }), jobs, 16);
  });

  it('is exact where all cancels but the least bit', () => {
    const top = fp16Word(15, 1023);
    const one = 1n;
    const job: Job = { mode: half, a: [top, one, top ^ 0x8000n, 0n], b: [top, one, top, top] };
    const unit = unitOf({ lanes: 4, software_precision: 58 });
    const [run] = runJobs(unit, [[job]]);
    expect(run!.results).toEqual([[encode(floats['fp32']!, exactOf(2 ** -48))]]);
    expectRight(unit, [job, { ...job, b: [top, 0n, top, top] }]);
  });

  it.each([
    { lanes: 2, accumulate: 'fp32' },
    { lanes: 2, accumulate: 'fixed' },
    { lanes: 2, accumulate: 'fixed', result: 'fixed', alignment: 'single' },
    { lanes: 1, floats: 'fp16_bf16', software_precision: 58 },
    { lanes: 2, floats: 'fp16_bf16', accumulate: 'fixed' },
    { lanes: 2, floats: 'fp16_bf16', accumulate: 'fixed', result: 'fixed' },
  ])('adds jobs of all kinds up: %o', (sample) => {
    const source = random(6);
    const unit = unitOf(sample);
    const modes = [...floatModes, ...floatModes, integerMode(16, 16), integerMode(4, 8)];
    const jobs = Array.from({ length: 3000 }, () => {
      const mode = modeOf(modeWord(modes[source.below(modes.length)]!), unit.shape.floats);
      const { lanes } = unit.shape;
      const near = mode.kind === 'float' && source.below(2) === 0;
      const job =
        near && mode.a === half.a && mode.b === half.b
          ? distant(
              Array.from({ length: lanes }, () => source.below(12)),
              4 + source.below(20),
              source,
            )
          : randomJob(mode, lanes, source);
      return { ...job, first: source.below(4) === 0, last: source.below(2) === 0 };
    });
    expectRight(unit, jobs, 16);
  });

  it('gives NaN and infinities as IEEE 754 would', () => {
    const [inf, nan, one, zero] = [0x7c00n, 0x7e00n, 0x3c00n, 0n];
    const sum = (a: bigint[], b: bigint[]): bigint => {
      const [run] = runJobs(unit, [[{ mode: half, a, b }]]);
      return run!.results[0]![0]!;
    };
    const unit = unitOf({ lanes: 2 });
    expect(sum([inf, one], [one, one])).toBe(0x7f800000n);
    expect(sum([inf, one], [one | 0x8000n, one])).toBe(0xff800000n);
    expect(sum([inf, inf], [one, inf])).toBe(0x7f800000n);
    expect(sum([inf, inf], [one, one | 0x8000n])).toBe(0x7fc00000n);
    expect(sum([inf, one], [zero, one])).toBe(0x7fc00000n);
    expect(sum([one, one], [nan, one])).toBe(0x7fc00000n);
    expect(sum([zero | 0x8000n, zero], [one, zero])).toBe(0n);
  });
});

describe('as many jobs as a unit is made for', () => {
  const [lanes, jobs] = [3, 5];
  const run = (unit: Unit, mode: IpuMode, x: bigint, y: bigint): bigint => {
    const job = { mode, a: Array<bigint>(lanes).fill(x), b: Array<bigint>(lanes).fill(y) };
    const list = Array.from({ length: jobs }, (_, k) => ({ ...job, first: k === 0, last: k === jobs - 1 }));
    return runJobs(unit, [list])[0]!.results[0]![0]!;
  };

  it.each(['fp32', 'fixed'])('do not overflow a sum of integers (%s)', (accumulate) => {
    const unit = unitOf({ lanes, jobs, accumulate });
    const width = 33 + 4;
    const [all, most, least] = [0xffffn, 0x7fffn, 0x8000n];
    const sum = (a: boolean, b: boolean, x: bigint, y: bigint): bigint =>
      BigInt.asIntN(width, run(unit, integerMode(16, 16, { a, b }), x, y));
    expect(sum(false, false, all, all)).toBe(15n * 65535n ** 2n);
    expect(sum(true, false, least, all)).toBe(-15n * 32768n * 65535n);
    expect(sum(true, true, least, least)).toBe(15n * 32768n ** 2n);
    expect(sum(true, true, least, most)).toBe(-15n * 32768n * 32767n);
  });

  it.each([
    { floats: 'fp16', great: 0x7bffn, exponent: -48 },
    { floats: 'fp16_bf16', great: 0x7f7fn, exponent: -266 },
  ])('do not overflow a fixed-point sum: $floats', ({ floats: formats, great, exponent }) => {
    const unit = unitOf({ lanes, jobs, floats: formats, accumulate: 'fixed', result: 'fixed' });
    const mode = formats === 'fp16' ? half : floatMode('bf16', 'bf16');
    const value = BigInt(numberOf(decode(mode.kind === 'float' ? mode.a : floats['fp16']!, great)));
    const due = (15n * value ** 2n) << BigInt(-exponent);
    const width = due.toString(2).length + 1;
    const sign = great | 0x8000n;
    expect(run(unit, mode, great, great)).toBe(due);
    const negative = run(unit, mode, sign, great);
    expect(BigInt.asIntN(width, negative)).toBe(-due);
    expect(negative >> BigInt(width - 1)).not.toBe(0n);
    // The least products, exactly.
    expect(run(unit, mode, 1n, 1n)).toBe(15n);
  });
});

describe('the parameters of a unit', () => {
  it('ask for a fixed-point sum where that is read out', () => {
    const made = parametersOf(nibbleInnerProduct, [], { result: 'fixed' });
    expect(made.ok).toBe(false);
    expect(made.diagnostics[0]).toMatchObject({ code: 'parameter-rule' });
    expect(parametersOf(nibbleInnerProduct, [], { result: 'fixed', accumulate: 'fixed' }).ok).toBe(true);
  });

  it('are bounded so that a window and an alignment are left', () => {
    const { parameters } = nibbleInnerProduct;
    for (const wrong of [
      { tree: 9 },
      { lanes: 0 },
      { software_precision: 59 },
      { jobs: 0 },
      { alignment: 'two' },
    ])
      expect(resolve(parameters, wrong).ok).toBe(false);
  });
});
