import { read } from '../../base/index.js';
import { decode, dyadic, type Dyadic, type Exact, type Float } from '../../format/index.js';
import { passesOf, type IntegerOperand, type IpuMode } from './mode.js';
import { windowOf, type IpuShape } from './shape.js';

/**
 * The inner product of one job as the unit defines it, exactly: of integers the sum of the products; of
 * floating-point numbers the sum of those lanes whose product is at most 2^P below the greatest (by exponents), for
 * `single` less the bits that fall off the tree's window. A NaN among the products, or infinities of both signs, give
 * NaN; else infinities give infinity. An exact zero is positive.
 *
 * Source: Abdel-Aziz et al., "Rethinking Floating Point Overheads for Mixed Precision DNN Accelerators", MLSys 2021.
 */
export function innerProduct(
  shape: IpuShape,
  mode: IpuMode,
  a: readonly bigint[],
  b: readonly bigint[],
): Exact {
  if (mode.kind === 'integer')
    return dyadic(a.reduce((sum, word, k) => sum + integer(word, mode.a) * integer(b[k]!, mode.b), 0n));
  const pairs = a.map((word, k) => ({ x: decode(mode.a, word), y: decode(mode.b, b[k]!) }));
  const special = specialSum(pairs);
  if (special) return special;
  const lanes = keptLanes(shape, mode, a, b);
  const digit = Math.max(0, windowOf(shape));
  if (shape.alignment === 'multi') return sumOf(lanes.map((lane) => exactProduct(lane)));
  return dyadic(windowedSum(lanes, digit), greatest(lanes) - 22 - digit);
}

/** Cycles that the unit works on a job: its passes, times the alignment steps of each. */
export function jobCycles(
  shape: IpuShape,
  mode: IpuMode,
  a: readonly bigint[],
  b: readonly bigint[],
): number {
  return passesOf(mode) * alignmentSteps(shape, mode, a, b);
}

/** Cycles of one pass: 1 for `single` and for integers, ⌊max s / sp⌋ + 1 for `multi`, over the lanes that count. */
export function alignmentSteps(
  shape: IpuShape,
  mode: IpuMode,
  a: readonly bigint[],
  b: readonly bigint[],
): number {
  if (mode.kind === 'integer' || shape.alignment === 'single') return 1;
  const lanes = keptLanes(shape, mode, a, b);
  const furthest = Math.max(0, ...lanes.map((lane) => lane.shift));
  return Math.floor(furthest / windowOf(shape)) + 1;
}

function integer(word: bigint, { nibbles, signed }: IntegerOperand): bigint {
  return read(word, 4 * nibbles, signed);
}

/** A lane that counts: a product significand · 2^(exponent − 22), and how far its exponent is below the greatest. */
interface Lane {
  /** Twice the significand of 1 + 10 bits, with sign; BF16 has zeros behind its 1 + 7. */
  readonly x: bigint;
  readonly y: bigint;
  readonly exponent: number;
  readonly shift: number;
}

/** The lanes with a product that is neither zero nor special, but for those beyond the software precision. */
function keptLanes(
  { precision }: IpuShape,
  mode: Extract<IpuMode, { kind: 'float' }>,
  a: readonly bigint[],
  b: readonly bigint[],
): Lane[] {
  const lanes = a.flatMap((word, k): Omit<Lane, 'shift'>[] => {
    const [x, y] = [scaled(mode.a, word), scaled(mode.b, b[k]!)];
    if (!x || !y || x.twice === 0n || y.twice === 0n) return [];
    return [{ x: x.twice, y: y.twice, exponent: x.exponent + y.exponent }];
  });
  const top = greatest(lanes);
  return lanes
    .map((lane) => ({ ...lane, shift: top - lane.exponent }))
    .filter((lane) => lane.shift <= precision);
}

function greatest(lanes: readonly Pick<Lane, 'exponent'>[]): number {
  return lanes.reduce((most, lane) => Math.max(most, lane.exponent), lanes[0]?.exponent ?? 0);
}

/** A finite number as twice · 2^(exponent − 11), the exponent that of its field; undefined for others. */
function scaled(format: Float, word: bigint): { twice: bigint; exponent: number } | undefined {
  const exact = decode(format, word);
  if (exact.kind !== 'dyadic') return undefined;
  const twice = exact.significand << BigInt(11 - format.mantissa);
  return { twice: exact.negative ? -twice : twice, exponent: exact.exponent + format.mantissa };
}

function exactProduct({ x, y, exponent }: Lane): Dyadic {
  return dyadic(x * y, exponent - 22);
}

/** Pass by pass: the nibbles' products at the top of the window, shifted right, what is below it lost; then weighed. */
function windowedSum(lanes: readonly Lane[], window: number): bigint {
  let sum = 0n;
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++)
      for (const lane of lanes) {
        const product = nibble(lane.x, i) * nibble(lane.y, j);
        sum += ((product << BigInt(window)) >> BigInt(lane.shift)) << BigInt(4 * (i + j));
      }
  return sum;
}

/** Nibble number `i` of the magnitude, with the number's sign. */
function nibble(value: bigint, i: number): bigint {
  const magnitude = ((value < 0n ? -value : value) >> BigInt(4 * i)) & 15n;
  return value < 0n ? -magnitude : magnitude;
}

/** The exact sum; positive if zero. */
export function sumOf(terms: readonly Dyadic[]): Dyadic {
  const least = terms.reduce((exponent, term) => Math.min(exponent, term.exponent), 0);
  const sum = terms.reduce((total, term) => {
    const aligned = term.significand << BigInt(term.exponent - least);
    return total + (term.negative ? -aligned : aligned);
  }, 0n);
  return dyadic(sum, least);
}

function specialSum(pairs: readonly { readonly x: Exact; readonly y: Exact }[]): Exact | undefined {
  return pairs.reduce<Exact | undefined>((sum, { x, y }) => {
    const product = specialProduct(x, y);
    return product && sum ? joined(sum, product) : (product ?? sum);
  }, undefined);
}

/** The product of two numbers one of which is infinite or NaN. */
function specialProduct(x: Exact, y: Exact): Exact | undefined {
  if (x.kind === 'dyadic' && y.kind === 'dyadic') return undefined;
  const zero = [x, y].some((one) => one.kind === 'dyadic' && one.significand === 0n);
  if (x.kind === 'nan' || y.kind === 'nan' || zero) return { kind: 'nan', negative: false };
  return { kind: 'infinity', negative: x.negative !== y.negative };
}

/** The sum of two infinities or NaNs. */
export function joined(x: Exact, y: Exact): Exact {
  if (x.kind === 'infinity' && y.kind === 'infinity' && x.negative === y.negative) return x;
  return { kind: 'nan', negative: false };
}
