import { ones, read } from '../../base/index.js';
import type { Extend, Id, Module, Mul } from '../../ir/index.js';
import { ranges, type Range } from '../range.js';
import { readerCounts } from './readers.js';

/** The bits of a word as the number they stand for. */
export interface Word {
  readonly id: Id;
  readonly width: number;
  readonly signed: boolean;
}

/** `sign · 2^shift ·` a word, or the product of two words. */
export interface Term {
  readonly sign: 1 | -1;
  readonly shift: number;
  readonly factors: readonly [Word] | readonly [Word, Word];
  /** What the designer called the product, if anything. */
  readonly name?: string | undefined;
}

/** A word of `width` bits as a sum: its terms and its constant, modulo 2^width. */
export interface Sum {
  readonly width: number;
  readonly terms: readonly Term[];
  readonly constant: bigint;
  /** The nodes whose words the sum computes anew. */
  readonly inside: readonly Id[];
}

/** How the bits of a word that is too short for its sum are read. */
type Reading = 'signed' | 'unsigned';

interface Facts {
  readonly module: Module;
  readonly ranges: readonly Range[];
  readonly readers: readonly number[];
}

interface Building {
  readonly facts: Facts;
  readonly root: Id;
  readonly terms: Term[];
  readonly inside: Id[];
  constant: bigint;
}

/** Gives the sum that a node of a module is, written out as far as nobody else reads its parts. */
export function sumsOf(module: Module): (root: Id) => Sum {
  const facts = { module, ranges: ranges(module), readers: readerCounts(module) };
  return (root) => {
    const { width } = module.nodes[root]!;
    const sum: Building = { facts, root, terms: [], inside: [], constant: 0n };
    expand(sum, root, 'unsigned', width, 0, 1);
    return {
      width,
      terms: sum.terms,
      constant: BigInt.asUintN(width, sum.constant),
      inside: sum.inside,
    };
  };
}

/**
 * Adds `sign · 2^shift · word` of a node to the sum. Only its low `room` bits matter; where the word is shorter than that,
 * `reading` says which number it stands for.
 */
function expand(sum: Building, id: Id, reading: Reading, room: number, shift: number, sign: 1 | -1): void {
  if (room <= 0) return;
  const { nodes } = sum.facts.module;
  const node = nodes[id]!;
  const exact = node.width < room;
  const into = (part: Id, how: Reading, more = 0, by: 1 | -1 = 1): void =>
    expand(sum, part, how, room - more, shift + more, by === 1 ? sign : sign === 1 ? -1 : 1);
  switch (node.kind) {
    case 'const':
      sum.constant += BigInt(sign) * (read(node.value, node.width, reading === 'signed') << BigInt(shift));
      return;
    case 'extend': {
      const how = widenedReading(sum.facts, node, reading, room);
      return how ? into(node.a, how) : leaf(sum, id, reading, room, shift, sign);
    }
    case 'concat': {
      let low = 0;
      node.parts.forEach((part, i) => {
        into(part, i === node.parts.length - 1 ? reading : 'unsigned', low);
        low += nodes[part]!.width;
      });
      return;
    }
    case 'slice':
      if (node.low === 0 && !exact) return into(node.a, reading);
      if (node.low === 0 && holds(sum.facts.ranges[node.a]!, reading, node.width))
        return into(node.a, readingOf(sum.facts, node.a)!);
      return leaf(sum, id, reading, room, shift, sign);
    case 'not':
      if (!isOwn(sum, id)) return leaf(sum, id, reading, room, shift, sign);
      sum.inside.push(id);
      // As a signed number the complement of x is −x − 1; as an unsigned one it is 2^width more.
      sum.constant +=
        BigInt(sign) * ((reading === 'signed' || !exact ? -1n : ones(node.width)) << BigInt(shift));
      return into(node.a, reading, 0, -1);
    case 'binary':
      if ((node.op === 'add' || node.op === 'sub') && isOwn(sum, id)) {
        const by = node.op === 'add' ? 1 : -1;
        const [a, b] = exact
          ? exactOperands(sum.facts, node.a, node.b, by, reading, node.width)
          : [reading, reading];
        if (a && b) {
          sum.inside.push(id);
          into(node.a, a);
          return into(node.b, b, 0, by);
        }
      }
      return leaf(sum, id, reading, room, shift, sign);
    case 'mul':
      if (isOwn(sum, id) && (!exact || isExactProduct(sum.facts, node.signed, id, reading))) {
        sum.inside.push(id);
        return product(sum, node, room, shift, sign);
      }
      return leaf(sum, id, reading, room, shift, sign);
    default:
      return leaf(sum, id, reading, room, shift, sign);
  }
}

/** How the operand of a widening is to be read where the widened word is read so; nothing where no reading fits. */
function widenedReading(facts: Facts, node: Extend, reading: Reading, room: number): Reading | undefined {
  const { width } = facts.module.nodes[node.a]!;
  if (width >= room || width === node.width) return reading;
  if (!node.signed) return 'unsigned';
  if (node.width >= room || reading === 'signed') return 'signed';
  return holds(facts.ranges[node.a]!, 'unsigned', width - 1) ? 'unsigned' : undefined;
}

/** Whether a node's word is needed for this sum only, so that it may be taken apart. */
function isOwn({ facts, root }: Building, id: Id): boolean {
  return id === root || facts.readers[id] === 1;
}

function leaf(sum: Building, id: Id, reading: Reading, room: number, shift: number, sign: 1 | -1): void {
  const { width } = sum.facts.module.nodes[id]!;
  const word =
    width >= room
      ? { id, width: room, signed: false }
      : narrowed(sum.facts, { id, width, signed: reading === 'signed' });
  sum.terms.push({ sign, shift, factors: [word] });
}

function product(sum: Building, node: Mul, room: number, shift: number, sign: 1 | -1): void {
  const factor = (id: Id): Word & { readonly shift: number } => factorOf(sum.facts, id, node.signed);
  const [a, b] = [factor(node.a), factor(node.b)];
  const by = a.shift + b.shift;
  if (by >= room) return;
  const clipped = ({ id, width, signed }: Word): Word =>
    width > room - by ? { id, width: room - by, signed: false } : { id, width, signed };
  sum.terms.push({ sign, shift: shift + by, factors: [clipped(a), clipped(b)], name: node.name });
}

/** A factor without its widening and without the zeros below it. */
function factorOf(facts: Facts, id: Id, signed: boolean): Word & { readonly shift: number } {
  const { nodes } = facts.module;
  const node = nodes[id]!;
  const { width } = node;
  if (node.kind === 'extend' && width > nodes[node.a]!.width && (signed || !node.signed))
    return factorOf(facts, node.a, node.signed);
  if (node.kind === 'concat' && node.parts.length === 2) {
    const [low, high] = node.parts as [Id, Id];
    const zeros = nodes[low]!;
    if (zeros.kind === 'const' && zeros.value === 0n) {
      const rest = factorOf(facts, high, signed);
      return { ...rest, shift: rest.shift + zeros.width };
    }
  }
  return { ...narrowed(facts, { id, width, signed }), shift: 0 };
}

/** A signed word that is never negative, read as unsigned without its sign bit. */
function narrowed(facts: Facts, word: Word): Word {
  const { high } = facts.ranges[word.id]!;
  const top = word.width - 1;
  return word.signed && top > 0 && isRead(facts, word.id, 'unsigned') && high <= ones(top)
    ? { id: word.id, width: top, signed: false }
    : word;
}

/** How the operands of a sum are to be read so that their sum is the number its word is read as; nothing if it may wrap. */
function exactOperands(
  facts: Facts,
  a: Id,
  b: Id,
  by: 1 | -1,
  reading: Reading,
  width: number,
): readonly [Reading | undefined, Reading | undefined] {
  const [x, y] = [facts.ranges[a]!, facts.ranges[b]!];
  const range =
    by === 1 ? { low: x.low + y.low, high: x.high + y.high } : { low: x.low - y.high, high: x.high - y.low };
  return holds(range, reading, width) ? [readingOf(facts, a), readingOf(facts, b)] : [undefined, undefined];
}

function isExactProduct(facts: Facts, signed: boolean, id: Id, reading: Reading): boolean {
  return (
    signed === (reading === 'signed') || holds(facts.ranges[id]!, reading, facts.module.nodes[id]!.width)
  );
}

/** The reading of a node's word that gives the number which its range is about. */
function readingOf(facts: Facts, id: Id): Reading | undefined {
  if (isRead(facts, id, 'unsigned')) return 'unsigned';
  return isRead(facts, id, 'signed') ? 'signed' : undefined;
}

function isRead(facts: Facts, id: Id, reading: Reading): boolean {
  return holds(facts.ranges[id]!, reading, facts.module.nodes[id]!.width);
}

/** Whether a word of `width` bits, so read, can be every number of the range. */
function holds({ low, high }: Range, reading: Reading, width: number): boolean {
  return reading === 'signed'
    ? low >= -(1n << BigInt(width - 1)) && high < 1n << BigInt(width - 1)
    : low >= 0n && high <= ones(width);
}
