import { describe, expect, it } from 'vitest';
import {
  codeRoundings,
  decode,
  fixed,
  floatName,
  floats,
  formatName,
  formatWidth,
  int,
  numberDecoder,
  numberEncoder,
  numberOf,
  uint,
  type CodeRounding,
  type Fixed,
  type Float,
  type NumberFormat,
} from '../../src/format/index.js';
import { fpConvert, fpToInt, intToFp, type Operator } from '../../src/ops/index.js';
import { allCodes, bench, wrongByReference, wrongWords } from './float-harness.js';
import { neighbours, operands } from './float-operands.js';

const named = floats as Readonly<Record<string, Float>>;
const { fp64, fp32, tf32, fp16, bf16, fp8_e4m3, fp8_e5m2, fp4_e2m1, e8m0, ue4m3 } = named;
const others = Object.values(named).filter((format) => format !== fp16 && format !== fp64);
const random = 0x9abcdef0;

/** The words of one conversion in one mode against the number encoder, flags against the reference now and then. */
function wrong(
  operator: Operator,
  from: NumberFormat,
  to: NumberFormat,
  words: Uint32Array,
  rounding: CodeRounding,
): string[] {
  const name = `${formatName(from)} to ${formatName(to)} ${rounding}:`;
  const overflow = rounding === 'down' ? 'saturate' : 'ieee';
  const nan = rounding === 'up' || to.kind === 'fixed' ? 'zero' : 'greatest';
  const made = bench(operator, {
    a: from,
    to,
    rounding,
    flags: true,
    ...(operator !== fpToInt && { overflow }),
    ...(operator !== intToFp && { nan }),
  });
  const columns = rounding === 'stochastic' ? [words, words.map(() => random)] : [words];
  const found = made.run(columns);
  const encode = numberEncoder(to, { rounding, overflow, nan });
  const value = numberDecoder(from);
  const isNan = (word: number): boolean => Number.isNaN(value(word));
  const negative = (word: number): boolean => word >= 2 ** (formatWidth(from) - 1);
  // Numbers of JavaScript do not tell the sign of a NaN, which conversion keeps.
  const keepsSign =
    to.kind === 'float' && to.signed && to.specials !== 'finite' && from.kind === 'float' && from.signed;
  const due = (word: number): number =>
    encode(value(word), random) +
    (keepsSign && isNan(word) && negative(word) ? 2 ** (formatWidth(to) - 1) : 0);
  const step = Math.max(1, Math.floor(words.length / 1500));
  return [
    ...wrongWords(name, columns, found[0]!, (i) => due(words[i]!)),
    ...wrongByReference(made, name, columns, found, step),
  ];
}

const inEveryMode = (
  operator: Operator,
  from: NumberFormat,
  to: NumberFormat,
  words: Uint32Array,
): string[] => codeRoundings.flatMap((rounding) => wrong(operator, from, to, words, rounding));

describe('every code of fp16', () => {
  it.each(others.map((format) => [floatName(format), format] as const))('to %s', (_, to) => {
    expect(inEveryMode(fpConvert, fp16!, to, allCodes(16))).toEqual([]);
  });

  it('to fp64', () => {
    const made = bench(fpConvert, { a: fp16!, to: fp64! });
    const words = allCodes(16);
    const [low, high] = made.run([words]);
    const double = new DataView(new ArrayBuffer(8));
    const differ = words.filter((word, i) => {
      double.setUint32(0, high![i]!);
      double.setUint32(4, low![i]!);
      return !Object.is(double.getFloat64(0), numberOf(decode(fp16!, BigInt(word))));
    });
    expect([...differ.slice(0, 4)]).toEqual([]);
  });

  it.each(
    [int(8), uint(8), int(16), uint(5), fixed(4, 8), fixed(0, 6)].map((to) => [formatName(to), to] as const),
  )('to %s', (_, to) => {
    expect(inEveryMode(fpToInt, fp16!, to, allCodes(16))).toEqual([]);
  });
});

describe('to fp16', () => {
  const small = others.filter((format) => formatWidth(format) <= 16);

  it.each(small.map((format) => [floatName(format), format] as const))('every code of %s', (_, from) => {
    expect(inEveryMode(fpConvert, from, fp16!, allCodes(formatWidth(from)))).toEqual([]);
  });

  it.each([fp32!, tf32!].map((format) => [floatName(format), format] as const))(
    'what lies on and next to every boundary, from %s',
    (_, from) => {
      expect(inEveryMode(fpConvert, from, fp16!, aroundBoundaries(from, fp16!))).toEqual([]);
    },
  );
});

/** Codes of a wide format at and next to every number of a narrow one and every middle of two, of both signs. */
function aroundBoundaries(wide: Float, narrow: Float): Uint32Array {
  const encode = numberEncoder(wide, { overflow: 'ieee' });
  const decoder = numberDecoder(narrow);
  const count = 2 ** (formatWidth(narrow) - 1);
  const words: number[] = [...operands(wide, 4000, 5)];
  for (let code = 0; code + 1 < count; code++) {
    const [low, high] = [decoder(code), decoder(code + 1)];
    for (const point of [low, (low + high) / 2])
      for (const by of [-1, 0, 1]) {
        const word = encode(point) + by;
        if (word >= 0) words.push(code % 2 === 0 ? word : word + 2 ** (formatWidth(wide) - 1));
      }
  }
  return Uint32Array.from(words);
}

describe('between other formats', () => {
  const pairs: readonly (readonly [Float, Float])[] = [
    [bf16!, fp32!],
    [bf16!, fp8_e4m3!],
    [fp8_e4m3!, fp8_e5m2!],
    [fp8_e5m2!, fp8_e4m3!],
    [fp8_e5m2!, fp4_e2m1!],
    [e8m0!, bf16!],
    [bf16!, e8m0!],
    [bf16!, ue4m3!],
  ];
  it.each(pairs.map(([from, to]) => [floatName(from), floatName(to), from, to] as const))(
    'every code of %s to %s',
    (_from, _to, from, to) => {
      expect(inEveryMode(fpConvert, from, to, allCodes(formatWidth(from)))).toEqual([]);
    },
  );

  it('fp32 to bf16 and to integers', () => {
    const words = operands(fp32!, 40_000, 7);
    const near = neighbours(fp32!, operands(fp32!, 20_000, 8), 9);
    expect([
      ...inEveryMode(fpConvert, fp32!, bf16!, words),
      ...inEveryMode(fpToInt, fp32!, int(32), words),
      ...inEveryMode(fpToInt, fp32!, uint(32), near),
      ...inEveryMode(fpToInt, fp32!, int(1), near),
    ]).toEqual([]);
  });
});

describe('every integer', () => {
  const [all, few] = [
    [fp16!, ...others],
    [fp16!, fp32!, fp8_e4m3!, e8m0!],
  ];
  const sources: readonly (readonly [Fixed, readonly Float[]])[] = [
    [int(8), all],
    [uint(8), all],
    [int(16), all],
    [uint(16), few],
    [fixed(4, 8), few],
    [int(1), all],
  ];
  it.each(sources.map(([from, targets]) => [formatName(from), from, targets] as const))(
    'of %s to other formats',
    (_, from, targets) => {
      const words = allCodes(formatWidth(from));
      expect(targets.flatMap((to) => inEveryMode(intToFp, from, to, words))).toEqual([]);
    },
  );
});
