import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { datapath, vec } from '../../src/builder/index.js';
import { int, uint, type Fixed } from '../../src/format/index.js';
import { defaultsOf, operatorSubject } from '../../src/flow/index.js';
import { operands, topOf, verifyDesign, type Design } from '../../src/ir/index.js';
import { apply, dot, mac, only } from '../../src/ops/index.js';
import { bitHeap, optimise, plainCells, simplify, type HeapCells } from '../../src/pass/index.js';
import { randomDesign } from '../random-module.js';
import { interpreted, randomSequence } from '../sim/differential.js';

/** Cells for which recoding never pays, and for which it always does. */
const never = { fullAdder: 1, and: 0, recoded: 100 };
const always = { fullAdder: 1, and: 100, recoded: 0 };

const kinds: readonly (readonly [string, HeapCells])[] = [
  ['that keep signs', { ...plainCells, areas: never }],
  ['that invert', { ...plainCells, inverts: true, areas: never }],
  ['that keep signs, recoded', { ...plainCells, areas: always }],
  ['that invert, recoded', { ...plainCells, inverts: true, areas: always }],
];

function agrees(before: Design, cells: HeapCells, seed: number, what: string): void {
  const after = bitHeap(cells).run(before);
  expect(verifyDesign(after), what).toEqual([]);
  const sequence = randomSequence(random(seed), before, 20);
  expect(interpreted(after, sequence), what).toEqual(interpreted(before, sequence));
}

function dotDesign(lanes: number, a: Fixed, b: Fixed): Design {
  return simplify(operatorSubject(dot, { ...defaultsOf(dot), lanes, a, b }, 'inner', 0).written);
}

describe.each(kinds)('bit heaps of adders %s', (_, cells) => {
  it('compute what random designs compute', () => {
    for (let seed = 0; seed < 25; seed++) {
      const r = random(seed);
      const design = randomDesign(r, { nodes: 5 + r.below(60), widest: 40 });
      agrees(design, cells, seed, `seed ${seed}`);
      agrees(simplify(design), cells, seed, `simplified, seed ${seed}`);
    }
  });

  it('compute inner products of any widths and signs', () => {
    for (let seed = 0; seed < 20; seed++) {
      const r = random(seed);
      const format = (): Fixed => (r.below(2) ? int : uint)(1 + r.below(12));
      const [lanes, a, b] = [1 + r.below(9), format(), format()];
      agrees(dotDesign(lanes, a, b), cells, seed, `${lanes} lanes of ${JSON.stringify([a, b])}`);
    }
  });

  it('compute what the samples of dot and mac compute', () => {
    for (const operator of [dot, mac])
      operator.samples.forEach((sample, index) => {
        const { written } = operatorSubject(operator, { ...defaultsOf(operator), ...sample }, 'unit', 0);
        agrees(simplify(written), cells, index, `${operator.name} ${index}`);
      });
  });
});

describe('the pass for bit heaps', () => {
  it('takes all products of a sum into one tree', () => {
    const { nodes } = topOf(bitHeap().run(dotDesign(16, int(8), int(8))));
    expect(nodes.filter((node) => node.kind === 'mul')).toEqual([]);
    expect(nodes.filter((node) => node.kind === 'binary' && node.op === 'add')).toHaveLength(1);
    const full = nodes.filter((node) => node.kind === 'instance' && node.module === 'full_adder');
    expect(full.length).toBeGreaterThan(950);
    expect(full.length).toBeLessThan(1024);
  });

  it('leaves a sum of two words to the adder that it is', () => {
    const sum = datapath('pair', 'The sum of two words.', {}, (d) => {
      d.out('y', d.add(d.in('a', int(8)), d.in('b', int(8))));
    });
    const written = sum.elaborate({});
    if (!written.ok) throw new Error('the sum has a fault');
    expect(bitHeap().run(simplify(written.value))).toEqual(simplify(written.value));
  });

  it('leaves designs alone that have modules of the adders’ names', () => {
    const { top, modules } = dotDesign(2, int(4), int(4));
    const own = { ...modules[0]!, name: 'full_adder' };
    const design: Design = { top, modules: [own, ...modules] };
    expect(bitHeap().run(design)).toBe(design);
  });

  it('stays out of the loop of an accumulator that is pipelined', () => {
    const written = (stages: number): Design => {
      const made = datapath('acc', 'A test.', {}, (d) => {
        const [a, b] = [d.in('a', vec(int(8), 4)), d.in('b', vec(int(8), 4))];
        const sum = d.reg('sum', int(20));
        const beat = d.use((under) => only(apply(under, dot, [a, b])));
        d.next(sum, d.wrap(d.add(sum.value, beat), int(20)));
        d.out('y', sum.value);
        d.pipeline(stages);
      }).elaborate({});
      if (!made.ok) throw new Error(made.diagnostics[0]!.message);
      return made.value;
    };
    const addersInLoops = (stages: number): number => {
      const heap = topOf(bitHeap(plainCells).run(simplify(written(stages))));
      const reached = (from: number, seen: Set<number>): Set<number> => {
        for (const id of operands(heap.nodes[from]!))
          if (!seen.has(id)) {
            seen.add(id);
            reached(id, seen);
          }
        return seen;
      };
      const held = heap.nodes.findIndex((node) => node.kind === 'reg');
      const before = reached(held, new Set());
      return [...before].filter(
        (id) => heap.nodes[id]!.kind === 'instance' && reached(id, new Set()).has(held),
      ).length;
    };
    // In one stage the accumulator is one more row of the heap; in several, the heap is in front of it.
    expect(addersInLoops(0)).toBeGreaterThan(0);
    expect(addersInLoops(2)).toBe(0);
    agrees(simplify(written(2)), plainCells, 3, 'accumulator');
  });

  it('can be pipelined', () => {
    const written = operatorSubject(dot, { ...defaultsOf(dot), lanes: 5 }, 'inner', 3).written;
    const made = optimise(written, [bitHeap()]);
    const { latency } = topOf(made);
    expect(latency).toBe(3);
    expect(verifyDesign(made)).toEqual([]);
    const sequence = randomSequence(random(4), written, 40);
    const due = interpreted(written, sequence).slice(0, 40 - latency);
    expect(interpreted(made, sequence).slice(latency)).toEqual(due);
  });
});
