import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/prove.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const options = {
  p: {},
  arith: 'behavioural',
  seed: 1,
  timeLimit: 60,
  cycles: 5,
  exhaustive: 16,
  json: true,
} as const;

/** What the command prints as JSON for a design, and its exit code. */
async function proved(text: string, given: Partial<Parameters<typeof run>[1]> = {}) {
  const file = join(folder, 'design.dp');
  writeFileSync(file, text);
  let printed = '';
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  try {
    const code = await run(file, { ...options, ...given });
    return { code, printed };
  } finally {
    out.mockRestore();
  }
}

describe('bitloom prove', () => {
  const text =
    'datapath d {\n  in a: int(6)\n  in b: int(6)\n  out y = relu(a * b)\n  pipeline(stages: 1)\n}\n';

  it('prints what was proved, and what was tried', async () => {
    const { code, printed } = await proved(text);
    expect(code).toBe(0);
    const document = JSON.parse(printed) as Record<string, unknown>;
    expect(document).toMatchObject({ schema: 1, answer: 'proved', proved: true, bounded: null });
    expect(document['seconds']).toBeGreaterThan(0);
    expect(document['details']).toMatchObject([
      { kind: 'form', form: 'verilog', latency: 1, outcome: { kind: 'proved' } },
      { kind: 'reference', inputBits: 12, tried: 4096 },
    ]);
  });

  it('says so in words', async () => {
    const { printed } = await proved(text, { json: false, everyForm: true, timeLimit: 1e7 });
    expect(printed).toContain('The Verilog, as Yosys reads it, equals the design as written 1 cycle later');
    expect(printed).toContain('The simplified design equals');
    expect(printed).toContain('equals its reference for all 4096 inputs');
  });

  it('does not know where no time is left to read the Verilog', async () => {
    const { code, printed } = await proved(text, { timeLimit: 0.0015 });
    expect(code).toBe(0);
    const document = JSON.parse(printed) as Record<string, unknown>;
    expect(document).toMatchObject({ answer: 'unknown', proved: false, bounded: null, yosys: null });
    expect(document['details']).toMatchObject([
      {
        form: 'verilog',
        latency: 1,
        outcome: { why: expect.stringContaining('reading the Verilog') as string },
      },
      { kind: 'reference' },
    ]);
  });
});
