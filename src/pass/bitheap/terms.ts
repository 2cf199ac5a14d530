import type { Id, Module } from '../../ir/index.js';
import { ranges } from '../range.js';
import { expand, type Building } from './expand.js';
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

/** Gives the sum that a node of a module is, written out as far as nobody else reads its parts. */
export function sumsOf(module: Module): (root: Id) => Sum {
  const facts = { module, ranges: ranges(module), readers: readerCounts(module) };
  return (root) => {
    const { width } = module.nodes[root]!;
    const sum: Building = { facts, root, terms: [], inside: [], constant: 0n };
    expand(sum, root, { reading: 'unsigned', room: width, shift: 0, sign: 1 });
    const { terms, inside } = sum;
    return { width, terms, constant: BigInt.asUintN(width, sum.constant), inside };
  };
}
