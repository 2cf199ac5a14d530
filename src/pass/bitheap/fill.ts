import type { Module } from '../../ir/index.js';
import type { Rebuilding } from '../rebuild.js';
import type { HeapCells } from './cells.js';
import { addConstant, addRow, emptyHeap, type Heap } from './heap.js';
import { addProduct, bitSigns, type Product } from './products.js';
import { signedDigits } from './recode.js';
import { shareTerms, type Shifted } from './sharing.js';
import type { Sum, Term, Word } from './terms.js';

/**
 * A heap with the bits of a sum in it: partial products of two words, and words. A constant factor is written in signed digits,
 * each of which adds the other factor, shifted.
 *
 * @param arrivals when the words of the module are there
 */
export function fillHeap(
  sum: Sum,
  module: Module,
  to: Rebuilding,
  cells: HeapCells,
  arrivals: readonly number[],
): Heap {
  const heap = emptyHeap(to, cells, sum.width, direction(sum, cells));
  addConstant(heap, sum.constant);
  const moved = (word: Word): Word => ({ ...word, id: to.moved(word.id) });
  const words: Shifted[] = [];
  for (const { factors, sign, shift, name } of sum.terms) {
    const [a, b] = factors;
    const [digits, word] = b ? constantFactor(module, a, b) : [[{ sign: 1, shift: 0 } as const], a];
    const at = Math.max(...factors.map(({ id }) => arrivals[id]!));
    if (digits && word)
      for (const digit of digits)
        words.push({ word: moved(word), at, shift: shift + digit.shift, sign: times(sign, digit.sign) });
    else if (b) addProduct(heap, { sign, shift, a: moved(a), b: moved(b), at, name } satisfies Product);
  }
  for (const { word, at, shift, sign } of shareTerms(words, to, cells))
    addRow(heap, { word: word.id, shift, signs: bitSigns(word, sign), at, inverted: false });
  return heap;
}

/** The digits of the factor that is a constant, and the other factor. */
function constantFactor(module: Module, a: Word, b: Word) {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const node = module.nodes[one.id]!;
    if (node.kind !== 'const') continue;
    const value = one.signed ? BigInt.asIntN(one.width, node.value) : BigInt.asUintN(one.width, node.value);
    return [signedDigits(value), other] as const;
  }
  return [undefined, undefined] as const;
}

function times(a: 1 | -1, b: 1 | -1): 1 | -1 {
  return a === b ? 1 : -1;
}

/** Adding up the negative lets the many positive partial products be made by gates that invert, which are the smaller ones. */
function direction({ terms }: Sum, cells: HeapCells): 1 | -1 {
  if (cells.inverts) return 1;
  const bits = ({ factors: [a, b], sign }: Term): number => (b ? sign * a.width * b.width : 0);
  return terms.reduce((total, term) => total + bits(term), 0) > 0 ? -1 : 1;
}
