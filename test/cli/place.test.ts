import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';

afterEach(() => vi.restoreAllMocks());

/** Runs the command in this process: what it prints, and its exit code. */
async function cost(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true));
  const code = await main(['cost', 'examples/mac.dp', ...args]);
  return { code, ...said };
}

describe('bitloom cost --place', () => {
  it.each([
    [['--tech', 'asap7', '--place'], 'places FPGAs, not standard cells'],
    [['--tech', 'xcup', '--place'], 'nothing here places and routes `xcup`'],
    [['--tech', 'ice40', '--place', '--mode', 'model'], 'goes only by synthesis'],
  ])('%o is refused', async (args, message) => {
    const ran = await cost(...args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain(message);
  });

  it('takes seeds as whole numbers only', async () => {
    const ran = await cost('--tech', 'ice40', '--place', '--seeds', '1,0.5');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('must be integers');
  });
});
