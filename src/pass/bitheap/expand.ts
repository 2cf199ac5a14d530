import { ones, read } from '../../base/index.js';
import type { Binary, Concat, Id, Mul, Node, Not, Slice } from '../../ir/index.js';
import {
  exactOperands,
  holds,
  isExactProduct,
  narrowed,
  readingOf,
  widenedReading,
  type Facts,
  type Reading,
} from './readings.js';
import type { Term, Word } from './terms.js';

/** A sum being written out. */
export interface Building {
  readonly facts: Facts;
  readonly root: Id;
  readonly terms: Term[];
  readonly inside: Id[];
  constant: bigint;
}

/** How a word is used in a sum: as `sign · 2^shift · word`, of which only the low `room` bits matter. */
interface Use {
  /** Which number the word stands for, where it has fewer bits than there is room for. */
  readonly reading: Reading;
  readonly room: number;
  readonly shift: number;
  readonly sign: 1 | -1;
  /** What the designer called the word, or a word that is nothing but its bits. */
  readonly name?: string | undefined;
}

/** Adds a node's word to the sum, in its parts where it is itself a sum or a product that is read here only. */
export function expand(sum: Building, id: Id, given: Use): void {
  if (given.room <= 0) return;
  const node = sum.facts.module.nodes[id]!;
  const use = { ...given, name: node.name ?? given.name };
  switch (node.kind) {
    case 'const':
      return addConstant(sum, read(node.value, node.width, use.reading === 'signed'), use);
    case 'extend': {
      const reading = widenedReading(sum.facts, node, use.reading, use.room);
      return reading ? expand(sum, node.a, { ...use, reading }) : leaf(sum, id, use);
    }
    case 'concat':
      return expandConcat(sum, node, use);
    case 'slice':
      return expandSlice(sum, node, id, use);
    case 'not':
      return isOwn(sum, id) ? expandNot(sum, node, id, use) : leaf(sum, id, use);
    case 'binary':
      return isOwn(sum, id) ? expandBinary(sum, node, id, use) : leaf(sum, id, use);
    case 'mul':
      return isOwn(sum, id) ? expandMul(sum, node, id, use) : leaf(sum, id, use);
    default:
      return leaf(sum, id, use);
  }
}

function addConstant(sum: Building, value: bigint, { sign, shift }: Use): void {
  sum.constant += BigInt(sign) * (value << BigInt(shift));
}

function opposite(sign: 1 | -1): 1 | -1 {
  return sign === 1 ? -1 : 1;
}

/** Whether the word has as many bits as there is room for, so that it makes no difference how it is read. */
function fills(node: Node, { room }: Use): boolean {
  return node.width >= room;
}

function expandConcat(sum: Building, { parts }: Concat, use: Use): void {
  let low = 0;
  parts.forEach((part, i) => {
    const reading = i === parts.length - 1 ? use.reading : 'unsigned';
    expand(sum, part, { ...use, reading, room: use.room - low, shift: use.shift + low });
    low += sum.facts.module.nodes[part]!.width;
  });
}

function expandSlice(sum: Building, node: Slice, id: Id, use: Use): void {
  if (node.low > 0) return leaf(sum, id, use);
  if (fills(node, use)) return expand(sum, node.a, use);
  if (!holds(sum.facts.ranges[node.a]!, use.reading, node.width)) return leaf(sum, id, use);
  expand(sum, node.a, { ...use, reading: readingOf(sum.facts, node.a)! });
}

/** As a signed number the complement of x is −x − 1; as an unsigned one it is 2^width more. */
function expandNot(sum: Building, node: Not, id: Id, use: Use): void {
  sum.inside.push(id);
  addConstant(sum, use.reading === 'signed' || fills(node, use) ? -1n : ones(node.width), use);
  expand(sum, node.a, { ...use, sign: opposite(use.sign) });
}

function expandBinary(sum: Building, node: Binary, id: Id, use: Use): void {
  if (node.op !== 'add' && node.op !== 'sub') return leaf(sum, id, use);
  const by = node.op === 'add' ? 1 : -1;
  const readings = fills(node, use)
    ? ([use.reading, use.reading] as const)
    : exactOperands(sum.facts, node.a, node.b, by, use.reading, node.width);
  if (!readings) return leaf(sum, id, use);
  sum.inside.push(id);
  const { name: _, ...rest } = use;
  expand(sum, node.a, { ...rest, reading: readings[0] });
  expand(sum, node.b, {
    ...rest,
    reading: readings[1],
    sign: by === 1 ? use.sign : opposite(use.sign),
  });
}

function expandMul(sum: Building, node: Mul, id: Id, use: Use): void {
  const { sign, room, name } = use;
  if (!fills(node, use) && !isExactProduct(sum.facts, node.signed, id, use.reading))
    return leaf(sum, id, use);
  sum.inside.push(id);
  const [a, b] = [factorOf(sum.facts, node.a, node.signed), factorOf(sum.facts, node.b, node.signed)];
  const left = room - a.shift - b.shift;
  if (left <= 0) return;
  // Bits beyond the room make no difference, and so neither does their sign.
  const clipped = ({ id: word, width, signed }: Word): Word =>
    width > left ? { id: word, width: left, signed: false } : { id: word, width, signed };
  const shift = use.shift + a.shift + b.shift;
  sum.terms.push({ sign, shift, factors: [clipped(a), clipped(b)], name });
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

/** Whether a node's word is needed for this sum only, so that it may be taken apart. */
function isOwn({ facts, root }: Building, id: Id): boolean {
  return id === root || facts.readers[id] === 1;
}

function leaf(sum: Building, id: Id, { reading, room, shift, sign }: Use): void {
  const { width } = sum.facts.module.nodes[id]!;
  const word =
    width >= room
      ? { id, width: room, signed: false }
      : narrowed(sum.facts, { id, width, signed: reading === 'signed' });
  sum.terms.push({ sign, shift, factors: [word] });
}
