import { unreachable } from '../../base/index.js';

/** What an i32 can be, both ends included; −2^31 ≤ lo ≤ hi < 2^31. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

export type PureOp =
  | 'not'
  | 'and'
  | 'andnot'
  | 'or'
  | 'xor'
  | 'add'
  | 'sub'
  | 'mul'
  | 'mulHighS'
  | 'mulHighU'
  | 'eq'
  | 'ltS'
  | 'ltU'
  | 'minS'
  | 'maxS'
  | 'minU'
  | 'exp2'
  | 'shl'
  | 'shrS'
  | 'shrU'
  | 'select';

export const least = -(2 ** 31);
export const greatest = 2 ** 31 - 1;
export const anything: Interval = { lo: least, hi: greatest };
/** What comparisons give: no bit set, or all. */
export const truth: Interval = { lo: -1, hi: 0 };

/** All numbers of `bits` bits, 1 to 32, as i32 words. */
export function bitsInterval(bits: number, signed: boolean): Interval {
  if (bits === 32) return anything;
  return signed ? { lo: -(2 ** (bits - 1)), hi: 2 ** (bits - 1) - 1 } : { lo: 0, hi: 2 ** bits - 1 };
}

export function within(inner: Interval, outer: Interval): boolean {
  return inner.lo >= outer.lo && inner.hi <= outer.hi;
}

/**
 * One i32 lane of an operation: what the vectors mean. `by` is the distance of a shift. Powers are of numbers from 0 to
 * 255, and 0 from 2^32 on.
 */
export function fold(op: PureOp, [x = 0, y = 0, z = 0]: readonly number[], by: number): number {
  switch (op) {
    case 'not':
      return ~x;
    case 'and':
      return x & y;
    case 'andnot':
      return x & ~y;
    case 'or':
      return x | y;
    case 'xor':
      return x ^ y;
    case 'add':
      return (x + y) | 0;
    case 'sub':
      return (x - y) | 0;
    case 'mul':
      return Math.imul(x, y);
    case 'mulHighS':
      return Number((BigInt(x) * BigInt(y)) >> 32n);
    case 'mulHighU':
      return Number((BigInt(x >>> 0) * BigInt(y >>> 0)) >> 32n) | 0;
    case 'eq':
      return x === y ? -1 : 0;
    case 'ltS':
      return x < y ? -1 : 0;
    case 'ltU':
      return x >>> 0 < y >>> 0 ? -1 : 0;
    case 'minS':
      return Math.min(x, y);
    case 'maxS':
      return Math.max(x, y);
    case 'minU':
      return Math.min(x >>> 0, y >>> 0) | 0;
    case 'exp2':
      return x < 32 ? 1 << x : 0;
    case 'shl':
      return x << by;
    case 'shrS':
      return x >> by;
    case 'shrU':
      return (x >>> by) | 0;
    case 'select':
      return (y & x) | (z & ~x);
    default:
      return unreachable(op);
  }
}

/** What an operation can give for operands in these intervals. */
export function outcome(op: PureOp, operands: readonly Interval[], by: number): Interval {
  const [x = anything, y = anything, z = anything] = operands;
  if (operands.every(({ lo, hi }) => lo === hi)) {
    const value = fold(
      op,
      operands.map(({ lo }) => lo),
      by,
    );
    return { lo: value, hi: value };
  }
  switch (op) {
    case 'not':
      return { lo: -x.hi - 1, hi: -x.lo - 1 };
    case 'and':
      return both(x, y);
    case 'andnot':
      return both(x, { lo: -y.hi - 1, hi: -y.lo - 1 });
    case 'or':
    case 'xor':
      return bitsInterval(Math.max(bitsOf(x, y), bitsOf(y, x)), x.lo < 0 || y.lo < 0);
    case 'add':
      return unwrapped(x.lo + y.lo, x.hi + y.hi);
    case 'sub':
      return unwrapped(x.lo - y.hi, x.hi - y.lo);
    case 'mul':
      return product(x, y);
    case 'mulHighS':
      return highProduct(x, y);
    case 'mulHighU':
      return x.lo >= 0 && y.lo >= 0 ? highProduct(x, y) : anything;
    case 'eq':
      return x.lo > y.hi || y.lo > x.hi ? { lo: 0, hi: 0 } : truth;
    case 'ltS':
      return less(x, y);
    case 'ltU':
      return x.lo >= 0 && y.lo >= 0 ? less(x, y) : truth;
    case 'minS':
      return { lo: Math.min(x.lo, y.lo), hi: Math.min(x.hi, y.hi) };
    case 'maxS':
      return { lo: Math.max(x.lo, y.lo), hi: Math.max(x.hi, y.hi) };
    case 'minU':
      return smallest(x, y);
    case 'exp2':
      return x.hi < 31 ? { lo: 2 ** x.lo, hi: 2 ** x.hi } : anything;
    case 'shl':
      return unwrapped(x.lo * 2 ** by, x.hi * 2 ** by);
    case 'shrS':
      return { lo: x.lo >> by, hi: x.hi >> by };
    case 'shrU':
      return x.lo >= 0 || by === 0 ? { lo: x.lo >> by, hi: x.hi >> by } : { lo: 0, hi: 2 ** (32 - by) - 1 };
    case 'select':
      return { lo: Math.min(y.lo, z.lo), hi: Math.max(y.hi, z.hi) };
    default:
      return unreachable(op);
  }
}

function unwrapped(lo: number, hi: number): Interval {
  return lo < least || hi > greatest ? anything : { lo, hi };
}

function both(x: Interval, y: Interval): Interval {
  if (x.lo >= 0 && y.lo >= 0) return { lo: 0, hi: Math.min(x.hi, y.hi) };
  if (x.lo >= 0) return { lo: 0, hi: x.hi };
  if (y.lo >= 0) return { lo: 0, hi: y.hi };
  return bitsInterval(Math.max(bitsOf(x, y), bitsOf(y, x)), true);
}

/** How many bits hold every number of `x`: as signed numbers if `x` or `other` has negative ones. */
function bitsOf(x: Interval, other: Interval): number {
  const sign = x.lo < 0 || other.lo < 0 ? 1 : 0;
  const magnitude = Math.max(x.hi < 0 ? -x.hi - 1 : x.hi, x.lo < 0 ? -x.lo - 1 : x.lo);
  return Math.max(1, 32 - Math.clz32(magnitude) + sign);
}

function corners(x: Interval, y: Interval): number[] {
  return [x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi];
}

function product(x: Interval, y: Interval): Interval {
  const all = corners(x, y);
  // Adding 0 turns a negative zero into zero.
  return unwrapped(Math.min(...all) + 0, Math.max(...all) + 0);
}

function highProduct(x: Interval, y: Interval): Interval {
  const all = corners(x, y);
  // Products above 2^53 are rounded, by far less than 2^32: one more on either side holds the true quotient.
  const lo = Math.floor(Math.min(...all) / 2 ** 32) - 1;
  const hi = Math.floor(Math.max(...all) / 2 ** 32) + 1;
  return { lo: Math.max(lo, least), hi: Math.min(hi, greatest) };
}

function less(x: Interval, y: Interval): Interval {
  if (x.hi < y.lo) return { lo: -1, hi: -1 };
  return x.lo >= y.hi ? { lo: 0, hi: 0 } : truth;
}

/** The lesser as unsigned numbers, where negative numbers are the greatest. */
function smallest(x: Interval, y: Interval): Interval {
  if (x.lo >= 0 && y.lo >= 0) return { lo: Math.min(x.lo, y.lo), hi: Math.min(x.hi, y.hi) };
  if (x.lo >= 0) return { lo: 0, hi: x.hi };
  return y.lo >= 0 ? { lo: 0, hi: y.hi } : anything;
}
