import { ones } from '../../base/index.js';
import type { Extend, Id, Module } from '../../ir/index.js';
import type { Range } from '../range.js';
import type { Word } from './terms.js';

/** How the bits of a word that is too short for its sum are read. */
export type Reading = 'signed' | 'unsigned';

/** What is known of a module before its sums are written out. */
export interface Facts {
  readonly module: Module;
  readonly ranges: readonly Range[];
  readonly readers: readonly number[];
}

/** How the operand of a widening is to be read where the widened word is read so; nothing where no reading fits. */
export function widenedReading(
  facts: Facts,
  node: Extend,
  reading: Reading,
  room: number,
): Reading | undefined {
  const { width } = facts.module.nodes[node.a]!;
  if (width >= room || width === node.width) return reading;
  if (!node.signed) return 'unsigned';
  if (node.width >= room || reading === 'signed') return 'signed';
  return holds(facts.ranges[node.a]!, 'unsigned', width - 1) ? 'unsigned' : undefined;
}

/** A signed word that is never negative, read as unsigned without its sign bit. */
export function narrowed(facts: Facts, word: Word): Word {
  const { high } = facts.ranges[word.id]!;
  const top = word.width - 1;
  return word.signed && top > 0 && isRead(facts, word.id, 'unsigned') && high <= ones(top)
    ? { id: word.id, width: top, signed: false }
    : word;
}

/** How the operands of a sum are to be read so that their sum is the number its word is read as; nothing if it may wrap. */
export function exactOperands(
  facts: Facts,
  a: Id,
  b: Id,
  by: 1 | -1,
  reading: Reading,
  width: number,
): readonly [Reading, Reading] | undefined {
  const [x, y] = [facts.ranges[a]!, facts.ranges[b]!];
  const range =
    by === 1 ? { low: x.low + y.low, high: x.high + y.high } : { low: x.low - y.high, high: x.high - y.low };
  if (!holds(range, reading, width)) return undefined;
  const [left, right] = [readingOf(facts, a), readingOf(facts, b)];
  return left && right ? [left, right] : undefined;
}

export function isExactProduct(facts: Facts, signed: boolean, id: Id, reading: Reading): boolean {
  return (
    signed === (reading === 'signed') || holds(facts.ranges[id]!, reading, facts.module.nodes[id]!.width)
  );
}

/** The reading of a node's word that gives the number which its range is about. */
export function readingOf(facts: Facts, id: Id): Reading | undefined {
  if (isRead(facts, id, 'unsigned')) return 'unsigned';
  return isRead(facts, id, 'signed') ? 'signed' : undefined;
}

function isRead(facts: Facts, id: Id, reading: Reading): boolean {
  return holds(facts.ranges[id]!, reading, facts.module.nodes[id]!.width);
}

/** Whether a word of `width` bits, so read, can be every number of the range. */
export function holds({ low, high }: Range, reading: Reading, width: number): boolean {
  return reading === 'signed'
    ? low >= -(1n << BigInt(width - 1)) && high < 1n << BigInt(width - 1)
    : low >= 0n && high <= ones(width);
}
