import { describe, expect, it } from 'vitest';
import {
  floatName,
  floats,
  numberDecoder,
  numberEncoder,
  roundings,
  type Float,
  type Rounding,
} from '../../src/format/index.js';
import { fpAdd, fpFma, fpMul, type Operator } from '../../src/ops/index.js';
import { bench, wrongByReference, wrongWords } from './float-harness.js';
import { neighbours, oddSum, operands } from './float-operands.js';

const { fp32, fp16, bf16 } = floats as Readonly<Record<string, Float>>;

/** Vectors of each operation, format and mode; half of them with operands near each other. */
const vectors = 100_000;
/** Every so manyth is compared with the bigint reference, flags included. */
const step = 20;

interface Operands {
  readonly words: readonly Uint32Array[];
  readonly values: readonly Float64Array[];
}

function operandsOf(format: Float, seed: number): Operands {
  const a = operands(format, vectors, seed);
  const near = neighbours(format, a, seed + 1);
  const b = operands(format, vectors, seed + 2).map((word, i) => (i % 2 === 0 ? word : near[i]!));
  const decode = numberDecoder(format);
  // What is added to products: some of it their negative, or next to that.
  const c = operands(format, vectors, seed + 3);
  const encode = numberEncoder(format, { overflow: 'ieee' });
  for (let i = 0; i < vectors; i += 2) c[i] = encode(-decode(a[i]!) * decode(b[i]!));
  const close = neighbours(format, c, seed + 4);
  for (let i = 0; i < vectors; i += 4) c[i] = close[i]!;
  const words = [a, b, c];
  return { words, values: words.map((column) => Float64Array.from(column, decode)) };
}

/** The exact result, rounded to odd where float64 does not have it; products of these formats it always has. */
const exactly: Readonly<Record<string, (rounding: Rounding, x: number, y: number, z: number) => number>> = {
  fp_add: (rounding, x, y) => signedZero(oddSum(x, y), x, y, rounding),
  fp_mul: (_, x, y) => x * y,
  fp_fma: (rounding, x, y, z) => signedZero(oddSum(x * y, z), x * y, z, rounding),
};

function signedZero(sum: number, a: number, b: number, rounding: Rounding): number {
  const cancelled = sum === 0 && !(a === 0 && Object.is(a, b));
  return cancelled && rounding === 'down' ? -0 : sum;
}

describe.each([fp16!, bf16!, fp32!].map((format, i) => [floatName(format), format, i] as const))(
  '%s',
  (name, format, index) => {
    const { words, values } = operandsOf(format, 100 * index + 1);
    const [x, y, z] = values as [Float64Array, Float64Array, Float64Array];
    const operators: readonly (readonly [Operator, number])[] = [
      [fpAdd, 2],
      [fpMul, 2],
      [fpFma, 3],
    ];
    const cases = operators.flatMap(([operator, inputs]) =>
      roundings.map((rounding) => [operator.name, rounding, operator, inputs] as const),
    );

    it.each(cases)('%s, %s', (_, rounding, operator, inputs) => {
      const given = { a: format, b: format, ...(inputs === 3 && { c: format }), to: format };
      const made = bench(operator, { ...given, rounding, flags: true });
      const columns = words.slice(0, inputs);
      const found = made.run(columns);
      const encode = numberEncoder(format, { rounding, overflow: 'ieee' });
      const exact = exactly[operator.name]!;
      const wrong = wrongWords(`${operator.name} ${name}`, columns, found[0]!, (i) =>
        encode(exact(rounding, x[i]!, y[i]!, z[i]!)),
      );
      wrong.push(...wrongByReference(made, `${operator.name} ${name}`, columns, found, step));
      expect(wrong).toEqual([]);
    });
  },
);

describe('fp32 against the arithmetic of this machine', () => {
  const { words, values } = operandsOf(fp32!, 901);
  const [x, y] = values as [Float64Array, Float64Array];
  const word = new Uint32Array(1);
  const single = new Float32Array(word.buffer);
  const wordOf = (value: number): number => {
    single[0] = value;
    return Number.isNaN(value) ? 0x7fc00000 : word[0]!;
  };

  it.each([
    ['fp_add', fpAdd, (a: number, b: number) => a + b],
    ['fp_mul', fpMul, (a: number, b: number) => a * b],
  ] as const)('%s', (name, operator, apply) => {
    const columns = words.slice(0, 2);
    const [found] = bench(operator, {}).run(columns);
    // Rounding a float64 sum or product of two float32 numbers once more gives float32's own (Figueroa, 1995).
    expect(wrongWords(name, columns, found!, (i) => wordOf(Math.fround(apply(x[i]!, y[i]!))))).toEqual([]);
  });
});
