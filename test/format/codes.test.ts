import { describe, expect, it } from 'vitest';
import {
  codeRoundings,
  decode,
  encode,
  encodeRatio,
  dyadic,
  exactOf,
  formatName,
  formatWidth,
  numberDecoder,
  numberEncoder,
  numberOf,
  product,
  type Conversion,
  type Dyadic,
  type NumberFormat,
} from '../../src/format/index.js';
import { floatValue, lookUp, tableOf } from './reference.js';
import { smallFormats } from './small.js';

/** What a word is by the definitions, as a float64. */
function definition(format: NumberFormat, word: number): number {
  const width = formatWidth(format);
  if (format.kind === 'fixed') {
    const integer = format.signed && word >= 2 ** (width - 1) ? word - 2 ** width : word;
    return integer / 2 ** format.fraction;
  }
  const bits = format.exponent + format.mantissa;
  const negative = word >= 2 ** bits;
  const code = word % 2 ** bits;
  const value = floatValue(format, code);
  const magnitude =
    value ?? (format.specials === 'ieee' && code % 2 ** format.mantissa === 0 ? Infinity : NaN);
  return negative ? -magnitude : magnitude;
}

describe.each(smallFormats.map((format) => ({ name: formatName(format), format })))('$name', ({ format }) => {
  const table = tableOf(format);
  const points = boundaries(format);
  const words = Array.from({ length: 2 ** formatWidth(format) }, (_, word) => word);

  it('decodes every code as defined', () => {
    const decodeNumber = numberDecoder(format);
    for (const word of words) {
      const due = definition(format, word);
      expect(numberOf(decode(format, BigInt(word))), `code ${word}`).toBe(due);
      expect(decodeNumber(word), `code ${word}`).toBe(due);
    }
  });

  it('encodes every decoded code as itself', () => {
    const conversion = { overflow: 'ieee' } as const;
    const fast = numberEncoder(format, conversion);
    for (const word of words) {
      const exact = decode(format, BigInt(word));
      const again = Number(encode(format, exact, conversion));
      if (exact.kind === 'nan') {
        expect(decode(format, BigInt(again))).toEqual(exact);
        if (format.kind === 'float' && format.specials === 'nan') expect(again).toBe(word);
        continue;
      }
      const isZero = exact.kind === 'dyadic' && exact.significand === 0n;
      const flushed = isZero && format.kind === 'float' && format.lowest === 'flushed';
      const due = flushed ? (exact.negative ? 2 ** (formatWidth(format) - 1) : 0) : word;
      expect(again, `code ${word}`).toBe(due);
      expect(fast(numberOf(exact)), `code ${word}`).toBe(due);
    }
  });

  it('rounds at every boundary as rational arithmetic does', () => {
    const wrong: string[] = [];
    for (const overflow of ['saturate', 'ieee'] as const)
      for (const rounding of codeRoundings) {
        const conversion: Conversion = { rounding, overflow };
        const fast = numberEncoder(format, conversion);
        for (const random of rounding === 'stochastic' ? [0, 1, 0x7fffffff, 0x80000000, 0xffffffff] : [0])
          for (const x of points) {
            const due = lookUp(table, x, conversion, random);
            const got = Number(encode(format, exactOf(x), conversion, random));
            const quick = fast(x, random);
            if (got !== due || quick !== due)
              wrong.push(`${rounding} ${overflow} ${random}: ${x} → ${got}, ${quick}, not ${due}`);
          }
      }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it('rounds quotients at every boundary', () => {
    const wrong: string[] = [];
    for (const rounding of codeRoundings) {
      const random = 0x5a5a5a5a;
      for (const x of points.filter(Number.isFinite)) {
        const [a, b] = [product(exactOf(x) as Dyadic, dyadic(21n)), dyadic(21n)];
        const got = Number(encodeRatio(format, a, b, { rounding }, random));
        const due = lookUp(table, x, { rounding }, random);
        if (got !== due) wrong.push(`${rounding}: 21 · ${x} / 21 → ${got}, not ${due}`);
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});

/** Every number, every middle of two, and what lies beyond the last, with the float32 numbers next to them. */
function boundaries(format: NumberFormat): number[] {
  const { entries, next } = tableOf(format);
  const values = entries.map((entry) => definition(format, entry.code));
  const last = values.at(-1)!;
  const step = next ? last - (values.at(-2) ?? 0) : 2 ** -(format as { fraction: number }).fraction;
  const ends = [last + step / 2, last + step, last + 2 * step, 2 ** 127, 2 ** -149, 0];
  const first = values[0]!;
  const middles = values.slice(1).map((value, i) => (value + values[i]!) / 2);
  const within = ends.filter((x) => Math.fround(x) === x);
  const all = [...values, ...middles, ...within, first - step / 2, first - step, first / 2];
  const points = all.flatMap((x) => [x, neighbour(x, 1), neighbour(x, -1)]);
  const both = points.flatMap((x) => [x, -x]);
  return [...new Set([...both, 3.4028234663852886e38, -3.4028234663852886e38]), -0, Infinity, -Infinity, NaN];
}

const single = new DataView(new ArrayBuffer(4));

/** The next float32 away from zero (1) or towards it (−1). */
function neighbour(x: number, by: number): number {
  single.setFloat32(0, x);
  if (single.getFloat32(0) !== x) throw new Error(`${x} is no float32`);
  const bits = single.getUint32(0);
  if ((bits & 0x7fffffff) === 0 && by < 0) return -(2 ** -149);
  single.setUint32(0, bits + by);
  return Number.isFinite(single.getFloat32(0)) ? single.getFloat32(0) : x;
}

describe('NaN', () => {
  it('keeps its sign where the format has one', () => {
    for (const format of smallFormats) {
      if (format.kind !== 'float' || format.specials === 'finite') continue;
      const word = encode(format, { kind: 'nan', negative: true });
      expect(decode(format, word)).toEqual({ kind: 'nan', negative: format.signed });
    }
  });

  it('becomes zero or the greatest number where the format has none', () => {
    const nan = { kind: 'nan', negative: false } as const;
    for (const format of smallFormats) {
      if (format.kind === 'float' && format.specials !== 'finite') continue;
      const table = tableOf(format);
      for (const rule of [{}, { nan: 'zero' }, { nan: 'greatest' }] as const) {
        const due = lookUp(table, NaN, rule);
        expect(Number(encode(format, nan, rule))).toBe(due);
        expect(numberEncoder(format, rule)(NaN)).toBe(due);
      }
    }
  });
});
