import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';
import type { FixedReport } from '../../src/nn/index.js';

function hasVerilator(): boolean {
  try {
    execFileSync('verilator', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

afterEach(() => void vi.restoreAllMocks());

/** Runs the command in this process: what it prints, and its exit code. */
async function infer(...args: readonly string[]) {
  const said = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true));
  const code = await main(['infer', '--model', 'clicks', '--data', 'clicks', '--images', '500', ...args]);
  return { code, ...said };
}

describe('bitloom infer --fixed', () => {
  it('reports accuracy, errors of the scores and formats', { timeout: 300_000 }, async () => {
    const { code, out } = await infer('--fixed', '16', '--fraction', '9', '--rtl', '0', '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out) as FixedReport & { readonly rtlChecked: number };
    expect(report).toMatchObject({ schema: 1, bits: 16, fraction: 9, images: 500, rtlChecked: 0 });
    expect(report.macs).toBe(500 * (4 * 16 + 16 * 8 + 36 * 8 + 23 * 32 + 32 * 16 + 16 * 2));
    expect(report.agreement).toBeGreaterThan(0.99);
    expect(report.scoreSnrDb).toBeGreaterThan(40);
    expect(report.worstScoreError).toBeLessThan(0.1);
    const layers = report.layers.filter(({ macs }) => macs > 0);
    expect(layers.map(({ where, fractions }) => [where, fractions])).toEqual(
      Array(6).fill(['fixed', [9, 9, 9]]),
    );
  });

  it.skipIf(!hasVerilator())('computes results again by Verilog', { timeout: 300_000 }, async () => {
    const { code, out } = await infer('--fixed', '8', '--fraction', '4', '--rtl', '2');
    expect(code).toBe(0);
    expect(out).toMatch(/again under Verilator +220, all of 2 samples; 0 mismatches/);
    expect(out).toMatch(/4 × 4 → 4/);
  });

  it('takes a network that is only described', { timeout: 300_000 }, async () => {
    const { code, out } = await infer(
      '--model',
      'examples/dlrm.json',
      '--fixed',
      '32',
      '--rtl',
      '0',
      '--json',
    );
    expect(code).toBe(0);
    const report = JSON.parse(out) as FixedReport;
    expect(report.macs).toBe(500 * (4 * 128 + 128 * 64 + 64 * 32 + 36 * 32 + 47 * 128 + 128 * 64 + 64 * 2));
    expect(report.scoreSnrDb).toBeGreaterThan(120);
    const odd = await infer('--model', 'examples/microrec-small.json', '--fixed', '32');
    expect([odd.code, odd.err]).toEqual([2, expect.stringContaining('examples/microrec-small.json')]);
  });

  it('tells what does not go together', async () => {
    const { code, err } = await infer('--fixed', '16', '--quant', 'int8', '--tech', 'asap7');
    expect(code).toBe(2);
    expect(err).toContain('--quant does not go with --fixed');
    expect(err).toContain('--tech does not go with --fixed');
    const wide = await infer('--fixed', '40');
    expect([wide.code, wide.err]).toEqual([2, expect.stringContaining('2 to 32 bits, not 40')]);
    const lone = await infer('--fraction', '4');
    expect([lone.code, lone.err]).toEqual([2, expect.stringContaining('give --fixed')]);
  });
});
