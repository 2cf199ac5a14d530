import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';

afterEach(() => vi.restoreAllMocks());

interface Estimate {
  readonly areaUm2: number;
  readonly delayPs: number;
  readonly arithmetic: { readonly chosen: string; readonly tried: readonly { readonly kind: string }[] };
}

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
    const { code, err } = await cost('--tech', 'xcup', '--clock', '500', '--voltage', '0.7');
    expect(code).toBe(2);
    expect(err).toContain('no answer to --clock');
    expect(err).toContain('no answer to --voltage');
    expect(err).toContain('no cost model for `xcup`');
  });

  it('takes the form of the smaller area × delay, or the one that is asked for', async () => {
    const both = JSON.parse((await cost('--json')).out) as Estimate;
    const plain = JSON.parse((await cost('--json', '--arith', 'behavioural')).out) as Estimate;
    const heap = JSON.parse((await cost('--json', '--arith', 'bitheap')).out) as Estimate;
    expect(both.arithmetic.tried.map(({ kind }) => kind)).toEqual(['behavioural', 'bitheap']);
    const size = ({ areaUm2, delayPs }: Estimate): number => areaUm2 * delayPs;
    expect(plain.areaUm2).not.toBe(heap.areaUm2);
    expect(size(both)).toBe(Math.min(size(plain), size(heap)));
    expect(both.arithmetic.chosen).toBe(size(heap) < size(plain) ? 'bitheap' : 'behavioural');
  });

  it('says where its model knows no bit heaps', async () => {
    expect((JSON.parse((await cost('--tech', 'sg13g2', '--json')).out) as Estimate).arithmetic).toMatchObject(
      {
        chosen: 'behavioural',
        tried: [{ kind: 'behavioural' }],
      },
    );
    const { code, err } = await cost('--tech', 'sg13g2', '--arith', 'bitheap');
    expect(code).toBe(2);
    expect(err).toContain('knows no bit heaps');
  });
});
