import { ones, read, unreachable, wrap } from '../base/index.js';
import type { Binary, Compare, Node, Reduce, Shift } from './node.js';

/** A node whose word follows from its operands' words in the same cycle. */
export type Combinational = Exclude<
  Node,
  { kind: 'input' | 'reg' | 'read' | 'write' | 'instance' | 'output' }
>;

export function isCombinational(node: Node): node is Combinational {
  switch (node.kind) {
    case 'input':
    case 'reg':
    case 'read':
    case 'write':
    case 'instance':
    case 'output':
      return false;
    default:
      return true;
  }
}

/**
 * The word of a combinational node: the definition of what each kind means. Others (passes, compilers, the
 * emitter) are tested against it.
 *
 * @param words the operands' words, in the order of `operands(node)`
 * @param widths the operands' widths, in the same order
 */
export function evaluate(node: Combinational, words: readonly bigint[], widths: readonly number[]): bigint {
  const [a = 0n, b = 0n, c = 0n] = words;
  const width = widths[0] ?? 0;
  switch (node.kind) {
    case 'const':
      return node.value;
    case 'not':
      return a ^ ones(node.width);
    case 'binary':
      return wrap(binary(node, a, b), node.width);
    case 'mul':
      return wrap(read(a, width, node.signed) * read(b, widths[1] ?? 0, node.signed), node.width);
    case 'compare':
      return compare(node, read(a, width, node.signed), read(b, width, node.signed)) ? 1n : 0n;
    case 'shift':
      return wrap(shift(node, a, b), node.width);
    case 'mux':
      return a === 1n ? b : c;
    case 'slice':
      return wrap(a >> BigInt(node.low), node.width);
    case 'concat':
      return concat(words, widths);
    case 'extend':
      return wrap(read(a, width, node.signed), node.width);
    case 'reduce':
      return reduce(node, a, width) ? 1n : 0n;
    default:
      return unreachable(node);
  }
}

function binary(node: Binary, a: bigint, b: bigint): bigint {
  switch (node.op) {
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    default:
      return unreachable(node.op);
  }
}

function compare(node: Compare, a: bigint, b: bigint): boolean {
  return node.op === 'eq' ? a === b : a < b;
}

function shift(node: Shift, a: bigint, by: bigint): bigint {
  // A shift by the width already leaves only what came in; more would only build a longer number.
  const distance = by > BigInt(node.width) ? BigInt(node.width) : by;
  return node.op === 'left' ? a << distance : read(a, node.width, node.signed) >> distance;
}

function concat(words: readonly bigint[], widths: readonly number[]): bigint {
  let word = 0n;
  for (let i = words.length - 1; i >= 0; i--) word = (word << BigInt(widths[i]!)) | words[i]!;
  return word;
}

function reduce(node: Reduce, a: bigint, width: number): boolean {
  switch (node.op) {
    case 'and':
      return a === ones(width);
    case 'or':
      return a !== 0n;
    case 'xor':
      return a.toString(2).replaceAll('0', '').length % 2 === 1;
    default:
      return unreachable(node.op);
  }
}
