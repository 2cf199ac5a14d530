import { expect, test } from 'vitest';
import { random } from '../../src/base/index.js';
import { draft, type Design, type Port } from '../../src/ir/index.js';
import { compile, interpret } from '../../src/sim/index.js';

const port = (name: string, width: number): Port => ({
  name,
  width,
  lanes: 1,
  signed: false,
  format: `uint(${width})`,
});

/** A cycle of so many words that it is cut into parts, with registers, a table and a memory. */
function long(words: number, width: number): Design {
  const d = draft('long');
  const r = random(words);
  const known = [d.input(port('a', width)), d.input(port('b', width))];
  const regs = Array.from({ length: 40 }, () => d.reg(width));
  known.push(...regs);
  const table = d.memory({ name: 'table', width, depth: 5, synchronous: false, contents: [9n, 3n, 7n] });
  const ram = d.memory({ name: 'ram', width, depth: 9, synchronous: false, contents: [5n, 6n] });
  for (let i = 0; i < words; i++) {
    const [x, y] = [known[r.below(known.length)]!, known[known.length - 1 - r.below(40)]!];
    const read = i % 194 === 0 ? table : ram;
    known.push(i % 97 === 0 ? d.read(read, d.slice(x, 2, 4)) : d.binary(i % 3 ? 'add' : 'xor', x, y));
  }
  regs.forEach((reg, i) => d.connect(reg, known.at(-1 - i)!, { enable: d.slice(known[i]!, 3, 1) }));
  d.write(ram, d.slice(known[900]!, 0, 4), known[2000]!, d.constant(1n, 1));
  d.output(port('y', width), known.at(-1)!);
  return { top: 'long', modules: [d.finish('A cycle that is cut into parts.')] };
}

/** Lanes of 8 bits take sixteen streams at once, those of 40 bits four; a part is run eight times at most. */
test.each([
  [6000, 8, 16, [0, 15]],
  [6000, 8, 300, [0, 15, 16, 127, 128, 255, 256, 299]],
  [2500, 40, 70, [0, 3, 31, 32, 63, 64, 69]],
])('%i words of %i bits: parts take turns with %i streams', (words, width, streams, seen) => {
  const design = long(words, width);
  const compiled = compile(design);
  const cycles = 5;
  compiled.allocate({ cycles, streams });
  const r = random(streams);
  const given = Array.from({ length: 2 * cycles }, () =>
    Array.from({ length: streams }, () => ({ a: r.word(width), b: r.word(width) })),
  );
  const engines = seen.map((stream) => ({ stream, engine: interpret(design) }));
  for (const start of [0, cycles]) {
    for (let cycle = 0; cycle < cycles; cycle++)
      given[start + cycle]!.forEach((words, stream) => {
        compiled.setWord('a', cycle, stream, words.a);
        compiled.setWord('b', cycle, stream, words.b);
      });
    compiled.run();
    for (let cycle = 0; cycle < cycles; cycle++)
      for (const { stream, engine } of engines)
        expect(compiled.word('y', cycle, stream), `cycle ${start + cycle} of stream ${stream}`).toBe(
          engine.step(given[start + cycle]![stream]!)['y'],
        );
  }
});
