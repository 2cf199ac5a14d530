import { describe, expect, it } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { vec, type Arguments } from '../../src/builder/index.js';
import {
  decode,
  encode,
  exactOf,
  fixed,
  floats,
  formatWidth,
  fp,
  numberOf,
  roundings,
  ufixed,
  type Float,
  type NumberFormat,
} from '../../src/format/index.js';
import { mxDot, parametersOf } from '../../src/ops/index.js';
import { circuit, expectAgreement, faults } from './scaled-run.js';

const { fp32, fp4_e2m1, fp6_e2m3, fp6_e3m2, fp8_e4m3, fp8_e5m2, e8m0, ue4m3 } = floats as Record<
  string,
  Float
> & {
  readonly [
    K in 'fp32' | 'fp4_e2m1' | 'fp6_e2m3' | 'fp6_e3m2' | 'fp8_e4m3' | 'fp8_e5m2' | 'e8m0' | 'ue4m3'
  ]: Float;
};
const one = 127n;

const codeOf = (format: NumberFormat, value: number): bigint =>
  encode(format, exactOf(value), { overflow: 'ieee' });
const codes = (format: NumberFormat, ...values: number[]): bigint[] =>
  values.map((value) => codeOf(format, value));
const valueOf = (format: NumberFormat, word: bigint): number => numberOf(decode(format, word));
const all = (format: NumberFormat): bigint[] =>
  Array.from({ length: 2 ** formatWidth(format) }, (_, k) => BigInt(k));

describe('mx_dot', () => {
  const pairs: readonly (readonly [string, NumberFormat, NumberFormat])[] = [
    ['fp4_e2m1 · fp4_e2m1', fp4_e2m1, fp4_e2m1],
    ['fp6_e2m3 · fp6_e3m2', fp6_e2m3, fp6_e3m2],
    ['fp8_e4m3 · fp4_e2m1', fp8_e4m3, fp4_e2m1],
    ['fp8_e5m2 · fp6_e2m3', fp8_e5m2, fp6_e2m3],
    ['fp8_e4m3 · fp8_e5m2', fp8_e4m3, fp8_e5m2],
    ['fixed(2, 6) · fp4_e2m1', fixed(2, 6), fp4_e2m1],
  ];

  it.each(pairs)('%s: every pair of elements, into fp32 and a window', (_, a, b) => {
    const rows = all(a).flatMap((x) => all(b).map((y) => [[x], [y], [one], [one]]));
    const p = { length: 1, block: 1, a, b };
    expectAgreement(mxDot, p, rows);
    expectAgreement(mxDot, { ...p, to: fixed(36, 26) }, rows.slice(0, 16384));
    // Products of 4-bit significands are float64 numbers, and fp32 numbers.
    const found = circuit(mxDot, p)(rows);
    const wrong = rows.filter(([x, y], i) => {
      const due = valueOf(a, x![0]!) * valueOf(b, y![0]!);
      return !Object.is(valueOf(fp32, found[i]![0]![0]!) + 0, due + 0);
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ['fp4_e2m1', fp4_e2m1, e8m0],
    ['fp6_e3m2', fp6_e3m2, e8m0],
    ['fp4_e2m1', fp4_e2m1, ue4m3],
  ] as const)('%s: every element with every scale of its block', (_, element, scale) => {
    const p = { length: 1, block: 1, a: element, b: element, a_scale: scale, b_scale: scale };
    const other = codeOf(element, 1.5);
    const rows = all(element).flatMap((x) =>
      all(scale).flatMap((s) => [0n, codeOf(scale, 16)].map((t) => [[x], [other], [s], [t]])),
    );
    expectAgreement(mxDot, p, rows);
    expectAgreement(mxDot, { ...p, to: fixed(9, 7) }, rows);
    const found = circuit(mxDot, p)(rows);
    const wrong = rows.filter(([x, , s, t], i) => {
      const due = valueOf(element, x![0]!) * 1.5 * (valueOf(scale, s![0]!) * valueOf(scale, t![0]!));
      return !Object.is(valueOf(fp32, found[i]![0]![0]!) + 0, Math.fround(due) + 0);
    });
    expect(wrong).toEqual([]);
  });

  it.each(roundings)('adds blocks in fp32, %s, near cancellation and ties', (mode) => {
    for (const [a, b] of [
      [fp4_e2m1, fp4_e2m1],
      [fp8_e5m2, fp8_e4m3],
    ] as const) {
      const p = { length: 6, block: 2, a, b, mode };
      const source = random(31);
      expectAgreement(
        mxDot,
        p,
        Array.from({ length: 1500 }, () => nearRow(source, p, 3)),
      );
    }
  });

  /** Scales so near to each other that blocks meet, half of the blocks the opposite of the block before. */
  function nearRow(source: Random, p: { a: Float; b: Float }, blocks: number): bigint[][] {
    const element = (format: Float): bigint =>
      source.word(formatWidth(format)) & ~(source.below(3) === 0 ? 0n : 0x40n);
    const row = { a: [] as bigint[], b: [] as bigint[], s: [] as bigint[], t: [] as bigint[] };
    for (let k = 0; k < blocks; k++) {
      const opposite = k > 0 && source.below(2) === 0;
      const sign = 1n << BigInt(formatWidth(p.a) - 1);
      for (let i = 0; i < 2; i++) {
        row.a.push(opposite ? row.a[2 * k - 2 + i]! ^ sign : element(p.a));
        row.b.push(opposite ? row.b[2 * k - 2 + i]! : element(p.b));
      }
      row.s.push(BigInt(127 + source.below(28) - 14));
      row.t.push(
        opposite ? BigInt(254 - Number(row.s[k]!) + source.below(3)) : BigInt(127 + source.below(28) - 14),
      );
    }
    return [row.a, row.b, row.s, row.t];
  }

  it('rounds once after every block, from block 0 on', () => {
    const run = circuit(mxDot, { length: 3, block: 1 });
    const scales = (...exponents: number[]): bigint[] => exponents.map((e) => BigInt(127 + e));
    const sum = (a: number[], e: number[], b = [1, 1, 1]): number =>
      valueOf(
        fp32,
        run([[codes(fp4_e2m1, ...a), codes(fp4_e2m1, ...b), scales(...e), scales(0, 0, 0)]])[0]![0]![0]!,
      );
    // Half of the last bit of 1: a tie to even, twice; from the other end both halves count.
    expect(sum([1, 1, 1], [0, -24, -24])).toBe(1);
    expect(sum([1, 1, 1], [-24, -24, 0])).toBe(1 + 2 ** -23);
    // One bit more than the half, however far below it.
    expect(sum([1, 1.5, 0], [0, -24, 0])).toBe(1 + 2 ** -23);
    expect(sum([1, -1, 0], [-24, -100, 0])).toBe(2 ** -24);
    expect(sum([1, 1, -1], [0, 100, 100])).toBe(0);
    expect(sum([1, -1, 1], [100, 100, 0])).toBe(1);
    // Beyond the greatest and below the least number.
    expect(sum([6, 6, -6], [127, 127, 127], [6, 6, 6])).toBe(Infinity);
    expect(sum([1, 0, 0], [-127, 0, 0])).toBe(2 ** -127);
  });

  it.each(roundings)('rounds NVFP4 sums on ties and one code to each side, %s', (mode) => {
    const nvfp4 = { a: fp4_e2m1, b: fp4_e2m1, a_scale: ue4m3, b_scale: ue4m3, mode };
    const source = random(3);
    const rows = Array.from({ length: 600 }, () => {
      // A great block, then one that is a small odd multiple of half its last bit in bf16.
      const [x, y] = [1 + source.below(7), 1 + source.below(7)].map(BigInt) as [bigint, bigint];
      const scale = BigInt(0x60 + source.below(24));
      const small = BigInt(0x20 + source.below(40));
      const sign = source.below(2) === 0 ? 0n : 8n;
      return [0n, 1n, 2n].map((near) => [
        [x, 1n | sign],
        [y, 1n + near],
        [scale, small],
        [scale, small + near],
      ]);
    });
    const p = { ...nvfp4, length: 2, block: 1, to: fp(8, 7) };
    expectAgreement(mxDot, p, rows.flat());
    expectAgreement(mxDot, { ...p, to: fixed(20, 2) }, rows.flat());
    const [even, away] = ['nearest_even', 'nearest_away'].map((other) =>
      circuit(mxDot, { ...p, mode: other })(rows.flat()).map(([y]) => y![0]!),
    );
    const ties = even!.filter((y, i) => y !== away![i]).length;
    expect(ties).toBeGreaterThan(20);
  });

  it('is the exact sum of an NVFP4 block of 16', () => {
    const run = circuit(mxDot, { length: 16, block: 16, a_scale: ue4m3, b_scale: ue4m3 });
    const greatest = run([[Array(16).fill(7n), Array(16).fill(7n), [0x7en], [0x7en]]])[0]![0]![0]!;
    expect(valueOf(fp32, greatest)).toBe(36 * 16 * 448 * 448);
    const least = run([[Array(16).fill(1n), Array(16).fill(9n), [1n], [1n]]])[0]![0]![0]!;
    expect(valueOf(fp32, least)).toBe(-0.25 * 16 * 2 ** -18);
  });

  it('gives NaN for NaN, and treats infinities as IEEE 754 does', () => {
    const run = circuit(mxDot, { length: 4, block: 2, a: fp8_e5m2, b: fp8_e5m2, b_scale: ue4m3 });
    const result = (a: number[], b: number[], s = [127n, 127n], t = [0x38n, 0x38n]): number =>
      valueOf(fp32, run([[codes(fp8_e5m2, ...a), codes(fp8_e5m2, ...b), s, t]])[0]![0]![0]!);
    expect(result([1, NaN, 1, 1], [1, 1, 1, 1])).toBeNaN();
    expect(result([1, Infinity, 1, 1], [1, -2, 1, 1])).toBe(-Infinity);
    expect(result([1, Infinity, 1, 1], [1, 0, 1, 1])).toBeNaN();
    expect(result([Infinity, Infinity, 1, 1], [1, -1, 1, 1])).toBeNaN();
    expect(result([Infinity, 1, Infinity, 1], [1, 1, 3, 1])).toBe(Infinity);
    expect(result([Infinity, 1, Infinity, 1], [1, 1, -3, 1])).toBeNaN();
    expect(result([0, 0, 1, 1], [1, 1, 1, 1], [255n, 127n])).toBeNaN();
    expect(result([1, 1, 1, 1], [1, 1, 1, 1], [127n, 127n], [0x38n, 0x7fn])).toBeNaN();
    expect(result([Infinity, 1, 1, 1], [1, 1, 1, 1], [127n, 127n], [0n, 0x38n])).toBeNaN();
    expect(result([1, 1, 1, 1], [1, 1, 1, 1], [127n, 127n], [0n, 0x38n])).toBe(2);
  });

  it('saturates to the window and says so', () => {
    const run = circuit(mxDot, { length: 2, block: 1, to: fixed(6, 2) });
    const out = (a: number[], e: number[]): bigint[] =>
      run([
        [codes(fp4_e2m1, ...a), codes(fp4_e2m1, 1, 1), e.map((x) => BigInt(127 + x)), [one, one]],
      ])[0]!.map(([word]) => word!);
    expect(out([6, 1], [2, 0])).toEqual([100n, 0n, 0n]);
    // 31.75 is the greatest, −32 the least.
    expect(out([4, -0.5], [3, -1])).toEqual([126n, 0n, 1n]);
    expect(out([-4, 0.5], [3, -1])).toEqual([BigInt.asUintN(8, -127n), 0n, 0n]);
    expect(out([3, 2], [3, 3])).toEqual([127n, 0n, 1n]);
    expect(out([-6, 0], [127, 0])).toEqual([128n, 0n, 1n]);
    expect(out([0, 0], [127, 127])).toEqual([0n, 0n, 0n]);
    expect(out([1, 1], [128, 0])).toEqual([0n, 1n, 0n]);
    // 0.125 is half of the window's unit, a tie to even for either term.
    expect(out([1, 1], [-3, -3])).toEqual([0n, 0n, 0n]);
    expect(out([1.5, 1.5], [-3, -3])).toEqual([2n, 0n, 0n]);
  });

  it('refuses vectors that are no whole blocks, and formats that cannot be', () => {
    expect(faults(mxDot, { length: 40 }).text).toMatch(
      /40, which is no multiple of `block`, 32.*to 64 elements/,
    );
    expect(faults(mxDot, { block: 0 }).text).toMatch(/`block` is 0, but must be from 1/);
    expect(faults(mxDot, { to: fp4_e2m1 }).text).toMatch(/no sign or no NaN/);
    expect(faults(mxDot, { to: ufixed(4, 4) }).text).toMatch(/has no sign/);
    expect(faults(mxDot, { a_scale: fp(5, 2) }).codes).toEqual(['type-mismatch']);
    expect(faults(mxDot, { a: e8m0 }).text).toMatch(/must have a zero/);
  });

  it('infers lengths and formats, and the block where the scales tell it', () => {
    const infer = (length: number, blocks: number): Arguments => {
      const element = vec(fp6_e2m3, length);
      const made = parametersOf(mxDot, [element, element, vec(ue4m3, blocks), vec(e8m0, blocks)], {});
      return made.ok ? made.value : {};
    };
    expect(infer(48, 3)).toMatchObject({ length: 48, block: 16, a: fp6_e2m3, a_scale: ue4m3, b_scale: e8m0 });
    expect(infer(50, 3)).toEqual({});
  });
});
