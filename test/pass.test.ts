import { describe, expect, it } from 'vitest';
import { random } from '../src/base/index.js';
import { printDesign, resetName, topOf, verifyDesign, type Design } from '../src/ir/index.js';
import { allSamples } from '../src/flow/index.js';
import { passes, optimise, simplify } from '../src/pass/index.js';
import { randomDesign } from './random-module.js';
import { interpreted, randomSequence, type Sequence } from './sim/differential.js';

const seeds = Array.from({ length: 150 }, (_, seed) => seed);

function designOf(seed: number): Design {
  const r = random(seed);
  return randomDesign(r, { nodes: 5 + r.below(60), widest: 80 });
}

function sequenceOf(design: Design, seed: number, cycles: number): Sequence {
  return randomSequence(random(seed + 1), design, cycles);
}

const simplifying = passes.filter((pass) => pass.name !== 'pipeline');

describe.each(simplifying.map((pass) => [pass.name, pass] as const))('pass %s', (_, pass) => {
  it('keeps the behaviour of random designs, which stay well formed', () => {
    for (const seed of seeds) {
      const before = designOf(seed);
      const after = pass.run(before);
      expect(verifyDesign(after), `seed ${seed}`).toEqual([]);
      const sequence = sequenceOf(before, seed, 8);
      expect(interpreted(after, sequence), `seed ${seed}`).toEqual(interpreted(before, sequence));
    }
  });

  it('is idempotent', () => {
    for (const seed of seeds) {
      const once = pass.run(designOf(seed));
      expect(printDesign(pass.run(once)), `seed ${seed}`).toBe(printDesign(once));
    }
  });

  it('is idempotent on the operators', () => {
    for (const { written } of allSamples()) {
      const once = pass.run(written);
      expect(printDesign(pass.run(once)), written.top).toBe(printDesign(once));
    }
  });
});

describe('pass pipeline', () => {
  it.each([1, 2, 3, 7])('with %i stages delays the behaviour by the latency', (stages) => {
    for (const seed of seeds) {
      const before = staged(simplify(designOf(seed)), stages);
      const after = optimise(before);
      const { latency } = topOf(after);
      expect(latency).toBeGreaterThanOrEqual(stages);
      expect(verifyDesign(after), `seed ${seed}`).toEqual([]);
      const settled = 40;
      const sequence = heldInReset(sequenceOf(before, seed, settled + 20 + latency), settled);
      const due = interpreted(before, sequence).slice(settled, settled + 20);
      const found = interpreted(after, sequence).slice(settled + latency, settled + 20 + latency);
      expect(found, `seed ${seed}`).toEqual(due);
    }
  });

  it('puts the accumulator of an inner product into the last stage', () => {
    const mac = allSamples().find(({ name }) => name === 'mac_0')!.written;
    const { nodes, outputs, latency } = topOf(optimise(staged(mac, 2)));
    expect(latency).toBe(2);
    expect(nodes[outputs[0]!.value]).toMatchObject({ kind: 'reg', name: 'sum' });
  });
});

/** All modules of the design asking for that many stages at the top. */
function staged(design: Design, stages: number): Design {
  const modules = design.modules.map((module) =>
    module.name === design.top ? { ...module, stages } : module,
  );
  return { ...design, modules };
}

function heldInReset(sequence: Sequence, cycles: number): Sequence {
  return sequence.map((words, cycle) => (cycle < cycles ? { ...words, [resetName]: 0n } : words));
}
