import { bitLength } from '../../base/index.js';
import { nonZero } from './extension.js';
import type { Graph, Ref } from './graph.js';
import {
  limb,
  limbCount,
  signForm,
  unsignedLimbs,
  valueOfWord,
  zeroForm,
  type Limbs,
  type Parts,
  type Word,
} from './word.js';

/** The word put together: its limbs. */
export function whole(g: Graph, word: Word): Limbs {
  if ('limbs' in word) return word;
  word.whole ??= assembled(g, word);
  return word.whole;
}

export function concatenation(parts: readonly Word[]): Word {
  if (parts.length === 1) return parts[0]!;
  let width = 0;
  const offsets = parts.map((part) => (width += part.width) - part.width);
  return { width, parts, offsets };
}

function assembled(g: Graph, word: Parts): Limbs {
  const zero = g.constant(0);
  const limbs = Array.from({ length: limbCount(word.width) }, () => zero);
  const put = (index: number, ref: Ref): void => {
    if (index < limbs.length) limbs[index] = g.pure('or', [limbs[index]!, ref]);
  };
  word.parts.forEach((part, i) => {
    const offset = word.offsets[i]!;
    const last = i === word.parts.length - 1;
    const pieces = last ? allLimbs(g, whole(g, part)) : fitting(g, whole(g, part), offset);
    const [index, by, end] = [offset >> 5, offset & 31, (offset + part.width - 1) >> 5];
    pieces.forEach((piece, j) => {
      put(index + j, g.shift('shl', piece, by));
      if (index + j < end) put(index + j + 1, upper(g, piece, by));
    });
  });
  return { width: word.width, limbs };
}

/** What of a limb shifted left by `by` comes into the next limb. */
function upper(g: Graph, piece: Ref, by: number): Ref {
  return by === 0 ? g.constant(0) : g.shift('shrU', piece, 32 - by);
}

function allLimbs(g: Graph, part: Limbs): readonly Ref[] {
  return Array.from({ length: limbCount(part.width) }, (_, i) => limb(g, part, i));
}

/** A part's limbs that leave the other bits of the whole alone. What a shift pushes out at the top may stay. */
function fitting(g: Graph, part: Limbs, offset: number): readonly Ref[] {
  return ((offset + part.width) & 31) === 0 ? allLimbs(g, part) : unsignedLimbs(g, part);
}

/** The bits `low` to `low + width − 1`. */
export function sliced(g: Graph, word: Word, low: number, width: number): Word {
  if (low === 0 && width === word.width) return word;
  if (!('parts' in word)) return field(g, word, low, width);
  const first = partAt(word, low);
  const last = partAt(word, low + width - 1);
  const pieces = word.parts.slice(first, last + 1).map((part, i) => {
    const offset = word.offsets[first + i]!;
    const from = Math.max(low - offset, 0);
    return sliced(g, part, from, Math.min(low + width - offset, part.width) - from);
  });
  return concatenation(pieces);
}

function partAt(word: Parts, bit: number): number {
  let [from, to] = [0, word.parts.length - 1];
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    if (word.offsets[middle]! <= bit) from = middle;
    else to = middle - 1;
  }
  return from;
}

function field(g: Graph, word: Limbs, low: number, width: number): Limbs {
  const limbs = Array.from({ length: limbCount(width) }, (_, i) => {
    const taken = Math.min(32, width - 32 * i);
    return bitsFrom(g, word, low + 32 * i, taken);
  });
  return { width, limbs };
}

/** A vector whose low `taken` bits are those of the word from bit `low` up. */
function bitsFrom(g: Graph, word: Limbs, low: number, taken: number): Ref {
  const [index, by] = [low >> 5, low & 31];
  const here = limb(g, word, index);
  if (index + 1 >= word.limbs.length) return g.shift('shrS', here, by);
  const under = g.shift('shrU', here, by);
  if (by === 0 || by + taken <= 32) return under;
  return g.pure('or', [under, g.shift('shl', limb(g, word, index + 1), 32 - by)]);
}

export function extended(g: Graph, word: Limbs, width: number, signed: boolean): Limbs {
  return { width, limbs: (signed ? signForm(g, word) : zeroForm(g, word)).limbs };
}

/** A shift by the number `by`; see the IR's `Shift`. */
export function shifted(g: Graph, a: Limbs, by: Limbs, left: boolean, signed: boolean): Limbs {
  const known = valueOfWord(g, by);
  const start = left ? a : signed ? signForm(g, a) : zeroForm(g, a);
  if (known !== undefined) return moved(g, start, known < BigInt(a.width) ? Number(known) : a.width, left);
  const distance = unsignedLimbs(g, by);
  const steps = bitLength(BigInt(a.width - 1));
  const reach = Math.min(steps, by.width);
  const multiplied = reach >= (left ? 2 : 4);
  let word = multiplied ? movedByProduct(g, start, distance[0]!, left) : start;
  for (let step = multiplied ? 5 : 0; step < reach; step++) {
    const when = g.shift('shrS', g.shift('shl', distance[0]!, 31 - step), 31);
    word = selected(g, when, moved(g, word, 2 ** step, left), word);
  }
  const far = beyond(g, distance, steps);
  return far === undefined ? word : selected(g, far, moved(g, start, a.width, left), word);
}

/**
 * P shifted by the low five bits of a distance, as SIMD shifts have one distance for all lanes: to the left by products
 * with 2^d, to the right by the upper halves of products with 2^(32 − d), which there is none of for 0.
 */
function movedByProduct(g: Graph, word: Limbs, distance: Ref, left: boolean): Limbs {
  const by = g.pure('and', [distance, g.constant(31)]);
  const length = left ? limbCount(word.width) : word.limbs.length;
  const at = (i: number): Ref => limb(g, word, i);
  const or = (x: Ref, y: Ref): Ref => g.pure('or', [x, y]);
  if (left) {
    const power = g.pure('exp2', [by]);
    const limbs = Array.from({ length }, (_, i) => {
      const low = g.pure('mul', [at(i), power]);
      return i === 0 ? low : or(low, g.pure('mulHighU', [at(i - 1), power]));
    });
    return { width: word.width, limbs };
  }
  const power = g.pure('exp2', [g.pure('sub', [g.constant(32), by])]);
  const none = g.pure('eq', [by, g.constant(0)]);
  const limbs = Array.from({ length }, (_, i) => {
    const low = or(g.pure('mulHighU', [at(i), power]), g.pure('and', [at(i), none]));
    return or(low, g.pure('mul', [at(i + 1), power]));
  });
  const { lo, hi } = g.at(at(length - 1)).range;
  g.known(limbs.at(-1)!, { lo: Math.min(lo, 0), hi: Math.max(hi, -1) });
  return { width: word.width, limbs };
}

/** Where a distance is 2^steps or more; undefined if it cannot be. */
function beyond(g: Graph, distance: readonly Ref[], steps: number): Ref | undefined {
  const high = distance
    .slice(1)
    .reduce((all, ref) => g.pure('or', [all, ref]), g.shift('shrU', distance[0]!, Math.min(steps, 31)));
  return g.valueOf(high) === 0 ? undefined : nonZero(g, high);
}

/** P shifted by a constant from 0 to the width: left modulo 2^(32n), right with its sign coming in. */
function moved(g: Graph, word: Limbs, by: number, left: boolean): Limbs {
  if (by === 0) return word;
  const count = limbCount(word.width);
  const length = left ? count : Math.max(1, word.limbs.length - (by >> 5));
  const limbs = Array.from({ length }, (_, i) =>
    left ? leftLimb(g, word, i, by) : rightLimb(g, word, i, by),
  );
  return { width: word.width, limbs };
}

function leftLimb(g: Graph, word: Limbs, i: number, by: number): Ref {
  const [skip, rest] = [by >> 5, by & 31];
  if (i < skip) return g.constant(0);
  const high = g.shift('shl', limb(g, word, i - skip), rest);
  if (rest === 0 || i === skip) return high;
  return g.pure('or', [high, g.shift('shrU', limb(g, word, i - skip - 1), 32 - rest)]);
}

function rightLimb(g: Graph, word: Limbs, i: number, by: number): Ref {
  return bitsFrom(g, word, 32 * i + by, 32);
}

function selected(g: Graph, when: Ref, yes: Limbs, no: Limbs): Limbs {
  const count = Math.max(yes.limbs.length, no.limbs.length);
  const limbs = Array.from({ length: count }, (_, i) =>
    g.pure('select', [when, limb(g, yes, i), limb(g, no, i)]),
  );
  return { width: no.width, limbs };
}
