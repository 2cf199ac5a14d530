import { describe, expect, it } from 'vitest';
import type { Arguments } from '../../src/builder/index.js';
import {
  codeRoundings,
  floatName,
  floats,
  formatWidth,
  greatestCode,
  type Float,
} from '../../src/format/index.js';
import { fpAdd, fpFma, fpMul, parametersOf, type Operator } from '../../src/ops/index.js';
import { bench, wrongByReference } from './float-harness.js';

const { fp32, fp16, bf16, fp8_e4m3, fp8_e5m2 } = floats as Readonly<Record<string, Float>>;

/** Zero, the ends of subnormal and normal numbers, one, infinity and NaNs, of both signs. */
function specials(format: Float): number[] {
  const { mantissa: m, bias } = format;
  const greatest = Number(greatestCode(format));
  const hidden = 2 ** m;
  const last = 2 ** (formatWidth(format) - 1) - 1;
  const codes = [0, 1, hidden - 1, hidden, bias * hidden, greatest, greatest + 1, greatest + 2, last];
  const own = codes.filter((code, i) => code <= last && codes.indexOf(code) === i);
  return own.flatMap((code) => [code, code + last + 1]);
}

/** Every combination of one value of each list, a column for each list. */
function combinations(lists: readonly (readonly number[])[]): Uint32Array[] {
  const count = lists.reduce((product, list) => product * list.length, 1);
  return lists.map((list, k) => {
    const repeat = lists.slice(k + 1).reduce((product, one) => product * one.length, 1);
    return Uint32Array.from({ length: count }, (_, i) => list[Math.floor(i / repeat) % list.length]!);
  });
}

describe('zeros, infinities and NaNs', () => {
  const cases: readonly (readonly [Operator, readonly Float[], Float])[] = [
    [fpAdd, [fp16!, fp16!], fp16!],
    [fpAdd, [fp16!, bf16!], fp8_e4m3!],
    [fpAdd, [fp8_e4m3!, fp8_e5m2!], fp8_e5m2!],
    [fpMul, [fp16!, fp16!], fp16!],
    [fpMul, [fp8_e5m2!, fp32!], fp8_e4m3!],
    [fpFma, [fp16!, fp16!, fp16!], fp16!],
    [fpFma, [bf16!, fp16!, fp32!], fp32!],
    [fpFma, [fp8_e4m3!, fp8_e5m2!, fp16!], bf16!],
  ];
  it.each(
    cases.map(
      ([operator, from, to]) => [operator.name, from.map(floatName).join(), operator, from, to] as const,
    ),
  )('%s of %s', (name, _, operator, from, to) => {
    const given = Object.fromEntries(from.map((format, i) => ['abc'[i]!, format]));
    const columns = combinations(from.map(specials));
    const wrong = codeRoundings.slice(0, 5).flatMap((rounding) => {
      const made = bench(operator, { ...given, to, rounding, flags: true });
      return wrongByReference(made, `${name} ${rounding}`, columns, made.run(columns));
    });
    expect(wrong).toEqual([]);
  });
});

describe('operators refuse', () => {
  const codes = (operator: Operator, given: Arguments): string[] =>
    parametersOf(operator, [], given).diagnostics.map(({ code }) => code);
  const { fp4_e2m1 } = floats as Readonly<Record<string, Float>>;

  it('results that can be NaN where the format has none, unless it is said what stands for it', () => {
    expect(codes(fpAdd, { a: fp16!, b: fp16!, to: fp4_e2m1! })).toEqual(['no-nan']);
    expect(codes(fpAdd, { a: fp16!, b: fp16!, to: fp4_e2m1!, nan: 'zero' })).toEqual([]);
    expect(codes(fpMul, { a: fp4_e2m1!, b: fp4_e2m1!, to: fp4_e2m1! })).toEqual([]);
    expect(codes(fpFma, { a: fp4_e2m1!, b: fp4_e2m1!, c: fp16!, to: fp4_e2m1! })).toEqual(['no-nan']);
  });

  it('formats that are not floating-point', () => {
    const integer = { kind: 'fixed', signed: true, width: 8, fraction: 0 } as const;
    expect(codes(fpAdd, { a: integer, b: integer, to: fp16! })).toEqual(['type-mismatch', 'type-mismatch']);
  });
});
