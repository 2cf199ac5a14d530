import { describe, expect, it } from 'vitest';
import {
  codeRoundings,
  floatName,
  floats,
  formatWidth,
  numberDecoder,
  type CodeRounding,
  type Conversion,
  type Float,
} from '../../src/format/index.js';
import { fpAdd, fpFma, fpMul, type Operator } from '../../src/ops/index.js';
import { lookUp, tableOf } from '../format/reference.js';
import { smallFormats } from '../format/small.js';
import { allCodes, allPairs, bench, wrongByReference, wrongWords, type Column } from './float-harness.js';
import { oddSum } from './float-operands.js';

const { fp16, fp8_e4m3, fp8_e5m2, fp6_e2m3, fp6_e3m2, fp4_e2m1, e8m0, ue4m3 } = floats as Readonly<
  Record<string, Float>
>;
const narrow = [fp8_e4m3!, fp8_e5m2!, fp6_e2m3!, fp6_e3m2!, fp4_e2m1!, ue4m3!];
const odd = smallFormats.filter(
  (format): format is Float => format.kind === 'float' && floats[floatName(format)] === undefined,
);

/** Random words for stochastic rounding; one at a time, so that results can be remembered by value. */
const randoms = [0, 0x80000000, 0xffffffff, 0x5a5a1234];

interface Case {
  readonly operator: Operator;
  readonly a: Float;
  readonly b: Float;
  readonly to: Float;
}

/** Codes by search in the table of all numbers of a format, from exact float64 values, each value looked up once. */
function witness(to: Float, conversion: Conversion, random: number): (value: number) => number {
  const table = tableOf(to);
  const known = new Map<number, number>();
  const negativeZero = lookUp(table, -0, conversion, random);
  return (value) => {
    if (Object.is(value, -0)) return negativeZero;
    let code = known.get(value);
    if (code === undefined) known.set(value, (code = lookUp(table, value, conversion, random)));
    return code;
  };
}

/** Every sum or product of two formats' codes, in one rounding mode, against the table; errors as text. */
function pairs(
  { operator, a, b, to }: Case,
  rounding: CodeRounding,
  overflow: 'ieee' | 'saturate',
): string[] {
  const made = bench(operator, { a, b, to, rounding, overflow, nan: 'greatest' });
  const columns = allPairs(formatWidth(a), formatWidth(b));
  const [x, y] = [a, b].map((format, i) => {
    const decoded = Array.from(allCodes(formatWidth(format)), numberDecoder(format));
    return Float64Array.from(columns[i]!, (code) => decoded[code]!);
  }) as [Float64Array, Float64Array];
  const exact =
    operator === fpMul
      ? x.map((value, i) => value * y[i]!)
      : x.map((value, i) => sum(value, y[i]!, rounding));
  return (rounding === 'stochastic' ? randoms : [0]).flatMap((random) => {
    const due = witness(to, { rounding, overflow, nan: 'greatest' }, random);
    const chance = columns[0].map(() => random);
    const inputs = rounding === 'stochastic' ? [...columns, chance] : columns;
    const name = `${operator.name} ${floatName(a)} ${floatName(b)} to ${floatName(to)} ${rounding} ${overflow}:`;
    return wrongWords(name, inputs, made.run(inputs)[0]!, (i) => due(exact[i]!));
  });
}

/** The sum of two numbers, as good as exact; the zero of two signs is negative when rounding down. */
function sum(a: number, b: number, rounding: CodeRounding): number {
  const total = oddSum(a, b);
  const cancelled = total === 0 && !(Object.is(a, b) && a === 0);
  return cancelled && rounding === 'down' ? -0 : total;
}

describe('every pair of codes', () => {
  const cases: Case[] = [fpAdd, fpMul].flatMap((operator) => [
    ...narrow.map((format) => ({ operator, a: format, b: format, to: format })),
    { operator, a: fp8_e4m3!, b: fp8_e5m2!, to: fp8_e4m3! },
    { operator, a: fp8_e4m3!, b: fp6_e3m2!, to: fp8_e5m2! },
    { operator, a: ue4m3!, b: fp4_e2m1!, to: fp8_e4m3! },
  ]);

  it.each(cases.map((one) => [one.operator.name, ...[one.a, one.b, one.to].map(floatName), one] as const))(
    '%s of %s and %s to %s, in every mode',
    (...row) => {
      const one = row.at(-1) as Case;
      const wrong = codeRoundings.flatMap((rounding) =>
        (['ieee', 'saturate'] as const).flatMap((overflow) => pairs(one, rounding, overflow)),
      );
      expect(wrong).toEqual([]);
    },
  );

  it('of scales', () => {
    const one = { operator: fpMul, a: e8m0!, b: e8m0!, to: e8m0! };
    const wrong = codeRoundings.flatMap((rounding) => pairs(one, rounding, 'ieee'));
    expect([...wrong, ...pairs({ ...one, a: fp8_e4m3! }, 'down', 'saturate')]).toEqual([]);
  });

  it.each(odd.map((format, i) => [floatName(format), format, i] as const))('of %s', (_, format, i) => {
    const rounding = codeRoundings[i % 6]!;
    const overflow = i % 4 < 2 ? 'ieee' : 'saturate';
    const next = odd[(i + 1) % odd.length]!;
    const wrong = [fpAdd, fpMul].flatMap((operator) => [
      ...pairs({ operator, a: format, b: format, to: format }, rounding, overflow),
      ...pairs({ operator, a: format, b: format, to: next }, 'nearest_even', overflow),
      ...pairs({ operator, a: format, b: next, to: fp16! }, 'down', 'ieee'),
    ]);
    expect(wrong).toEqual([]);
  });

  it('raises the flags that the reference says', () => {
    const formats = [fp8_e4m3!, fp8_e5m2!, fp6_e3m2!, ...odd];
    const wrong = formats.flatMap((format, i) =>
      [fpAdd, fpMul].flatMap((operator) => {
        const rounding = codeRoundings[(i + 1) % 5]!;
        const given = { a: format, b: format, to: format, rounding, flags: true, nan: 'zero' };
        const columns = allPairs(formatWidth(format), formatWidth(format));
        const made = bench(operator, given);
        return wrongByReference(
          made,
          `${operator.name} ${floatName(format)}`,
          columns,
          made.run(columns),
          23,
        );
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('every triple of codes', () => {
  const cases: readonly (readonly [Float, Float, Float, CodeRounding])[] = [
    ...codeRoundings.slice(0, 5).map((rounding) => [fp4_e2m1!, fp4_e2m1!, fp4_e2m1!, rounding] as const),
    [fp6_e3m2!, fp6_e3m2!, fp6_e3m2!, 'nearest_even'],
    [fp6_e2m3!, fp6_e2m3!, fp6_e3m2!, 'down'],
    [fp4_e2m1!, fp4_e2m1!, fp8_e4m3!, 'nearest_even'],
  ];
  it.each(cases)('of fp_fma, case %#', (a, c, to, rounding) => {
    const made = bench(fpFma, { a, b: a, c, to, rounding });
    const [width, last] = [formatWidth(a), formatWidth(c)];
    const [left, z] = allPairs(2 * width, last);
    const x = left.map((code) => code >>> width);
    const y = left.map((code) => code & (2 ** width - 1));
    const columns = [x, y, z];
    const [ofA, ofC] = [a, c].map((format) =>
      Array.from(allCodes(formatWidth(format)), numberDecoder(format)),
    );
    const due = witness(to, { rounding, overflow: 'ieee' }, 0);
    const exact = (i: number): number => sum(ofA![x[i]!]! * ofA![y[i]!]!, ofC![z[i]!]!, rounding);
    const found: Column = made.run(columns)[0]!;
    expect(wrongWords(`fp_fma ${rounding}`, columns, found, (i) => due(exact(i)))).toEqual([]);
  });
});
