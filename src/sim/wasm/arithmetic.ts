import type { BinaryOp } from '../../ir/index.js';
import { bitsInterval, greatest, least } from './interval.js';
import { lowMask, nonZero } from './extension.js';
import type { Graph, Ref } from './graph.js';
import {
  agreed,
  isSignForm,
  limb,
  limbCount,
  maskOf,
  signForm,
  topBits,
  truthWord,
  unsignedLimbs,
  zeroForm,
  type Limbs,
} from './word.js';

export function notWord(g: Graph, a: Limbs): Limbs {
  return { width: a.width, limbs: a.limbs.map((ref) => g.pure('not', [ref])) };
}

export function binaryWord(g: Graph, op: BinaryOp, x: Limbs, y: Limbs): Limbs {
  const [a, b] = agreed(g, x, y);
  switch (op) {
    case 'add':
    case 'sub':
      return sum(g, op, a, b);
    default:
      return { width: a.width, limbs: paired(g, a, b).map((pair) => g.pure(op, pair)) };
  }
}

/** The limbs of both words side by side, as many as the longer has. */
export function paired(g: Graph, a: Limbs, b: Limbs): [Ref, Ref][] {
  const count = Math.min(Math.max(a.limbs.length, b.limbs.length), limbCount(a.width));
  return Array.from({ length: count }, (_, i) => [limb(g, a, i), limb(g, b, i)]);
}

function sum(g: Graph, op: 'add' | 'sub', a: Limbs, b: Limbs): Limbs {
  const limbs: Ref[] = [];
  const pairs = paired(g, a, b);
  if (pairs.length < limbCount(a.width) && overflows(g, op, pairs.at(-1)!, pairs.length > 1))
    pairs.push([limb(g, a, pairs.length), limb(g, b, pairs.length)]);
  // All ones where there is a carry, so that subtracting it adds 1.
  let carry = g.constant(0);
  for (const [index, [x, y]] of pairs.entries()) {
    const first = g.pure(op, [x, y]);
    const limb = g.pure(op === 'add' ? 'sub' : 'add', [first, carry]);
    limbs.push(limb);
    if (index + 1 === pairs.length) break;
    const through = g.pure('and', [carry, g.pure('eq', [op === 'add' ? limb : first, g.constant(0)])]);
    carry = g.pure('or', [op === 'add' ? g.pure('ltU', [first, x]) : g.pure('ltU', [x, y]), through]);
  }
  return { width: a.width, limbs };
}

/** Whether the sum of the top limbs, perhaps with a carry, may be no 32-bit number. */
function overflows(g: Graph, op: 'add' | 'sub', [x, y]: readonly [Ref, Ref], carried: boolean): boolean {
  const [a, b] = [g.at(x).range, g.at(y).range];
  const [lo, hi] = op === 'add' ? [a.lo + b.lo, a.hi + b.hi] : [a.lo - b.hi, a.hi - b.lo];
  const carry = carried ? 1 : 0;
  return lo - carry < least || hi + carry > greatest;
}

/** The full product. Schoolbook on limbs read as unsigned, then two corrections where an operand is negative. */
export function product(g: Graph, a: Limbs, b: Limbs, signed: boolean): Limbs {
  const width = a.width + b.width;
  const [x, y] = signed ? [signForm(g, a), signForm(g, b)] : [zeroForm(g, a), zeroForm(g, b)];
  const limbs =
    x.limbs.length === 1 && y.limbs.length === 1
      ? singleProduct(g, x.limbs[0]!, y.limbs[0]!)
      : longProduct(g, x.limbs, y.limbs, Math.min(limbCount(width), x.limbs.length + y.limbs.length));
  // The product of the two numbers fits its width, which the ranges of the top limb do not tell.
  if (limbs.length >= limbCount(width) && (signed || topBits(width) < 32))
    g.known(limbs[limbCount(width) - 1]!, bitsInterval(topBits(width), signed));
  return { width, limbs: limbs.slice(0, limbCount(width)) };
}

function singleProduct(g: Graph, x: Ref, y: Ref): Ref[] {
  const [a, b] = [g.at(x).range, g.at(y).range];
  const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  const low = g.pure('mul', [x, y]);
  if (Math.min(...corners) >= least && Math.max(...corners) <= greatest) return [low];
  return [low, g.pure('mulHighS', [x, y])];
}

function longProduct(g: Graph, x: readonly Ref[], y: readonly Ref[], count: number): Ref[] {
  const total = Array.from({ length: count }, () => g.constant(0));
  x.forEach((a, i) =>
    y.forEach((b, j) => {
      if (i + j < count) accumulate(g, total, i + j, g.pure('mul', [a, b]));
      if (i + j + 1 < count) accumulate(g, total, i + j + 1, g.pure('mulHighU', [a, b]));
    }),
  );
  correct(g, total, x, y);
  correct(g, total, y, x);
  return total;
}

/** Adds to limb `at` and carries on. */
function accumulate(g: Graph, total: Ref[], at: number, term: Ref): void {
  const before = total[at]!;
  total[at] = g.pure('add', [before, term]);
  let carry = g.pure('ltU', [total[at], term]);
  for (let i = at + 1; i < total.length && g.valueOf(carry) !== 0; i++) {
    total[i] = g.pure('sub', [total[i]!, carry]);
    carry = g.pure('and', [carry, g.pure('eq', [total[i]!, g.constant(0)])]);
  }
}

/** Where `x` is negative its unsigned reading is 2^(32n) too large: takes `y` off from limb n up. */
function correct(g: Graph, total: Ref[], x: readonly Ref[], y: readonly Ref[]): void {
  const negative = g.shift('shrS', x.at(-1)!, 31);
  const above = total.length - x.length;
  if (above <= 0 || g.valueOf(negative) === 0) return;
  const width = 32 * above;
  const term = y.map((ref) => g.pure('and', [ref, negative]));
  const a = { width, limbs: total.slice(x.length) };
  const difference = sum(g, 'sub', a, { width, limbs: term });
  for (let i = 0; i < above; i++) total[x.length + i] = limb(g, difference, i);
}

/** Where all masks are set. */
export function conjunction(g: Graph, masks: readonly Ref[]): Ref {
  return masks.reduce((all, mask) => g.pure('and', [all, mask]), g.constant(-1));
}

export function chosen(g: Graph, when: Limbs, x: Limbs, y: Limbs): Limbs {
  const [yes, no] = agreed(g, x, y);
  const mask = maskOf(g, when);
  const greater = greaterOrLesser(g, mask, yes, no);
  if (greater !== undefined) return { width: yes.width, limbs: [greater] };
  return { width: yes.width, limbs: paired(g, yes, no).map((pair) => g.pure('select', [mask, ...pair])) };
}

/** The greater or lesser of two short words, where it is what was compared that is chosen from. */
function greaterOrLesser(g: Graph, mask: Ref, yes: Limbs, no: Limbs): Ref | undefined {
  const { op, operands } = g.at(mask);
  if (op === 'not') return greaterOrLesser(g, operands[0]!, no, yes);
  if (op !== 'ltS' || yes.width > 32) return undefined;
  const [x, y] = operands as [Ref, Ref];
  const stands = (ref: Ref, word: Limbs): boolean =>
    word.limbs.length === 1 && (ref === unsignedLimbs(g, word)[0] || ref === signForm(g, word).limbs[0]);
  if (stands(x, no) && stands(y, yes)) return g.pure('maxS', [x, y]);
  return stands(x, yes) && stands(y, no) ? g.pure('minS', [x, y]) : undefined;
}

export function reduced(g: Graph, op: 'and' | 'or' | 'xor', a: Limbs): Limbs {
  if (op === 'and') {
    if (isSignForm(g, a)) return truthWord(g.pure('eq', [conjunction(g, a.limbs), g.constant(-1)]));
    const limbs = unsignedLimbs(g, a);
    const top = g.pure('eq', [limbs.at(-1)!, g.constant(lowMask(topBits(a.width)))]);
    const rest = g.pure('eq', [conjunction(g, limbs.slice(0, -1)), g.constant(-1)]);
    return truthWord(g.pure('and', [top, rest]));
  }
  const word = isSignForm(g, a) && op === 'or' ? a.limbs : unsignedLimbs(g, a);
  const one = word.reduce((x, y) => g.pure(op, [x, y]));
  return truthWord(op === 'or' ? nonZero(g, one) : parity(g, one, Math.min(a.width, 32)));
}

/** The parity of the low `bits` bits in bit 0; other bits are anything. Bits above them must be 0. */
function parity(g: Graph, x: Ref, bits: number): Ref {
  let folded = x;
  for (let half = 16; half > 0; half >>= 1)
    if (half < bits) folded = g.pure('xor', [folded, g.shift('shrU', folded, half)]);
  return folded;
}
