import { describe, expect, it } from 'vitest';
import { parametersOf, vsDot, vsMac, vsQuantise } from '../../src/ops/index.js';
import { fixed, fp, int, roundings, uint, vsQuant, quantise, type Rounding } from '../../src/format/index.js';
import { vec } from '../../src/builder/index.js';
import { random } from '../../src/base/index.js';
import { operatorSubject } from '../../src/flow/index.js';
import { circuit, faults } from './scaled-run.js';

const signed = (word: bigint, width: number): bigint => BigInt.asIntN(width, word);

describe('vs_dot', () => {
  const p = { lanes: 2, a: int(4), b: int(4), a_scale: uint(4), b_scale: uint(4) };

  it('multiplies the inner product by both scales', () => {
    const run = circuit(vsDot, p);
    const [[[y]]] = run([[[-8n, 7n], [7n, -8n], [15n], [14n]]]) as [[[bigint]]];
    expect(signed(y, 17)).toBe(-112n * 210n);
  });

  // 3 · 12 = 36 is 4.5 in units of 8, 5 · 12 = 60 is 7.5.
  it.each([
    ['nearest_even', 4n, 8n],
    ['nearest_away', 5n, 8n],
    ['toward_zero', 4n, 7n],
    ['down', 4n, 7n],
    ['up', 5n, 8n],
  ] as const)('rounds the product of the scales %s', (mode: Rounding, low: bigint, high: bigint) => {
    const run = circuit(vsDot, { ...p, scale_bits: 5, mode });
    const scaled = (x: bigint, y: bigint): bigint => run([[[1n, 0n], [1n, 0n], [x], [y]]])[0]![0]![0]!;
    expect(scaled(3n, 12n)).toBe(low);
    expect(scaled(5n, 12n)).toBe(high);
    const isUp = mode === 'up' ? 1n : 0n;
    // Beside the tie: 35, and 39, as 37 and 38 are no products of two scales.
    expect(scaled(5n, 7n)).toBe(4n + isUp);
    expect(scaled(3n, 13n)).toBe(mode === 'down' || mode === 'toward_zero' ? 4n : 5n);
  });

  it('has room for a product of scales that is rounded up to a power of two', () => {
    const run = circuit(vsDot, { ...p, scale_bits: 2 });
    // 15 · 15 = 225 is 3.5 in units of 64.
    expect(run([[[1n, 0n], [1n, 0n], [15n], [15n]]])[0]![0]![0]).toBe(4n);
  });

  it('gives the same with gating', () => {
    const rows = Array.from({ length: 500 }, (_, seed) => {
      const source = random(seed + 1);
      const words = (n: number): bigint[] => Array.from({ length: n }, () => source.word(4));
      const scale = (): bigint[] => [source.below(2) === 0 ? 0n : source.word(4)];
      return [words(2), words(2), scale(), scale()];
    });
    expect(circuit(vsDot, { ...p, gate: true })(rows)).toEqual(circuit(vsDot, p)(rows));
  });

  it('gates the operands of every multiplier of codes by both scales', () => {
    const made = parametersOf(vsDot, [], { ...p, gate: true });
    if (!made.ok) throw new Error('parameters');
    const text = operatorSubject(vsDot, made.value, 'gated', 0).emitted.verilog[0]!.text;
    const products = text.split('\n').filter((line) => /wire .*\bproduct_\d+ =/.test(line));
    expect(products).toHaveLength(2);
    for (const line of products) expect(line).toMatch(/= [^*]*\ba_live\b[^*]*\*[^*]*\bb_live\b[^*]*;/);
    for (const side of ['a', 'b']) {
      expect(text).toContain(`wire [7:0] ${side}_live = ${side}_i & {8{live}};`);
      expect(text).toContain(`wire ${side}_nonzero = |${side}_scale_i;`);
    }
    expect(text).toContain('wire live = a_nonzero & b_nonzero;');
  });

  it('refuses what is no integer, scales with a sign, and more bits than there are', () => {
    expect(faults(vsDot, { a: fixed(2, 2) }).text).toMatch(/`a` of `vs_dot` must be an integer/);
    expect(faults(vsDot, { b_scale: int(4) }).text).toMatch(/`b_scale` of `vs_dot` must be `uint\(n\)`/);
    expect(faults(vsDot, { a: fp(4, 3) }).codes).toEqual(['type-mismatch']);
    expect(faults(vsDot, { scale_bits: 9 })).toMatchObject({ codes: ['out-of-range'] });
    expect(faults(vsDot, { scale_bits: 8 }).codes).toEqual([]);
    expect(faults(vsDot, { lanes: 0 }).codes).toEqual(['out-of-range']);
  });
});

describe('vs_mac', () => {
  const p = { lanes: 4, a: int(4), b: int(4), a_scale: uint(3), b_scale: uint(3), vectors: 5 };
  const most = (x: bigint, y: bigint): bigint[][] => [Array(4).fill(x), Array(4).fill(y), [7n], [7n]];

  it.each([
    [-8n, -8n, 64n],
    [-8n, 7n, -56n],
  ])('holds the greatest sum and the least', (x, y, product) => {
    const beats = Array.from({ length: 6 }, (_, k) => [
      ...most(x, y),
      [k === 0 ? 1n : 0n],
      [k < 5 ? 1n : 0n],
    ]);
    // The module has a reset, which comes first.
    const rows = [[[0n], ...beats[5]!], ...beats.map((row) => [[1n], ...row])];
    const found = circuit(vsMac, p)(rows);
    const width = 1 + (64 * 4 * 49 * 5).toString(2).length;
    expect(signed(found.at(-1)![0]![0]!, width)).toBe(product * 4n * 49n * 5n);
  });

  it('takes no accumulator that could overflow, and the narrowest that cannot', () => {
    const least = 1 + (64 * 4 * 49 * 5).toString(2).length;
    const width = vsMac.ports({ ...defaults(), ...p }).outputs[0]!.type;
    expect(width).toEqual(int(least));
    expect(faults(vsMac, { ...p, accumulator: least - 1 })).toMatchObject({ codes: ['loses-bits'] });
    expect(faults(vsMac, { ...p, accumulator: least - 1 }).text).toContain(`needs ${least}`);
    expect(faults(vsMac, { ...p, accumulator: least }).codes).toEqual([]);
    expect(faults(vsMac, { ...p, accumulator: least, vectors: 6 }).codes).toEqual(['loses-bits']);
  });

  function defaults() {
    return Object.fromEntries(vsMac.parameters.map((parameter) => [parameter.name, parameter.default]));
  }
});

describe('vs_quantise', () => {
  const p = { lanes: 2, x: int(16), multiplier: uint(8), shift: 4, to: int(4), scale: uint(4) };
  const code = (word: bigint): bigint => signed(word, 4);

  /** The integer next to n / d by the mode, found by trying: nothing of a division. */
  function near(n: bigint, d: bigint, mode: Rounding): bigint {
    let q = -40n;
    while ((q + 1n) * d <= n) q++;
    const twice = 2n * (n - q * d);
    if (twice === 0n) return q;
    switch (mode) {
      case 'down':
        return q;
      case 'up':
        return q + 1n;
      case 'toward_zero':
        return n < 0n ? q + 1n : q;
      case 'nearest_away':
        return twice > d || (twice === d && n > 0n) ? q + 1n : q;
      case 'nearest_even':
        return twice > d || (twice === d && q % 2n !== 0n) ? q + 1n : q;
    }
  }

  it.each(roundings)('rounds codes %s on every boundary and one unit to each side', (mode) => {
    // With 1400 as the greatest, code q + 1/2 is at exactly 100 (2q + 1).
    const run = circuit(vsQuantise, { ...p, mode });
    const boundaries = Array.from({ length: 29 }, (_, k) => BigInt(100 * (k - 14)));
    const numbers = boundaries.flatMap((x) => [x - 1n, x, x + 1n]).filter((x) => x >= -1400n && x <= 1400n);
    const found = run(numbers.map((x) => [[1400n, x], [0n]]));
    expect(found.map(([codes]) => code(codes![1]!))).toEqual(numbers.map((x) => near(x, 200n, mode)));
    expect(found.every(([codes]) => code(codes![0]!) === 7n)).toBe(true);
  });

  it.each(roundings)('rounds scales %s on every boundary and one unit to each side', (mode) => {
    // scale = m · 8 / (7 · 16): a boundary at every multiple of 7.
    const run = circuit(vsQuantise, { ...p, mode });
    const numbers = Array.from({ length: 36 }, (_, k) => BigInt(7 * k)).flatMap((m) => [m, m + 1n, m + 6n]);
    const due = numbers.map((m) => {
      const scale = near(m * 8n, 112n, mode);
      return scale > 15n ? 15n : scale;
    });
    expect(run(numbers.map((m) => [[-m, 0n], [8n]])).map(([, scale]) => scale![0])).toEqual(due);
    expect(due).toContain(15n);
  });

  it.each(roundings)('rounds codes by the stored scale %s, cut to ±7', (mode) => {
    // A multiplier of 2 over 16 makes γ 8; the greatest, 170, a scale of 3 (3.04): 24 to a code, a tie at every 12.
    const run = circuit(vsQuantise, { ...p, shift: 4, codes: 'stored_scale', mode });
    const numbers = Array.from({ length: 29 }, (_, k) => BigInt(12 * (k - 14))).flatMap((x) => [
      x - 1n,
      x,
      x + 1n,
    ]);
    const greatest = mode === 'up' ? 168n : 170n;
    const within = numbers.filter((x) => x <= greatest && x >= -greatest);
    const found = run(within.map((x) => [[greatest, x], [2n]]));
    expect(new Set(found.map(([, scale]) => scale![0]))).toEqual(new Set([3n]));
    const clip = (q: bigint): bigint => (q > 7n ? 7n : q < -7n ? -7n : q);
    expect(found.map(([codes]) => code(codes![1]!))).toEqual(within.map((x) => clip(near(x, 24n, mode))));
  });

  it.each(roundings)('gives zeros for a vector of zeros, %s', (mode) => {
    for (const codes of ['exact_scale', 'stored_scale'])
      expect(circuit(vsQuantise, { ...p, codes, mode })([[[0n, 0n], [255n]]])).toEqual([[[0n, 0n], [0n]]]);
  });

  it('keeps codes by the exact scale, and no others, where the scale is rounded to zero', () => {
    const exact = circuit(vsQuantise, p);
    const stored = circuit(vsQuantise, { ...p, codes: 'stored_scale' });
    // 55 · 1 / 112 is less than a half.
    expect(stored([[[55n, -55n], [1n]]])).toEqual([[[0n, 0n], [0n]]]);
    expect(exact([[[55n, -55n], [1n]]])).toEqual([[[7n, 9n], [0n]]]);
  });

  it('counts negative numbers as zero for unsigned codes', () => {
    const run = circuit(vsQuantise, { ...p, to: uint(4) });
    expect(run([[[-3000n, 150n], [8n]]])).toEqual([[[0n, 15n], [5n]]]);
  });

  it('takes the magnitude of the least accumulator', () => {
    const run = circuit(vsQuantise, p);
    expect(run([[[-32768n, 32767n], [0n]]])[0]![0]!.map(code)).toEqual([-7n, 7n]);
  });

  it.each([false, true])('is the quantisation of the format, recomputed: %s', (recompute) => {
    const format = vsQuant(int(4), 8, uint(6));
    if (!format.ok) throw new Error('format');
    const source = random(5);
    const vectors = Array.from({ length: 40 }, () =>
      Array.from({ length: 8 }, () => source.below(4001) - 2000),
    );
    // γ is 1 where the greatest number of the tensor is 63 · 7.
    const spread = vectors.map((vector, k) => vector.map((x) => Math.trunc((x * 441 * (k + 1)) / 80000)));
    spread[0]![0] = 441;
    const made = quantise(Float64Array.from(spread.flat()), format.value, {
      columns: 8,
      policy: 'round',
      recompute,
    });
    if (!made.ok) throw new Error('quantise');
    expect(made.value.tensorScales?.[0]).toBe(1);
    const run = circuit(vsQuantise, {
      ...p,
      lanes: 8,
      shift: 0,
      scale: uint(6),
      codes: recompute ? 'stored_scale' : 'exact_scale',
    });
    const found = run(spread.map((vector) => [vector.map(BigInt), [1n]]));
    expect(found.flatMap(([codes]) => codes!.map(Number))).toEqual([...made.value.codes]);
    expect(found.map(([, scale]) => Number(scale![0]))).toEqual([...made.value.scales!]);
  });

  it('refuses fractions, signs and codes without a positive number', () => {
    expect(faults(vsQuantise, { x: fixed(4, 4) }).text).toMatch(/`x` of `vs_quantise` must be an integer/);
    expect(faults(vsQuantise, { scale: int(4), multiplier: int(4) }).codes).toHaveLength(2);
    expect(faults(vsQuantise, { to: int(1) }).text).toMatch(/no positive code/);
    expect(faults(vsQuantise, { to: uint(1) }).codes).toEqual([]);
  });

  it('infers lanes and formats', () => {
    const made = parametersOf(vsQuantise, [vec(int(20), 6), uint(9)], {});
    expect(made.ok && made.value).toMatchObject({ lanes: 6, x: int(20), multiplier: uint(9) });
  });
});
