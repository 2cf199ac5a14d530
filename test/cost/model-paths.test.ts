import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { delayNames, delayOf, measured, pins, tabulated, type Features } from '../../src/cost/index.js';
import { coverOf } from '../../src/cost/model/cover.js';
import { draft, type Draft } from '../../src/ir/index.js';
import { bitHeap, optimise } from '../../src/pass/index.js';
import { randomDesign } from '../random-module.js';
import { designOf, word } from './circuits.js';

/** Other delays for every pin and number of readers. */
const formulas = Object.fromEntries(
  delayNames.map((name, k) => [name, ({ fanout = 1 }) => 10 + 3 * k + Math.min(fanout, 20) / (k + 2)]),
) as Parameters<typeof tabulated>[0];
const plain = tabulated(formulas, { spread: 0, besideAdders: 1 });

/** The longest path, gate by gate. */
function longest({ sketch }: Features): number {
  const { count, kind, a, outputs } = sketch;
  const [register, input] = [6, 1];
  const gates = coverOf(sketch);
  const readers = new Float64Array(count);
  for (const gate of gates) for (const leaf of gate?.leaves ?? []) readers[leaf]!++;
  for (let id = 1; id < count; id++) if (kind[id] === register) readers[a[id]! >> 1]!++;
  for (const literal of outputs) readers[literal >> 1]!++;
  const times = new Float64Array(count);
  for (let id = 1; id < count; id++) {
    const gate = gates[id];
    const source = kind[id] === input ? 'input' : kind[id] === register ? 'register' : 'gate';
    if (!gate && source === 'gate') continue;
    const before = (gate?.leaves ?? []).map((leaf, variable) =>
      pins[gate!.way.pins[variable]!]!.reduce((sum, each) => sum + plain.gates[each]!, times[leaf]!),
    );
    times[id] = Math.max(0, ...before) + formulas[source]({ fanout: Math.max(1, readers[id]!) });
  }
  let worst = 0;
  for (let id = 1; id < count; id++)
    if (kind[id] === register && a[id]! > 1) worst = Math.max(worst, times[a[id]! >> 1]! + plain.setup);
  for (const literal of outputs)
    if (literal > 1) worst = Math.max(worst, times[literal >> 1]! + plain.output);
  return worst;
}

describe('the longest path', () => {
  it('is that of all gates, though those that wait for the same are looked at once', () => {
    let [all, looked] = [0, 0];
    for (let seed = 0; seed < 12; seed++) {
      const features = measured(optimise(randomDesign(random(seed), { nodes: 60 })));
      expect(delayOf(features.paths, plain)).toBeCloseTo(longest(features), 6);
      all += features.sketch.count;
      looked += features.paths.at.length;
    }
    expect(looked).toBeLessThan(all);
  });

  it('is longer the more bits there are whose paths are as long', () => {
    const lines = (n: number) =>
      measured(
        designOf((d) => {
          for (let k = 0; k < n; k++)
            d.output(word(`y${k}`, 1), d.binary('and', d.input(word(`a${k}`, 1)), d.input(word(`b${k}`, 1))));
        }),
      ).paths;
    const scattered = tabulated(formulas, { spread: 0.1, besideAdders: 1 });
    const one = delayOf(lines(1), plain);
    expect(delayOf(lines(1), scattered)).toBeCloseTo(one, 9);
    expect(delayOf(lines(8), plain)).toBe(one);
    expect(delayOf(lines(8), scattered)).toBeCloseTo(one * (1 + 0.1 * Math.log(8)), 9);
  });

  it('has slower gates where there are adder cells', () => {
    const written = designOf((d) => {
      const words = Array.from({ length: 4 }, (_, k) => d.input(word(`x${k}`, 6)));
      const sum = words.slice(1).reduce((a, b) => d.binary('add', a, b), words[0]!);
      d.output(word('y', 6), d.binary('xor', sum, d.input(word('z', 6))));
    });
    const slower = tabulated(formulas, { spread: 0, besideAdders: 1.5 });
    const sums = measured(optimise(written)).paths;
    const heap = measured(optimise(written, [bitHeap()])).paths;
    expect([sums.hasAdders, heap.hasAdders]).toEqual([false, true]);
    expect(delayOf(sums, slower)).toBe(delayOf(sums, plain));
    expect(delayOf(heap, slower)).toBeGreaterThan(1.05 * delayOf(heap, plain));
  });
});

describe('instances', () => {
  const inner = ((d) => {
    const [a, b] = [d.input(word('a', 4)), d.input(word('b', 4))];
    d.output(word('y', 4), d.binary('add', a, b));
    return d.finish('A sum.');
  })(draft('inner'));
  const registers = ((d) => {
    const held = d.reg(4);
    d.connect(held, d.input(word('a', 4)));
    d.output(word('y', 4), held);
    return d.finish('A register.');
  })(draft('inner'));

  const twice = (module: typeof inner, second: (d: Draft, b: number) => number): Features => {
    const d = draft('circuit');
    const [a, b] = [d.input(word('a', 4)), d.input(word('b', 4))];
    for (const [name, other] of [
      ['y', b],
      ['z', second(d, b)],
    ] as const)
      d.output(word(name, 4), d.instance(module, module.inputs.length > 1 ? [a, other] : [a])[0]!);
    return measured({ top: 'circuit', modules: [module, d.finish('Two of them.')] });
  };

  it('are each by itself: nothing is shared between them, and no constant folded into them', () => {
    const once = designOf((d) => {
      d.output(word('y', 4), d.binary('add', d.input(word('a', 4)), d.input(word('b', 4))));
    });
    const gates = ({ counts, sketch }: Features): number => sketch.count - 1 - counts['inputs']!;
    const one = gates(measured(once));
    expect(gates(twice(inner, (_, b) => b))).toBe(2 * one);
    expect(gates(twice(inner, (d) => d.constant(0n, 4)))).toBe(2 * one);
    expect(twice(registers, (_, b) => b).counts['register']).toBe(8);
  });
});
