import { operands, type Design, type Id, type Module } from '../../ir/index.js';
import { delayOf } from '../delay.js';
import type { Pass } from '../pass.js';
import { rebuild, type Rebuilding } from '../rebuild.js';
import { removeDead } from '../dead.js';
import { adderModule, type AdderName } from './adders.js';
import { buildSum } from './build.js';
import { plainCells, type HeapCells } from './cells.js';
import { addConstant, addRow, emptyHeap, type Heap } from './heap.js';
import { addProduct, bitSigns } from './products.js';
import { signedDigits } from './recode.js';
import { sumsOf, type Sum, type Term, type Word } from './terms.js';

export { plainCells, type AdderDelays, type HeapCells } from './cells.js';

/**
 * Makes sums of products, and of more than two terms, bit heaps: all partial products of a sum go into one tree of full and
 * half adders, with one adder at its end. The adders are instances of leaf modules.
 *
 * @param cells the delays that the tree is arranged by, and whether its adders invert
 */
export function bitHeap(cells: HeapCells = plainCells): Pass {
  return {
    name: 'bitheap',
    about: 'builds sums of products as compressor trees of full and half adders',
    run: (design) => heapDesign(design, cells),
  };
}

const adderNames: readonly AdderName[] = ['full_adder', 'full_adder_n', 'half_adder', 'half_adder_n'];

/** A design that has modules of the adders' names for other ends is left as it is. */
function heapDesign(design: Design, cells: HeapCells): Design {
  const taken = design.modules.some(
    ({ name, leaf }) => leaf === undefined && adderNames.some((adder) => adder === name),
  );
  if (taken) return design;
  const modules = design.modules.map((module) =>
    module.leaf === undefined ? heapModule(module, cells) : module,
  );
  const known = new Set(modules.map((module) => module.name));
  const used = new Set(
    modules.flatMap(({ nodes }) => nodes.flatMap((node) => (node.kind === 'instance' ? [node.module] : []))),
  );
  const adders = adderNames.filter((name) => used.has(name) && !known.has(name)).map(adderModule);
  return { ...design, modules: [...adders, ...modules] };
}

function heapModule(module: Module, cells: HeapCells): Module {
  const sums = chosenSums(module);
  if (sums.size === 0) return module;
  const arrivals = arrivalsOf(module, cells);
  const made = rebuild(module, (node, to, old) => {
    const sum = sums.get(old);
    const heap = sum && heapOf(sum, module, to, cells, arrivals);
    return heap ? buildSum(heap) : to.add(node);
  });
  return removeDead(made);
}

/** The sums that are worth a heap, by their nodes: those with a product, or with more than two terms. */
function chosenSums(module: Module): Map<Id, Sum> {
  const sumOf = sumsOf(module);
  const chosen = new Map<Id, Sum>();
  const done = new Set<Id>();
  for (let id = module.nodes.length - 1; id >= 0; id--) {
    const node = module.nodes[id]!;
    const adds = node.kind === 'mul' || (node.kind === 'binary' && (node.op === 'add' || node.op === 'sub'));
    if (!adds || done.has(id)) continue;
    const sum = sumOf(id);
    if (!sum.terms.some(({ factors }) => factors.length > 1) && sum.terms.length < 3) continue;
    chosen.set(id, sum);
    for (const part of sum.inside) done.add(part);
  }
  return chosen;
}

/** When every word is there, roughly. */
function arrivalsOf(module: Module, cells: HeapCells): number[] {
  const arrivals: number[] = [];
  module.nodes.forEach((node, id) => {
    const from = node.kind === 'reg' || node.kind === 'write' ? [] : operands(node);
    const start = from.reduce((latest, operand) => Math.max(latest, arrivals[operand]!), 0);
    arrivals[id] = start + cells.and * delayOf(node, module, new Map());
  });
  return arrivals;
}

function heapOf(
  sum: Sum,
  module: Module,
  to: Rebuilding,
  cells: HeapCells,
  arrivals: readonly number[],
): Heap {
  const heap = emptyHeap(to, cells, sum.width, direction(sum, cells));
  addConstant(heap, sum.constant);
  const moved = (word: Word): Word => ({ ...word, id: to.moved(word.id) });
  const constantOf = (word: Word): bigint | undefined => {
    const node = module.nodes[word.id]!;
    if (node.kind !== 'const') return undefined;
    return word.signed ? BigInt.asIntN(word.width, node.value) : BigInt.asUintN(word.width, node.value);
  };
  const addWord = ({ sign, shift }: Pick<Term, 'sign' | 'shift'>, word: Word): void =>
    addRow(heap, {
      word: to.moved(word.id),
      shift,
      signs: bitSigns(word, sign),
      at: arrivals[word.id]!,
      inverted: false,
    });
  for (const term of sum.terms) {
    const [a, b] = term.factors;
    if (!b) addWord(term, a);
    else {
      const [x, y] = [constantOf(a), constantOf(b)];
      if (x !== undefined || y !== undefined)
        for (const digit of signedDigits(x ?? y!))
          addWord(
            { sign: (term.sign * digit.sign) as 1 | -1, shift: term.shift + digit.shift },
            x === undefined ? a : b,
          );
      else
        addProduct(heap, {
          sign: term.sign,
          shift: term.shift,
          a: moved(a),
          b: moved(b),
          at: Math.max(arrivals[a.id]!, arrivals[b.id]!),
          name: term.name,
        });
    }
  }
  return heap;
}

/** Adding up the negative lets the many positive partial products be made by gates that invert, which are the smaller ones. */
function direction(sum: Sum, cells: HeapCells): 1 | -1 {
  if (cells.inverts) return 1;
  const balance = sum.terms.reduce(
    (total, { sign, factors: [a, b] }) => total + (b ? sign * a.width * b.width : 0),
    0,
  );
  return balance > 0 ? -1 : 1;
}
