import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';

afterEach(() => vi.restoreAllMocks());

/** Runs the command in this process: what it prints, and its exit code. */
async function memory(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true));
  const code = await main(['cost', 'memory', ...args]);
  return { code, ...said };
}

describe('bitloom cost memory', () => {
  it('prints one JSON document; its options are not those of `cost`', async () => {
    const ran = await memory(
      '--words',
      '512',
      '--width',
      '32',
      '--ports',
      '1',
      '--tech',
      'freepdk45',
      '--json',
    );
    expect(ran).toMatchObject({ code: 0, err: '' });
    const cost = JSON.parse(ran.out) as Record<string, unknown>;
    expect(cost).toMatchObject({
      schema: 1,
      technology: 'freepdk45',
      words: 512,
      width: 32,
      extrapolated: false,
    });
    for (const key of ['areaUm2', 'readEnergyFj', 'writeEnergyFj', 'leakageNw', 'latencyPs'])
      expect(cost[key], key).toBeGreaterThan(0);
  });

  it('says in prose what is published, how good it is, and from where', async () => {
    const { code, out } = await memory('--words', '256', '--width', '64', '--tech', 'asap7');
    expect(code).toBe(0);
    expect(out).toContain('no readEnergyFj: the published macros carry one placeholder');
    expect(out).toContain('extrapolated: width 64: published for 21 to 39');
    expect(out).toMatch(/areaUm2 +\d+(\.\d+)? +± 0 %/);
    expect(out).toContain('modelled, fitted to 3 macros at 0.7 V');
  });

  it('costs flip-flops and DRAMs', async () => {
    const registers = await memory(
      '--words',
      '16',
      '--width',
      '8',
      '--tech',
      'asap7',
      '--registers',
      '--json',
    );
    expect(JSON.parse(registers.out)).toMatchObject({ technology: 'asap7', bits: 128 });
    vi.restoreAllMocks();
    const hbm = await memory('--width', '256', '--tech', 'hbm2');
    expect(hbm).toMatchObject({ code: 0 });
    expect(hbm.out).toContain('included: row activation');
  });

  it.each([
    [['--width', '8'], 'give --words'],
    [['--words', '8', '--width', '8', '--tech', 'sg13g3'], 'did you mean `sg13g2`?'],
    [['--words', '8', '--width', '8', '--tech', 'package.json'], 'package.json is no memory model'],
    [['--words', '8', '--width', '8', '--ports', '3'], 'no published memory with 3 ports for sg13g2'],
    [['--words', '99999999', '--width', '9999'], 'from 1 to 16777216; 99999999 is not'],
  ])('%j is told with a way out', async (args, message) => {
    const { code, out, err } = await memory(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toContain('hint:');
  });
});
