import { bitLength, maximum, minimum, ones, signedWidth } from '../base/index.js';
import type { BinaryOp, Concat, Id, Node } from '../ir/index.js';
import { zero, type Bits, type Graph } from './graph.js';

/** Integers of which one is congruent to a word modulo 2^width; no more of them than there are such words. */
export interface Interval {
  readonly least: bigint;
  readonly greatest: bigint;
}

/** What is known of the numbers that a module's words stand for, without looking at single bits. */
export interface Intervals {
  /** Finds the interval of a node whose operands' words are there; it is kept for those that read the node. */
  enter(node: Node, id: Id): Interval;
  /** Lets other words of the same bits know the interval of a node whose word is there, in all its bits. */
  share(id: Id): void;
  /** What the words `a` and `b` have to compare to; undefined where both answers are possible. */
  compared(op: 'eq' | 'lt', a: Id, b: Id, signed: boolean): boolean | undefined;
}

/** How many low bits of a word decide it, and whether copies of the top one of these or zeros are above it. */
export function decidingBits({ least, greatest }: Interval): {
  readonly width: number;
  readonly signed: boolean;
} {
  if (least < 0n) return { width: Math.max(signedWidth(least), signedWidth(greatest)), signed: true };
  return { width: bitLength(greatest), signed: false };
}

/** Intervals of a graph's words by their bits, as far as the bits alone do not tell them: true in whatever module they are. */
const sharedBy = new WeakMap<Graph, Map<string, Interval>>();

/** The intervals of a module's words, which are entered in evaluation order. */
export function intervalsOf(g: Graph, words: readonly Bits[]): Intervals {
  const shared = sharedBy.get(g) ?? new Map<string, Interval>();
  sharedBy.set(g, shared);
  const known: (Interval | undefined)[] = [];

  /** The word read as a number of that kind. */
  function read(id: Id, signed: boolean): Interval {
    const bits = words[id]!;
    const seen = readBits(bits, signed);
    const interval = known[id];
    if (!interval) return shared.get(keyOf(bits, signed)) ?? seen;
    const turn = 1n << BigInt(bits.length);
    for (const move of [0n, -turn, turn]) {
      const least = interval.least + move;
      const greatest = interval.greatest + move;
      if (least >= minimum(bits.length, signed) && greatest <= maximum(bits.length, signed))
        return narrower(seen, { least, greatest });
    }
    return seen;
  }

  /** The word read as whatever kind says more. */
  function modulo(id: Id): Interval {
    if (known[id]) return known[id];
    const [unsigned, signed] = [read(id, false), read(id, true)];
    return size(signed) < size(unsigned) ? signed : unsigned;
  }

  function binary(op: BinaryOp, a: Id, b: Id): Interval | undefined {
    const [x, y] = op === 'add' || op === 'sub' ? [modulo(a), modulo(b)] : [read(a, false), read(b, false)];
    switch (op) {
      case 'add':
        return { least: x.least + y.least, greatest: x.greatest + y.greatest };
      case 'sub':
        return { least: x.least - y.greatest, greatest: x.greatest - y.least };
      case 'and':
        return { least: 0n, greatest: x.greatest < y.greatest ? x.greatest : y.greatest };
      default:
        return undefined;
    }
  }

  function product(a: Id, b: Id, signed: boolean): Interval {
    const [x, y] = [read(a, signed), read(b, signed)];
    const ends = [x.least * y.least, x.least * y.greatest, x.greatest * y.least, x.greatest * y.greatest];
    return ends.map((end) => ({ least: end, greatest: end })).reduce(hull);
  }

  /** Parts above another one that are copies of its top bit widen that one as a signed number. */
  function concatenated({ parts }: Concat): Interval {
    const bits = parts.flatMap((id) => words[id]!);
    let low = 0;
    let sum: Interval = { least: 0n, greatest: 0n };
    for (const [i, id] of parts.entries()) {
      const top = low + words[id]!.length - 1;
      const isLast = i === parts.length - 1 || bits.slice(top).every((bit) => bit === bits[top]);
      const part = !isLast ? read(id, false) : i === parts.length - 1 ? modulo(id) : read(id, true);
      const weight = 1n << BigInt(low);
      sum = { least: sum.least + weight * part.least, greatest: sum.greatest + weight * part.greatest };
      if (isLast) break;
      low = top + 1;
    }
    return sum;
  }

  function intervalOf(node: Node): Interval | undefined {
    switch (node.kind) {
      case 'const':
        return { least: node.value, greatest: node.value };
      case 'binary':
        return binary(node.op, node.a, node.b);
      case 'mul':
        return product(node.a, node.b, node.signed);
      case 'mux':
        return hull(modulo(node.yes), modulo(node.no));
      case 'extend':
        return read(node.a, node.signed);
      case 'slice':
        return node.low === 0 ? known[node.a] : undefined;
      case 'concat':
        return concatenated(node);
      default:
        return undefined;
    }
  }

  return {
    enter(node, id) {
      const interval = intervalOf(node);
      const isNew = interval !== undefined && size(interval) <= ones(node.width);
      known[id] = isNew ? interval : undefined;
      return known[id] ?? { least: 0n, greatest: ones(node.width) };
    },
    share(id) {
      if (!known[id]) return;
      const bits = words[id]!;
      for (const signed of [true, false]) {
        const interval = read(id, signed);
        if (size(interval) < size(readBits(bits, signed))) shared.set(keyOf(bits, signed), interval);
      }
    },
    compared(op, a, b, signed) {
      const [x, y] = [read(a, signed), read(b, signed)];
      if (x.least > y.greatest) return false;
      if (x.greatest < y.least) return op === 'lt';
      return op === 'lt' && x.least >= y.greatest ? false : undefined;
    },
  };
}

/** What the bits themselves tell: zeros and copies of the sign at the top. */
function readBits(bits: Bits, signed: boolean): Interval {
  const isSigned = signed && bits.at(-1) !== zero;
  const width = shortestOf(bits, signed);
  return { least: isSigned ? minimum(width, true) : 0n, greatest: maximum(width, isSigned) };
}

/** How many low bits make the number that the word is read as. */
function shortestOf(bits: Bits, signed: boolean): number {
  let width = bits.length;
  if (signed && bits.at(-1) !== zero) while (width > 1 && bits[width - 1] === bits[width - 2]) width--;
  else while (width > 0 && bits[width - 1] === zero) width--;
  return width;
}

/** The same for words that stand for the same number by their bits. */
function keyOf(bits: Bits, signed: boolean): string {
  const isSigned = signed && bits.at(-1) !== zero;
  return `${isSigned ? 'signed' : ''} ${bits.slice(0, shortestOf(bits, signed)).join()}`;
}

function size({ least, greatest }: Interval): bigint {
  return greatest - least;
}

function narrower(a: Interval, b: Interval): Interval {
  return {
    least: a.least > b.least ? a.least : b.least,
    greatest: a.greatest < b.greatest ? a.greatest : b.greatest,
  };
}

function hull(a: Interval, b: Interval): Interval {
  return {
    least: a.least < b.least ? a.least : b.least,
    greatest: a.greatest > b.greatest ? a.greatest : b.greatest,
  };
}
