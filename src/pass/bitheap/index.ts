import { operands, type Design, type Id, type Module } from '../../ir/index.js';
import { delayOf } from '../delay.js';
import { loops } from '../loops.js';
import type { Pass } from '../pass.js';
import { rebuild } from '../rebuild.js';
import { removeDead } from '../dead.js';
import { adderModule, type AdderName } from './adders.js';
import { buildSum } from './build.js';
import { plainCells, type HeapCells } from './cells.js';
import { fillHeap } from './fill.js';
import { sumsOf, type Sum } from './terms.js';

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
    const heap = sum && fillHeap(sum, module, to, cells, arrivals);
    return heap ? buildSum(heap) : to.add(node);
  });
  return removeDead(made);
}

/**
 * The sums that are worth a heap, by their nodes: those with a product, or with more than two terms. In a module that is to
 * be pipelined, not those on a loop through registers, as an accumulator's: a loop stays in one stage, and with it would the
 * whole heap.
 */
function chosenSums(module: Module): Map<Id, Sum> {
  const sumOf = sumsOf(module);
  const { groups, groupOf } = loops(module);
  const isHeld = (id: Id): boolean => module.stages > 0 && groups[groupOf[id]!]!.length > 1;
  const chosen = new Map<Id, Sum>();
  const done = new Set<Id>();
  for (let id = module.nodes.length - 1; id >= 0; id--) {
    const node = module.nodes[id]!;
    const adds = node.kind === 'mul' || (node.kind === 'binary' && (node.op === 'add' || node.op === 'sub'));
    if (!adds || done.has(id) || isHeld(id)) continue;
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
