import { read, wrap } from '../../base/index.js';
import { decode, dyadic, encode, floats, type Dyadic, type Exact } from '../../format/index.js';
import { modeOf } from './mode.js';
import { innerProduct, joined, sumOf } from './reference.js';
import { fixedExponent, fixedWidth, integerWidth, type IpuShape } from './shape.js';

/** A sum of jobs: of integers, or of floating-point numbers as FP32 or as a fixed-point word with what is no number. */
type Sum =
  | { readonly kind: 'integer'; readonly word: bigint }
  | { readonly kind: 'fp32'; readonly word: bigint }
  | { readonly kind: 'fixed'; readonly word: bigint; readonly special: Exact | undefined };

/**
 * The unit's definition: one call a job (mode, a, b, first, last); gives the sum of all jobs since the first one for
 * the last one, else nothing.
 *
 * - Integers are added exactly.
 * - `accumulate: fp32`: every job's sum is rounded to FP32, and added to that of the jobs before in FP32, in their order;
 *   both to nearest, ties to even. A sum of one job is rounded once.
 * - `accumulate: fixed`: jobs are added exactly, in a word from the least product of two subnormal numbers to
 *   the greatest sum; read out as that word (in units of 2^−48, with BF16 of 2^−266) and what it is if no number, or as
 *   FP32, rounded once, to nearest, ties to even.
 * - A job of the other kind, integers or floating point, than the one before starts a new sum as if it were the first.
 *   With more jobs than `jobs` a sum of integers, or a fixed-point one, wraps around.
 */
export function runningReference(shape: IpuShape) {
  let sum: Sum = { kind: 'integer', word: 0n };
  return (inputs: readonly (readonly bigint[])[]): bigint[][] => {
    const [[word], a, b, [first], [last]] = inputs as [bigint[], bigint[], bigint[], bigint[], bigint[]];
    const mode = modeOf(word!, shape.floats);
    const job = jobSum(shape, mode.kind, innerProduct(shape, mode, a, b));
    sum = first === 1n || sum.kind !== job.kind ? job : added(sum, job);
    return last === 1n ? readOut(shape, sum) : [];
  };
}

function jobSum(shape: IpuShape, kind: 'integer' | 'float', value: Exact): Sum {
  if (kind === 'integer') return { kind: 'integer', word: units(value as Dyadic, 0) };
  if (shape.accumulate === 'fp32') return { kind: 'fp32', word: toFp32(value) };
  return value.kind === 'dyadic'
    ? { kind: 'fixed', word: units(value, fixedExponent(shape)), special: undefined }
    : { kind: 'fixed', word: 0n, special: value };
}

function added(sum: Sum, job: Sum): Sum {
  if (sum.kind === 'fixed' && job.kind === 'fixed') {
    const special = sum.special && job.special ? joined(sum.special, job.special) : undefined;
    return { kind: 'fixed', word: sum.word + job.word, special: special ?? sum.special ?? job.special };
  }
  if (job.kind === 'fp32') return { kind: 'fp32', word: addedFp32(sum.word, job.word) };
  return { kind: 'integer', word: sum.word + job.word };
}

/** Two FP32 words added, as IEEE 754 says. */
function addedFp32(a: bigint, b: bigint): bigint {
  const [x, y] = [decode(fp32, a), decode(fp32, b)];
  if (x.kind !== 'dyadic' || y.kind !== 'dyadic') {
    if (x.kind === 'dyadic' || y.kind === 'dyadic') return toFp32(x.kind === 'dyadic' ? y : x);
    return toFp32(joined(x, y));
  }
  const exact = sumOf([x, y]);
  const bothMinusZero = exact.significand === 0n && x.negative && y.negative;
  return toFp32(bothMinusZero ? { ...exact, negative: true } : exact);
}

function readOut(shape: IpuShape, sum: Sum): bigint[][] {
  if (shape.result === 'fp32') return [[fp32OrInteger(shape, sum)]];
  const { special } = sum.kind === 'fixed' ? sum : { special: undefined };
  const code =
    special?.kind === 'nan' ? 1n : special?.kind === 'infinity' ? (special.negative ? 3n : 2n) : 0n;
  return [[wrap(special ? 0n : sum.word, fixedWidth(shape))], [code]];
}

function fp32OrInteger(shape: IpuShape, sum: Sum): bigint {
  switch (sum.kind) {
    case 'integer':
      return wrap(sum.word, integerWidth(shape));
    case 'fp32':
      return sum.word;
    case 'fixed': {
      const width = fixedWidth(shape);
      const value = read(wrap(sum.word, width), width, true);
      return toFp32(sum.special ?? dyadic(value, fixedExponent(shape)));
    }
  }
}

const fp32 = floats['fp32']!;

function toFp32(value: Exact): bigint {
  const positive: Exact = value.kind === 'nan' ? { kind: 'nan', negative: false } : value;
  return encode(fp32, positive, { overflow: 'ieee' });
}

/** A number as a multiple of 2^exponent, which it must be. */
function units({ negative, significand, exponent: own }: Dyadic, exponent: number): bigint {
  const up = own - exponent;
  const magnitude = up >= 0 ? significand << BigInt(up) : significand >> BigInt(-up);
  if (up < 0 && magnitude << BigInt(-up) !== significand)
    throw new Error('a sum has bits below its last one');
  return negative ? -magnitude : magnitude;
}
