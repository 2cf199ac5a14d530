import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verify } from '../../src/cosim/index.js';
import { buildDesign } from '../../src/flow/index.js';
import { printDesign } from '../../src/ir/index.js';
import { formatSource, loadDesign } from '../../src/lang/index.js';
import { faultIn } from './chain.js';
import { shrinkText } from './shrink.js';
import { textOf } from './text.js';

/** The design of a random text; the text must be legal. */
function built(seed: number, text = textOf(seed)) {
  const loaded = loadDesign(text, 'chance.dp');
  const made = loaded.ok ? buildDesign(loaded.value.at(-1)!, {}) : loaded;
  if (!made.ok)
    throw new Error(`seed ${seed}\n${text}\n${made.diagnostics.map((one) => one.message).join('\n')}`);
  return made.value;
}

describe('random legal texts', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
  afterAll(() => rmSync(cache, { recursive: true }));

  it('are designs that mean the same in the engines and after each pass', () => {
    for (const seed of seeds) expect(faultIn(built(seed).written, seed), textOf(seed)).toBeUndefined();
  }, 100_000);

  it('are formatted to a text that stays and means the same', () => {
    for (const seed of seeds) {
      const once = formatSource(textOf(seed), 'chance.dp');
      if (!once.ok) throw new Error(textOf(seed));
      const twice = formatSource(once.value, 'chance.dp');
      expect(twice.ok && twice.value).toBe(once.value);
      expect(printDesign(built(seed, once.value).written)).toBe(printDesign(built(seed).written));
    }
  }, 60_000);

  it('mean the same as Verilog under Verilator', async () => {
    const subjects = seeds.slice(0, 50).map((seed) => {
      const { name, written, simplified, emitted } = built(seed);
      return { name, written, simplified, emitted };
    });
    const made = await verify(subjects, { vectors: 200, seed: 9, cache, verilator: true });
    if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
    for (const verdict of made.value) expect(verdict.first, verdict.subject).toBeUndefined();
  }, 300_000);

  it('are shrunk to the lines that matter', () => {
    const fails = (text: string): boolean =>
      text.includes('saturate') &&
      loadDesign(text, 'chance.dp').ok &&
      built(0, text).written.modules.length > 0;
    const legal = (text: string): boolean => {
      try {
        return fails(text);
      } catch {
        return false;
      }
    };
    const text = seeds.map((seed) => textOf(seed)).find(legal)!;
    const small = shrinkText(text, legal);
    expect(legal(small)).toBe(true);
    const lines = small.split('\n').filter((line) => line.trim() !== '');
    const without = lines.map((_, at) => lines.filter((_, other) => other !== at).join('\n'));
    expect(without.filter(legal)).toEqual([]);
  });
});
