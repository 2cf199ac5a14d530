import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolve, type Arguments } from '../../src/builder/index.js';
import { build, replay, type Row } from '../../src/cosim/index.js';
import { formsOf, operatorSubject, verifyAll } from '../../src/flow/index.js';
import { floats, formatWidth, type Float } from '../../src/format/index.js';
import { topOf } from '../../src/ir/index.js';
import { fpAdd, fpConvert, fpFma, fpMul, fpToInt, intToFp, type Operator } from '../../src/ops/index.js';
import { allPairs, bench, designOf, type Column } from './float-harness.js';

const { fp32, fp16, bf16, fp8_e4m3, fp8_e5m2, ue4m3 } = floats as Readonly<Record<string, Float>>;

const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
afterAll(() => rmSync(cache, { recursive: true }));

function full(operator: Operator, given: Arguments): Arguments {
  const resolved = resolve(operator.parameters, given);
  if (!resolved.ok) throw new Error(resolved.diagnostics.map((one) => one.message).join('\n'));
  return resolved.value;
}

function value<T>(result: {
  readonly ok: boolean;
  readonly value?: T;
  readonly diagnostics: readonly { message: string }[];
}): T {
  if (!result.ok) throw new Error(result.diagnostics.map((one) => one.message).join('\n'));
  return result.value!;
}

/** The other engine's table: the compiled simulation's, which is compared with the definition elsewhere. */
describe('every pair of codes under Verilator', () => {
  const cases = [fpAdd, fpMul].flatMap((operator) =>
    [fp8_e4m3!, fp8_e5m2!, ue4m3!].map((format) => {
      const width = formatWidth(format);
      return { operator, width, given: { a: format, b: format, to: format, flags: true } };
    }),
  );
  let rows: readonly Row[] = [];

  beforeAll(async () => {
    const modules = cases.map(({ operator, given }, i) => {
      const written = designOf(operator, full(operator, given), `${operator.name}_${i}`);
      return formsOf(written).emitted;
    });
    const model = value(await build(modules, { cache }));
    const inputs = cases.flatMap(({ width }) => allPairs(width, width));
    const words = Array.from({ length: 65536 }, (_, i) =>
      inputs.map((column) => BigInt(column[i % column.length]!)),
    );
    rows = value(await replay(model, words)).rows;
  });

  it.each(cases.map((one, i) => [one.operator.name, one.width, i] as const))('%s, %d bits', (_n, _w, i) => {
    const { operator, width, given } = cases[i]!;
    const columns = allPairs(width, width);
    const due: Column[] = bench(operator, given).run(columns);
    const wrong = rows
      .slice(0, columns[0].length)
      .flatMap((row, k) =>
        due.every((column, port) => BigInt(column[k]!) === row[2 * i + port]) ? [] : [k],
      );
    expect(wrong.slice(0, 4)).toEqual([]);
  });
});

describe('pipelined', () => {
  const like = (format: Float): Arguments => ({ a: format, b: format, c: format, to: format });
  const only = (operator: Operator, given: Arguments): Arguments =>
    Object.fromEntries(
      Object.entries(given).filter(([name]) => operator.parameters.some((one) => one.name === name)),
    );
  const cases: readonly (readonly [Operator, Arguments, number])[] = [
    [fpAdd, like(fp16!), 1],
    [fpAdd, { ...like(fp32!), flags: true }, 5],
    [fpMul, { ...like(bf16!), flags: true }, 2],
    [fpFma, { ...like(fp16!), flags: true }, 6],
    [fpFma, like(bf16!), 9],
    [fpConvert, { a: fp32!, to: fp8_e5m2!, flags: true }, 3],
    [intToFp, { to: fp16!, flags: true }, 3],
    [fpToInt, { a: fp32!, flags: true }, 2],
  ];
  const subjects = cases.map(([operator, given, stages], i) =>
    operatorSubject(operator, full(operator, only(operator, given)), `${operator.name}_p${i}`, stages),
  );

  it('agrees with the reference in every engine, and has the stages asked for', async () => {
    const verdicts = value(await verifyAll(subjects, { vectors: 2000, seed: 3, verilator: true, cache }));
    expect(verdicts.map(({ mismatches, first }) => first ?? mismatches)).toEqual(cases.map(() => 0));
    const registers = subjects.map(({ emitted }) => emitted.latency);
    expect(registers).toEqual(cases.map(([, , stages]) => stages));
    expect(topOf(subjects[0]!.simplified).nodes.every((node) => node.kind !== 'reg')).toBe(true);
  });
});
