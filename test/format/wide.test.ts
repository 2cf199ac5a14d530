import { describe, expect, it } from 'vitest';
import { random, cornered, signed } from '../../src/base/index.js';
import {
  codeRoundings,
  decode,
  dyadic,
  encode,
  encodeRatio,
  exactOf,
  fixed,
  float32Encoder,
  float32Of,
  floats,
  formatName,
  formatWidth,
  fp,
  int,
  numberDecoder,
  numberEncoder,
  numberOf,
  product,
  ratioEncoder,
  sameExact,
  ufixed,
  type Dyadic,
  type NumberFormat,
} from '../../src/format/index.js';

const { fp16, bf16, fp32, fp64, tf32 } = floats as Record<string, NumberFormat>;
const view = new DataView(new ArrayBuffer(8));

function float32(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

function bitsOf(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}

describe('fp16 and bf16', () => {
  it.each([
    ['fp16', fp16!, 0x7c00],
    ['bf16', bf16!, 0x7f80],
  ] as const)('%s: every code decodes and encodes to itself', (_, format, infinity) => {
    const encoder = numberEncoder(format, { overflow: 'ieee' });
    const decoder = numberDecoder(format);
    for (let word = 0; word < 65536; word++) {
      const value = decoder(word);
      if ((word & 0x7fff) > infinity) expect(value).toBeNaN();
      else if (encoder(value) !== word) expect([word, value, encoder(value)]).toEqual([word, value, word]);
      if (word % 7 > 0) continue;
      expect(numberOf(decode(format, BigInt(word)))).toBe(value);
    }
  });

  /** The float32 numbers at and beside every fp16, every middle of two, and at random. */
  function* float32s(step: number): Generator<number> {
    const decoder = numberDecoder(fp16!);
    for (let code = 0; code < 0x7c00; code += step) {
      const [low, high] = [decoder(code), code === 0x7bff ? 65536 : decoder(code + 1)];
      for (const x of [low, (low + high) / 2]) for (const by of [-1, 0, 1]) yield (bitsOf(x) + by) >>> 0;
    }
    const source = random(3);
    for (let i = 0; i < 50_000; i++) yield source.uint32();
    for (let i = 0; i < 50_000; i++) yield bitsOf(source.normal() * 2 ** (source.below(60) - 40));
  }

  it('fp16 to nearest even is what adding and subtracting a large number does', () => {
    const encoder = float32Encoder(fp16!, { overflow: 'ieee' });
    const codeOf = new Map<number, number>();
    const decoder = numberDecoder(fp16!);
    for (let code = 0; code < 0x7c01; code++) codeOf.set(decoder(code), code);
    let tried = 0;
    for (const bits of float32s(1)) {
      const value = float32(bits);
      if (Number.isNaN(value)) continue;
      const magnitude = Math.abs(value);
      const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
      // 1.5 · 2^52 units in the last place of fp16: the sum has no bits below that unit.
      const large = 1.5 * 2 ** (52 + exponent - 10);
      const rounded = magnitude === Infinity ? Infinity : magnitude + large - large;
      const code = codeOf.get(rounded >= 65520 ? Infinity : rounded)! + (bits >>> 31) * 0x8000;
      if (encoder(bits) !== code.toString(16))
        expect([value, encoder(bits)]).toEqual([value, code.toString(16)]);
      tried++;
    }
    expect(tried).toBeGreaterThan(250_000);
  });

  it('bf16 to nearest even is what integer addition to float32 bits does', () => {
    const encoder = float32Encoder(bf16!, { overflow: 'ieee' });
    for (const bits of float32s(4)) {
      if (Number.isNaN(float32(bits))) continue;
      const code = Math.floor((bits + 0x7fff + ((bits >>> 16) & 1)) / 65536);
      if (encoder(bits) !== code.toString(16))
        expect([bits, encoder(bits)]).toEqual([bits, code.toString(16)]);
    }
  });
});

describe('float64 and float32', () => {
  it('any float64 is decoded and encoded to itself', () => {
    const source = random(11);
    for (let i = 0; i < 4000; i++) {
      const word = cornered(source, 64);
      view.setBigUint64(0, word);
      const value = view.getFloat64(0);
      expect(numberOf(exactOf(value))).toBe(value);
      if (Number.isNaN(value)) continue;
      expect(sameExact(decode(fp64!, word), exactOf(value))).toBe(true);
      expect(encode(fp64!, exactOf(value), { overflow: 'ieee' })).toBe(word);
    }
  });

  it('float64 is rounded to float32 as Math.fround does', () => {
    const source = random(12);
    const encoder = numberEncoder(fp32!, { overflow: 'ieee' });
    for (let i = 0; i < 50_000; i++) {
      const value = source.normal() * 2 ** (source.below(320) - 170);
      const due = bitsOf(Math.fround(value));
      if (encoder(value) !== due) expect([value, encoder(value)]).toEqual([value, due]);
    }
  });

  it('float32 bits come back as they are, NaNs as quiet ones of the same sign', () => {
    const encoder = float32Encoder(fp32!, { overflow: 'ieee' });
    const source = random(13);
    for (let i = 0; i < 20_000; i++) {
      const bits = Number(cornered(source, 32));
      const due = (bits & 0x7fffffff) > 0x7f800000 ? ((bits & 0x80000000) | 0x7fc00000) >>> 0 : bits;
      expect(encoder(bits)).toBe(due.toString(16));
    }
  });
});

describe('wide fixed point', () => {
  it.each([int(40), fixed(20, 44), ufixed(3, 97), int(4096)])('%o: words come back', (format) => {
    const source = random(21);
    for (let i = 0; i < 300; i++) {
      const word = cornered(source, format.width);
      expect(encode(format, decode(format, word))).toBe(word);
    }
  });

  it('rounds what lies between', () => {
    const third = (rounding: 'nearest_even' | 'up') =>
      encodeRatio(fixed(4, 60), dyadic(-1n), dyadic(3n), { rounding });
    expect(signed(third('nearest_even'), 64)).toBe(-(2n ** 60n) / 3n);
    expect(signed(third('up'), 64)).toBe(-(2n ** 60n) / 3n);
    expect(encodeRatio(int(64), dyadic(2n ** 200n), dyadic(7n))).toBe(2n ** 63n - 1n);
  });
});

const assorted: readonly NumberFormat[] = [
  ...Object.values(floats).filter((format) => formatWidth(format) <= 32),
  int(8),
  int(32),
  fixed(4, 12),
  ufixed(0, 32),
  ufixed(24, 8),
  fp(11, 20),
  fp(11, 4, { lowest: 'flushed' }),
  fp(10, 12, { specials: 'finite' }),
  tf32!,
];

describe('conversion of numbers', () => {
  it.each(assorted.map((format) => ({ name: formatName(format), format })))(
    '$name: is that of exact values',
    ({ format }) => {
      const source = random(31);
      for (const rounding of codeRoundings)
        for (const overflow of ['saturate', 'ieee'] as const) {
          const conversion = { rounding, overflow, symmetric: overflow === 'ieee' };
          const encoder = numberEncoder(format, conversion);
          for (let i = 0; i < 300; i++) {
            view.setBigUint64(0, cornered(source, 64));
            const wild = view.getFloat64(0);
            const x = i % 3 === 0 ? wild : source.normal() * 2 ** (source.below(80) - 40);
            const r = source.uint32();
            const due = Number(encode(format, exactOf(Number.isNaN(x) ? NaN : x), conversion, r));
            if (encoder(x, r) !== due) expect([x, r, rounding, encoder(x, r)]).toEqual([x, r, rounding, due]);
          }
        }
    },
  );

  it.each(assorted.map((format) => ({ name: formatName(format), format })))(
    '$name: quotients are those of exact values, ties and their neighbours too',
    ({ format }) => {
      const source = random(32);
      for (const rounding of codeRoundings) {
        const encoder = ratioEncoder(format, { rounding });
        const decoder = numberDecoder(format);
        for (let i = 0; i < 200; i++) {
          const by = source.normal() ** 2 + 2 ** -20;
          const times = 1 + source.below(127);
          const word = source.below(2 ** (formatWidth(format) - 1) - 1);
          const middle = (decoder(word) + decoder(word + 1)) / 2;
          const tie = (middle * Math.fround(by)) / times;
          const x = i % 2 === 0 && Number.isFinite(tie) ? tie : source.normal();
          const over = i % 2 === 0 ? Math.fround(by) : by;
          const r = source.uint32();
          const numerator = product(exactOf(x) as Dyadic, dyadic(BigInt(times)));
          const due = Number(encodeRatio(format, numerator, exactOf(over) as Dyadic, { rounding }, r));
          const got = encoder(x, times, over, r);
          if (got !== due) expect([x, times, over, rounding, got]).toEqual([x, times, over, rounding, due]);
        }
      }
    },
  );
});

describe('the smallest of numbers', () => {
  const least = 2 ** -1074;

  it('are rounded up where that is asked for', () => {
    for (const format of [fp(1, 0, { specials: 'finite' }), fp(2, 1), fp(11, 20), int(8), ufixed(0, 8)]) {
      for (const rounding of ['up', 'nearest_even'] as const) {
        const due = rounding === 'up' ? 1 : 0;
        expect(numberEncoder(format, { rounding })(least)).toBe(due);
        expect(ratioEncoder(format, { rounding })(least, 1, 2 ** 100)).toBe(due);
        expect(ratioEncoder(format, { rounding })(least, 2 ** -900, 2 ** -900)).toBe(due);
      }
    }
  });

  it('and the greatest make quotients of any size', () => {
    expect(ratioEncoder(int(8))(2 ** 1000, 2 ** 1000, 2 ** 998)).toBe(127);
    expect(ratioEncoder(int(8))(2 ** 1000, 2 ** 900, 2 ** 1000 * 2 ** 23)).toBe(127);
    expect(ratioEncoder(int(8))(-(2 ** 1000), 2 ** 24, 2 ** 1023)).toBe(254);
    expect(ratioEncoder(int(8))(3 * least, 5, 2 * least)).toBe(8);
    // The product, 3.75 · 2^−1074, is no float64.
    expect(ratioEncoder(int(8), { rounding: 'down' })(3 * least, 1.25, least)).toBe(3);
  });
});

describe('a word as float32', () => {
  it('is exact for formats within float32', () => {
    for (let word = 0n; word < 65536n; word += 3n) expect(float32Of(bf16!, word).exact).toBe(true);
    expect(float32Of(int(24), 0xffffffn)).toEqual({ bits: 0xbf800000, exact: true });
  });

  it('is the nearest one for wider formats, and infinity beyond', () => {
    expect(float32Of(int(32), 0x01000001n)).toEqual({ bits: 0x4b800000, exact: false });
    expect(float32Of(int(32), 0x01000001n, { rounding: 'up' })).toEqual({ bits: 0x4b800001, exact: false });
    expect(float32Of(fp64!, 0x7fe0000000000000n)).toEqual({ bits: 0x7f800000, exact: false });
    expect(float32Of(fp64!, 0x7fe0000000000000n, { overflow: 'saturate' }).bits).toBe(0x7f7fffff);
    expect(float32Of(fp64!, 0xfff0000000000000n, { overflow: 'saturate' })).toEqual({
      bits: 0xff800000,
      exact: true,
    });
  });
});
