import { describe, expect, it } from 'vitest';
import { lint } from '../../src/cosim/index.js';
import { emit } from '../../src/emit/index.js';
import { draft } from '../../src/ir/index.js';

const words = ['bins', 'cover', 'let', 'global', 'soft', 'strong', 'checker', 'until', 'wildcard', 'foreach'];

describe('names that Verilog keeps for itself', () => {
  it.each(words)('%s is no name of a port, a word or a memory', async (word) => {
    const d = draft('t');
    const port = (name: string) => ({ name, width: 3, lanes: 1, signed: false, format: 'uint(3)' });
    const a = d.input(port(word));
    const sum = d.binary('add', a, d.constant(1n, 3));
    d.label(sum, word);
    const memory = d.memory({ name: word, width: 3, depth: 8, synchronous: false, contents: [1n, 2n] });
    d.output(port(`${word}_out`), d.binary('xor', sum, d.read(memory, a)));
    const emitted = emit({ top: 't', modules: [d.finish('A test.')] }, { version: '0' });
    expect(await lint(emitted)).toMatchObject({ ok: true, value: [] });
  });
});
