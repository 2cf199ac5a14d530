import { describe, expect, it } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { measured, pins, type Sketch } from '../../src/cost/index.js';
import { coverOf } from '../../src/cost/model/cover.js';
import { cutsOf, isLogic, mostCuts, widest } from '../../src/cost/model/cuts.js';
import { kinds } from '../../src/cost/model/elements.js';
import { arrangementsOf, dependsOn, gates } from '../../src/cost/model/gates.js';
import { bitHeap, optimise } from '../../src/pass/index.js';
import { randomDesign } from '../random-module.js';
import { designOf, word } from './circuits.js';

const variables = [0, 1, 2, 3];
const words = [0xaaaa, 0xcccc, 0xf0f0, 0xff00] as const;

/** 32 vectors through a circuit, with anything in its registers and adder cells. */
function valuesOf({ count, kind, a, b, c }: Sketch, r: Random): Int32Array {
  const values = new Int32Array(count);
  const read = (literal: number): number => values[literal >> 1]! ^ (literal & 1 ? -1 : 0);
  for (let id = 1; id < count; id++) {
    const [x, y, z] = [a[id]!, b[id]!, c[id]!].map(read) as [number, number, number];
    const made = { and: x & y, xor: x ^ y, mux: (x & y) | (~x & z), carry: (x & y) | (x & z) | (y & z) };
    const name = kinds[kind[id]!]!;
    values[id] = name in made ? made[name as keyof typeof made] : Number(r.word(32)) | 0;
  }
  return values;
}

function randomSketch(seed: number): Sketch {
  const design = randomDesign(random(seed), { nodes: 50 });
  return measured(optimise(design, seed % 2 ? [bitHeap()] : [])).sketch;
}

describe('functions of four bits', () => {
  const isAsFast = (one: number, other: number): boolean => {
    const [ways, others] = [arrangementsOf(one), arrangementsOf(other)];
    return (
      ways.length === others.length &&
      ways.every((way, k) => variables.every((v) => way.delays[v] === others[k]!.delays[v]))
    );
  };

  it('have a pin for each bit that makes a difference, and take as long if they, or a bit, are inverted', () => {
    for (let table = 0; table < 65536; table++) {
      const isRead = variables.map((variable) => dependsOn(table, variable));
      const isGate = isRead.filter(Boolean).length > 1;
      const isSound = arrangementsOf(table).every((way) =>
        variables.every((v) => (way.pins[v] !== 0) === (isGate && isRead[v])),
      );
      const flipped = ((table & 0x5555) << 1) | ((table >> 1) & 0x5555);
      if (!isSound || !isAsFast(table, table ^ 0xffff) || !isAsFast(table, flipped))
        expect.fail(`0x${table.toString(16)}: ${JSON.stringify(arrangementsOf(table))}`);
    }
  });

  it('are one gate where a library has it, else several', () => {
    const [a, b, c, d] = words;
    const soonest = (table: number): string[] =>
      variables.map((v) => pins[arrangementsOf(table)[0]!.pins[v]!]!.map((gate) => gates[gate]!).join(' '));
    expect(soonest(a & b & c & d)).toEqual(['and4', 'and4', 'and4', 'and4']);
    expect(soonest(a | (b & c))).toEqual(['andOrNear', 'andOrFar', 'andOrFar', '']);
    expect(soonest((a & b) | (c & d))).toEqual(['andOrWide', 'andOrWide', 'andOrWide', 'andOrWide']);
    expect(soonest((a & b) | (~a & c & 0xffff))).toEqual(['select', 'mux', 'mux', '']);
    expect(soonest((a & b) | (a & c) | (b & c))).toEqual(['majority', 'majority', 'majority', '']);
    expect(soonest(a ^ b ^ c ^ d)).toEqual(['xor xor', 'xor xor', 'xor xor', 'xor xor']);
    expect(soonest((a ^ b) & c & d)).toEqual(['and2 xor', 'and2 xor', 'and2 and2', 'and2 and2']);
  });
});

describe('the cuts of a circuit', () => {
  it('are functions that give what their elements do', () => {
    let checked = 0;
    for (let seed = 0; seed < 10; seed++) {
      const sketch = randomSketch(seed);
      const { leaves, sizes, tables, counts } = cutsOf(sketch);
      const values = valuesOf(sketch, random(seed));
      for (let cut = 0; cut < mostCuts * sketch.count; cut++) {
        const id = Math.floor(cut / mostCuts);
        if (id === 0 || cut % mostCuts >= counts[id]! || !isLogic(sketch.kind[id]!)) continue;
        const own = leaves.subarray(widest * cut, widest * cut + sizes[cut]!);
        for (let vector = 0; vector < 32; vector++) {
          const bit = (of: number): number => (values[of]! >> vector) & 1;
          const at = own.reduce((sum, leaf, variable) => sum | (bit(leaf) << variable), 0);
          if (((tables[cut]! >> at) & 1) !== bit(id))
            expect.fail(`seed ${seed}, element ${id}, of ${own.join()}`);
        }
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(5000);
  });

  it('look through paths that part and meet again', () => {
    const parted = designOf((d) => {
      const [a, b, c] = ['a', 'b', 'c'].map((name) => d.input(word(name, 1))) as [number, number, number];
      const [one, other] = [d.binary('xor', a, b), d.binary('or', d.binary('and', a, b), c)];
      d.output(word('y', 1), d.binary('and', one, other));
    });
    const { sketch } = measured(optimise(parted));
    const last = sketch.outputs[0]! >> 1;
    // (a ⊕ b)·(a·b + c) is (a ⊕ b)·c, but for a mapper that sees no further than a gate.
    expect(coverOf(sketch)[last]!.leaves).toEqual([...sketch.inputs].map((literal) => literal >> 1));
  });

  it('are without bits that make no difference', () => {
    const wasted = designOf((d) => {
      const [a, b] = ['a', 'b'].map((name) => d.input(word(name, 1))) as [number, number];
      d.output(word('y', 1), d.binary('xor', d.binary('and', a, b), d.binary('and', a, d.not(b))));
    });
    const { sketch } = measured(wasted);
    expect(coverOf(sketch)[sketch.outputs[0]! >> 1]!.leaves).toEqual([sketch.inputs[0]! >> 1]);
  });
});

describe('the gates of a circuit', () => {
  it('are there for all that outputs and registers need, each as a function of what is there', () => {
    for (let seed = 0; seed < 20; seed++) {
      const sketch = randomSketch(seed);
      const { kind, a, outputs } = sketch;
      const cover = coverOf(sketch);
      const ends = [...outputs, ...a.filter((_, id) => kinds[kind[id]!] === 'register')].map(
        (literal) => literal >> 1,
      );
      const read = cover.flatMap((gate) => gate?.leaves ?? []);
      const missing = [...ends, ...read].filter((id) => isLogic(kind[id]!) && !cover[id]);
      expect(missing, `seed ${seed}`).toEqual([]);
    }
  });
});
