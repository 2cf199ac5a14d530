import { ones } from '../../base/index.js';
import type { Id } from '../../ir/index.js';
import type { Rebuilding } from '../rebuild.js';
import type { HeapCells } from './cells.js';
import type { Word } from './terms.js';

/** `sign · 2^shift · word`, where the word is one of the module being made. */
export interface Shifted {
  readonly word: Word;
  readonly at: number;
  readonly shift: number;
  readonly sign: 1 | -1;
}

/** Beyond so many terms, pairs are too many to look through. */
const mostTerms = 600;

/**
 * Computes once what several terms have in common: as long as some word ± 2^d · other word occurs so often that an adder for it
 * takes less than the full adders it saves, it becomes a word of its own. Terms that come of constant factors are full of such
 * pairs (Hartley, 1996).
 */
export function shareTerms(given: readonly Shifted[], to: Rebuilding, cells: HeapCells): readonly Shifted[] {
  let terms = given;
  while (terms.length <= mostTerms) {
    const best = bestPair(terms);
    if (!best) return terms;
    terms = replaced(terms, best, to, cells);
  }
  return terms;
}

/** Two terms that differ from other two by a shift and a sign only. */
interface Pair {
  readonly low: Shifted;
  readonly high: Shifted;
}

function keyOf({ low, high }: Pair): string {
  return `${low.word.id} ${high.word.id} ${high.shift - low.shift} ${low.sign === high.sign}`;
}

function bestPair(terms: readonly Shifted[]): readonly Pair[] | undefined {
  const found = new Map<string, Pair[]>();
  terms.forEach((a, i) => {
    for (const b of terms.slice(i + 1)) {
      const pair = ordered(a, b);
      const key = keyOf(pair);
      const known = found.get(key);
      if (known) known.push(pair);
      else found.set(key, [pair]);
    }
  });
  let best: readonly Pair[] | undefined;
  for (const pairs of found.values()) {
    if (pairs.length < 2) continue;
    const apart = withoutOverlap(pairs);
    if (gain(apart) > 0 && (!best || gain(apart) > gain(best))) best = apart;
  }
  return best;
}

function ordered(a: Shifted, b: Shifted): Pair {
  const isLow = a.shift < b.shift || (a.shift === b.shift && a.word.id <= b.word.id);
  return isLow ? { low: a, high: b } : { low: b, high: a };
}

function withoutOverlap(pairs: readonly Pair[]): Pair[] {
  const used = new Set<Shifted>();
  return pairs.filter(({ low, high }) => {
    if (used.has(low) || used.has(high)) return false;
    used.add(low).add(high);
    return true;
  });
}

/** Full adders saved: each pair becomes one word; the adder that makes it costs more than a full adder for each of its bits. */
function gain(pairs: readonly Pair[]): number {
  const { low, high } = pairs[0]!;
  const { width } = sumWord(low, high);
  return pairs.length * (low.word.width + high.word.width - width) - 1.6 * (width - high.shift + low.shift);
}

/** How many bits the sum or difference of a pair needs, in units of its lower term. */
function sumWord(low: Shifted, high: Shifted): { readonly width: number; readonly signed: boolean } {
  const [a, b] = [rangeOf(low.word), rangeOf(high.word)];
  const d = BigInt(high.shift - low.shift);
  const [least, most] =
    low.sign === high.sign
      ? [a.least + (b.least << d), a.most + (b.most << d)]
      : [a.least - (b.most << d), a.most - (b.least << d)];
  const signed = least < 0n;
  let width = signed ? 1 : 0;
  while (signed ? least < -(1n << BigInt(width - 1)) || most > ones(width - 1) : most > ones(width)) width++;
  return { width, signed };
}

function rangeOf({ width, signed }: Word): { readonly least: bigint; readonly most: bigint } {
  return signed
    ? { least: -(1n << BigInt(width - 1)), most: ones(width - 1) }
    : { least: 0n, most: ones(width) };
}

function replaced(
  terms: readonly Shifted[],
  pairs: readonly Pair[],
  to: Rebuilding,
  cells: HeapCells,
): readonly Shifted[] {
  const { low, high } = pairs[0]!;
  const shape = sumWord(low, high);
  const left = widened(to, low.word, 0, shape.width);
  const right = widened(to, high.word, high.shift - low.shift, shape.width);
  const op = low.sign === high.sign ? 'add' : 'sub';
  const id = to.add({ kind: 'binary', op, width: shape.width, a: left, b: right, name: 'shared' });
  const at = Math.max(low.at, high.at) + 2 * cells.xor + 2 * cells.and * Math.log2(shape.width);
  const gone = new Set(pairs.flatMap((pair) => [pair.low, pair.high]));
  const made = pairs.map((pair): Shifted => ({
    word: { id, ...shape },
    at,
    shift: pair.low.shift,
    sign: pair.low.sign,
  }));
  return [...terms.filter((term) => !gone.has(term)), ...made];
}

/** The word times 2^shift, in `width` bits. */
function widened(to: Rebuilding, word: Word, shift: number, width: number): Id {
  const low =
    to.node(word.id).width === word.width
      ? word.id
      : to.add({ kind: 'slice', width: word.width, a: word.id, low: 0 });
  const zeros = shift > 0 ? to.add({ kind: 'const', width: shift, value: 0n }) : undefined;
  const moved =
    zeros === undefined ? low : to.add({ kind: 'concat', width: shift + word.width, parts: [zeros, low] });
  return to.node(moved).width === width
    ? moved
    : to.add({ kind: 'extend', width, signed: word.signed, a: moved });
}
