import { nonZero } from './extension.js';
import type { Graph, Ref } from './graph.js';
import type { MemoryLayout } from './layout.js';
import { unsignedLimbs, type Limbs } from './word.js';

/** The byte offset of the word at `address` in its memory; beyond the depth, of the word that is always 0. */
export function readOffset(g: Graph, { memory, wordBytes }: MemoryLayout, address: Limbs): Ref {
  const [low, far] = splitAddress(g, address);
  const beyond = g.constant(memory.depth);
  const index = g.pure('select', [far, beyond, g.pure('minU', [low, beyond])]);
  return g.pure('mul', [index, g.constant(wordBytes)]);
}

/** The byte offset at which to write; where nothing is to be written, of the word behind the one that is 0. */
export function writeOffset(g: Graph, { memory, wordBytes }: MemoryLayout, address: Limbs, enable: Ref): Ref {
  const [low, far] = splitAddress(g, address);
  const near = g.pure('andnot', [g.pure('ltU', [low, g.constant(memory.depth)]), far]);
  const taken = g.pure('and', [enable, near]);
  const index = g.pure('select', [taken, low, g.constant(memory.depth + 1)]);
  return g.pure('mul', [index, g.constant(wordBytes)]);
}

/** The low limb of an address, and a mask of where the others are not 0. */
function splitAddress(g: Graph, address: Limbs): readonly [Ref, Ref] {
  const [low, ...high] = unsignedLimbs(g, address) as [Ref, ...Ref[]];
  const any = high.reduce((all, ref) => g.pure('or', [all, ref]), g.constant(0));
  return [low, nonZero(g, any)];
}
