import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { verifyDesign, type Design } from '../../src/ir/index.js';
import { allSamples } from '../../src/flow/index.js';
import { bitHeap, plainCells, simplify, type HeapCells } from '../../src/pass/index.js';
import { randomDesign } from '../random-module.js';
import { interpreted, randomSequence } from '../sim/differential.js';

const inverting: HeapCells = { ...plainCells, inverts: true };

function agrees(before: Design, cells: HeapCells, seed: number, what: string): void {
  const after = bitHeap(cells).run(before);
  expect(verifyDesign(after), what).toEqual([]);
  const sequence = randomSequence(random(seed), before, 30);
  expect(interpreted(after, sequence), what).toEqual(interpreted(before, sequence));
}

describe.each([
  ['that keep signs', plainCells],
  ['that invert', inverting],
])('bit heaps of adders %s', (_, cells) => {
  it('compute what random designs compute', () => {
    for (let seed = 0; seed < 120; seed++) {
      const r = random(seed);
      const design = randomDesign(r, { nodes: 5 + r.below(60), widest: 40 });
      agrees(design, cells, seed, `seed ${seed}`);
      agrees(simplify(design), cells, seed, `simplified, seed ${seed}`);
    }
  });

  it('compute what the operators compute', () => {
    for (const { name, simplified } of allSamples())
      if (name.startsWith('dot') || name.startsWith('mac')) agrees(simplified, cells, 1, name);
  });
});
