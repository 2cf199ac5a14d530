import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';

afterEach(() => vi.restoreAllMocks());

/** Runs the command in this process: what it prints, and its exit code. */
async function cost(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true));
  const code = await main(['cost', 'examples/mac.dp', '--mode', 'model', ...args]);
  return { code, ...said };
}

describe('bitloom cost --mode model', () => {
  it('prints the keys of synthesis, each modelled and with its error', async () => {
    const { code, out } = await cost('--tech', 'sg13g2', '--json');
    expect(code).toBe(0);
    const json = JSON.parse(out) as Record<string, Record<string, { mean: number }>>;
    for (const key of ['areaUm2', 'delayPs', 'fmaxMhz', 'energyFjPerCycle', 'leakageNw'])
      expect(json[key]).toBeGreaterThan(0);
    expect(json['errorPercent']!['areaUm2']!.mean).toBeGreaterThan(0);
    expect(json['origin']).toMatchObject({ areaUm2: 'modelled', energyFjPerCycle: 'modelled' });
    expect((await cost('--tech', 'sg13g2')).out).toMatch(/area .* modelled, ± [\d.]+ % in the mean/);
  });

  it('says at once all that it cannot answer', async () => {
    const { code, err } = await cost('--tech', 'xcup', '--arith', 'bitheap');
    expect(code).toBe(2);
    expect(err).toContain('no answer to --arith bitheap');
    expect(err).toContain('no cost model for `xcup`');
  });
});
