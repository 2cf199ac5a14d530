import { bitsInterval, within } from './interval.js';
import { signExtended, zeroExtended } from './extension.js';
import type { Graph, Ref } from './graph.js';

/**
 * A node's word of `width` bits in four streams: a list of 32-bit limbs, least significant first, that together
 * are one two's complement number P. The word is the low `width` bits of P; what P has above them may be
 * anything. Limbs that only repeat P's sign are left out, so there are 1 to ceil(width / 32), in places one more.
 */
export interface Limbs {
  readonly width: number;
  readonly limbs: readonly Ref[];
}

/** A word that is not put together before somebody asks: `parts[0]` in the lowest bits. */
export interface Parts {
  readonly width: number;
  readonly parts: readonly Word[];
  /** The lowest bit of each part. */
  readonly offsets: readonly number[];
  /** The word put together, once somebody asked. */
  whole?: Limbs;
}

export type Word = Limbs | Parts;

/** How many limbs hold `width` bits. */
export function limbCount(width: number): number {
  return Math.ceil(width / 32);
}

/** How many bits of the word its last limb holds when all are there: 1 to 32. */
export function topBits(width: number): number {
  return width - 32 * (limbCount(width) - 1);
}

export function constantWord(g: Graph, value: bigint, width: number): Limbs {
  const number = BigInt.asIntN(width, value);
  const limbs: Ref[] = [];
  let rest = number;
  do {
    limbs.push(g.constant(Number(BigInt.asIntN(32, rest))));
    rest >>= 32n;
  } while (rest !== (g.valueOf(limbs.at(-1)!)! < 0 ? -1n : 0n));
  return { width, limbs };
}

/** The value of a word that is known, as the word itself. */
export function valueOfWord(g: Graph, word: Limbs): bigint | undefined {
  let value = 0n;
  for (let i = word.limbs.length - 1; i >= 0; i--) {
    const limb = g.valueOf(word.limbs[i]!);
    if (limb === undefined) return undefined;
    value = (value << 32n) | BigInt(i === word.limbs.length - 1 ? limb : limb >>> 0);
  }
  return BigInt.asUintN(word.width, value);
}

/** Limb `i` of P, also beyond the limbs that are written down. */
export function limb(g: Graph, word: Limbs, i: number): Ref {
  return word.limbs[i] ?? g.shift('shrS', word.limbs.at(-1)!, 31);
}

/** The same word with P within the signed numbers of its width. */
export function signForm(g: Graph, word: Limbs): Limbs {
  const count = limbCount(word.width);
  if (word.limbs.length < count) return word;
  const limbs = word.limbs.slice(0, count);
  limbs[count - 1] = signExtended(g, limbs[count - 1]!, topBits(word.width));
  return { width: word.width, limbs };
}

/** The same word with P not negative and below 2^width. May take a limb more than the word has bits for. */
export function zeroForm(g: Graph, word: Limbs): Limbs {
  const limbs = [...unsignedLimbs(g, word)];
  if (g.at(limbs.at(-1)!).range.lo < 0) limbs.push(g.constant(0));
  return { width: word.width, limbs };
}

/** The word's bits in as many limbs as it needs, zeros above; the last limb is to be read as unsigned. */
export function unsignedLimbs(g: Graph, word: Limbs): readonly Ref[] {
  const count = limbCount(word.width);
  if (word.limbs.length < count && g.at(word.limbs.at(-1)!).range.lo >= 0) return word.limbs;
  const limbs = Array.from({ length: count }, (_, i) => limb(g, word, i));
  limbs[count - 1] = zeroExtended(g, limbs[count - 1]!, topBits(word.width));
  return limbs;
}

export function isSignForm(g: Graph, word: Limbs): boolean {
  const count = limbCount(word.width);
  if (word.limbs.length !== count) return word.limbs.length < count;
  return within(g.at(word.limbs[count - 1]!).range, bitsInterval(topBits(word.width), true));
}

export function isZeroForm(g: Graph, word: Limbs): boolean {
  const range = g.at(word.limbs.at(-1)!).range;
  const count = limbCount(word.width);
  if (range.lo < 0) return false;
  if (word.limbs.length !== count) return word.limbs.length < count || range.hi === 0;
  const bits = topBits(word.width);
  return bits === 32 || range.hi < 2 ** bits;
}

/** A word of one bit as a mask: all ones where it is 1. */
export function maskOf(g: Graph, word: Limbs): Ref {
  return signForm(g, word).limbs[0]!;
}

/** A word of one bit from a mask. */
export function truthWord(mask: Ref): Limbs {
  return { width: 1, limbs: [mask] };
}

/**
 * Two words, a constant among them rewritten so that P is near the other's: then what is made of both is less
 * often beyond the width.
 */
export function agreed(g: Graph, a: Limbs, b: Limbs): readonly [Limbs, Limbs] {
  const [known, other] = valueOfWord(g, a) === undefined ? [b, a] : [a, b];
  const value = valueOfWord(g, known);
  if (value === undefined || !isZeroForm(g, other)) return [a, b];
  const zero = zeroForm(g, known);
  return known === a ? [zero, b] : [a, zero];
}
