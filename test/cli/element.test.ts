import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';

const folder = mkdtempSync(join(tmpdir(), 'element-'));
const file = join(folder, 'element.json');
writeFileSync(join(folder, 'control.dp'), readFileSync('examples/pe-control.dp'));

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(file, { force: true });
});

const control = {
  name: 'controller',
  role: 'control',
  design: 'control.dp',
  parameters: { weights: 16, activations: 16, positions: 4 },
};
const buffer = {
  name: 'buffer',
  role: 'weights',
  memory: { words: 256, width: 64 },
  readEvery: 4,
};

/** Runs the command in this process on an element: what it prints, and its exit code. */
async function element(parts: readonly object[], clockPs: number, ...args: readonly string[]) {
  writeFileSync(file, JSON.stringify({ name: 'e', clockPs, macsPerCycle: 8, parts }));
  const said = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true));
  const code = await main(['cost', 'element', file, ...args]);
  return { code, ...said };
}

describe('bitloom cost element', () => {
  it('costs logic and buffers, and says of which kind each figure is', { timeout: 120_000 }, async () => {
    const json = await element([control, buffer], 2000, '--json', '--arith', 'behavioural');
    expect(json).toMatchObject({ code: 0, err: '' });
    const cost = JSON.parse(json.out) as Record<string, number> & {
      parts: { areaUm2: number; origin: { areaUm2: string } }[];
    };
    expect(cost).toMatchObject({ schema: 1, technology: 'freepdk45', clock: { met: true } });
    expect(cost.parts.map(({ origin }) => origin.areaUm2)).toEqual(['synthesised', 'modelled']);
    expect(cost['areaUm2']).toBeCloseTo(
      cost.parts.reduce((sum, { areaUm2 }) => sum + areaUm2, 0),
      6,
    );
    expect(cost['energyFjPerMac']! * 8).toBeCloseTo(cost['energyFjPerCycle']!, 6);
    const { code, out } = await element([control, buffer], 100, '--arith', 'behavioural');
    expect(code).toBe(1);
    expect(out).toMatch(/clock +100 ps missed: \w+ takes \d+ ps/);
    expect(out).toMatch(/buffer +weights +\d+ um2 +\d+ % +modelled/);
  });

  it('tells the faults of designs and memories together', async () => {
    const { code, err } = await element(
      [
        { ...control, design: 'contrl.dp' },
        { ...buffer, memory: { words: 256, width: 64, ports: 3 } },
        { ...control, parameters: { positions: 1 } },
      ],
      2000,
    );
    expect(code).toBe(2);
    expect(err).toContain('contrl.dp');
    expect(err).toContain('there is no published memory with 3 ports');
    expect(err).toContain('positions');
  });

  it('says which technology has no memories', async () => {
    const { code, err } = await element([buffer], 2000, '--tech', 'nonesuch');
    expect(code).toBe(2);
    expect(err).toContain('nonesuch');
  });
});
