import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import { topOf } from '../../src/ir/index.js';
import { compile, type CompiledDesign } from '../../src/sim/index.js';
import { randomDesign } from '../random-module.js';

/** All outputs of two runs, of which the second goes on from the first, as one text. */
function outputs(
  compiled: CompiledDesign,
  seed: number,
  extent: { cycles: number; streams: number },
): string {
  const r = random(seed);
  compiled.allocate({ ...extent, drivenReset: true });
  const { inputs, outputs: ports } = compiled.module;
  for (const { name } of inputs) {
    const elements = compiled.input(name);
    elements.forEach((_, i) => (elements[i] = r.uint32()));
  }
  const read = (): string => {
    compiled.run();
    return ports
      .flatMap(({ name }) =>
        Array.from({ length: extent.cycles * extent.streams }, (_, i) =>
          compiled.word(name, Math.floor(i / extent.streams), i % extent.streams).toString(36),
        ),
      )
      .join(' ');
  };
  const found = `${read()} / ${read()}`;
  compiled.close();
  return found;
}

test('outputs do not depend on the number of threads', () => {
  for (const [seed, nodes, streams] of [
    [1, 12, 70],
    [2, 30, 5],
    [3, 40, 200],
    [4, 3, 64],
  ] as const) {
    const design = randomDesign(random(seed), { nodes, widest: 70 });
    expect(topOf(design).outputs.length).toBeGreaterThan(0);
    const extent = { cycles: 7, streams };
    const expected = outputs(compile(design), seed, extent);
    for (const threads of [2, 5])
      expect(outputs(compile(design, { threads }), seed, extent), `seed ${seed}`).toBe(expected);
  }
});
