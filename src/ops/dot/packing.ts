import { maximum, minimum } from '../../base/index.js';
import type { Fixed } from '../../format/index.js';

/** The signed factors of a block's multiplier and its accumulator, in bits, as its data sheet has them. */
export interface Block {
  readonly wide: number;
  readonly narrow: number;
  readonly sum: number;
}

/** AMD UG579 (UltraScale) and UG479 (7 series). */
export const blocks = {
  dsp48e1: { wide: 25, narrow: 18, sum: 48 },
  dsp48e2: { wide: 27, narrow: 18, sum: 48 },
} as const satisfies Record<string, Block>;

export type BlockName = keyof typeof blocks;

/** How products with a common factor share a multiplier: that factor times Σ_j b_j · 2^(step·j). */
export interface Packing {
  /** Products in one multiplication. */
  readonly rows: number;
  /** Bits from the last place of one product to that of the next. */
  readonly step: number;
  /** How many such multiplications can be added up before the sums are taken apart. */
  readonly lanes: number;
}

/** The integers from `low` to `high`. */
interface Span {
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * The packing of the most products of `a` with numbers of format `b` in a block, at most `rows` of them, from which every
 * single sum comes back exactly; undefined where not even two fit.
 */
export function packingOf(a: Fixed, b: Fixed, rows: number, block: Block): Packing | undefined {
  if (a.width + (a.signed ? 0 : 1) > block.narrow) return undefined;
  for (let count = rows; count >= 2; count--) {
    const step = Math.floor((block.wide - b.width - 1) / (count - 1));
    const lanes = step < 2 ? 0 : summable(a, b, step, block.sum - step * (count - 1));
    if (lanes > 0) return { rows: count, step, lanes };
  }
  return undefined;
}

/** A packing of operands of which the unsigned ones may be recentred: read as signed, half of their range lower. */
export interface Centring {
  readonly a: Fixed;
  readonly b: Fixed;
  readonly packing: Packing;
}

/**
 * The packing of the most rows, unsigned operands recentred only where more rows fit so: products of signed numbers lie closer
 * together. Undefined where not even two fit.
 */
export function centringOf(a: Fixed, b: Fixed, rows: number, block: Block): Centring | undefined {
  const [c, d] = [a, b].map((format): Fixed => ({ ...format, signed: true })) as [Fixed, Fixed];
  const found = [
    [a, b],
    [a, d],
    [c, b],
    [c, d],
  ].flatMap(([x, y]) => {
    const packing = packingOf(x!, y!, rows, block);
    return packing ? [{ a: x!, b: y!, packing }] : [];
  });
  if (found.length === 0) return undefined;
  return found.reduce((best, next) => (next.packing.rows > best.packing.rows ? next : best));
}

/** How many products leave their sum within `step` bits, and within `top` bits for the last row. */
function summable(a: Fixed, b: Fixed, step: number, top: number): number {
  const { low, high } = productSpan(a, b);
  if (high === low) return 0;
  const within = (1n << BigInt(step)) - 1n;
  const greatest = -low > high ? -low : high;
  const half = 1n << BigInt(top - 1);
  return Number(least(within / (high - low), (half - 1n) / greatest));
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** Every product of a number of `a` and one of `b`. */
function productSpan(a: Fixed, b: Fixed): Span {
  const ends = ({ width, signed }: Fixed): bigint[] => [minimum(width, signed), maximum(width, signed)];
  const corners = ends(a).flatMap((x) => ends(b).map((y) => x * y));
  return {
    low: corners.reduce(least),
    high: corners.reduce((x, y) => (x > y ? x : y)),
  };
}

/**
 * What is added to a field of `step` bits so that no sum of `lanes` products in it is negative and none leaves it: half of the
 * field where that does, as taking it off again is then an inverter.
 */
export function biasOf(a: Fixed, b: Fixed, step: number, lanes: number): bigint {
  const { low, high } = productSpan(a, b);
  if (low >= 0n) return 0n;
  const half = 1n << BigInt(step - 1);
  const need = -low * BigInt(lanes);
  const room = 2n * half - 1n - high * BigInt(lanes);
  if (half < need) return need;
  return least(half, room);
}

/** `count` things in parts of at most `most`, as even as can be: the lengths of the parts. */
export function evenParts(count: number, most: number): number[] {
  const parts = Math.ceil(count / most);
  return Array.from(
    { length: parts },
    (_, k) => Math.floor(((k + 1) * count) / parts) - Math.floor((k * count) / parts),
  );
}
