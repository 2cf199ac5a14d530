import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-hbm-'));
const small = 'examples/microrec-small.json';

async function hbm(...args: readonly string[]) {
  let [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
  const code = await main(['hbm', ...args]);
  vi.restoreAllMocks();
  return { code, out, err };
}

afterEach(() => void vi.restoreAllMocks());

describe('hbm plan', () => {
  it('gives the published plan of the small model', async () => {
    const { code, out, err } = await hbm('plan', small, '--board', 'u280', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const document = JSON.parse(out);
    expect(document).toMatchObject({
      schema: 1,
      tables: 42,
      dramTables: 34,
      products: 6,
      rounds: 1,
      storagePercent: 3.2,
      lookupNs: 432.3,
    });
    expect(document.itemsPerSecond).toBeGreaterThan(1.7e5);
    expect(document.channels.length).toBe(38);
  });

  it('says it in prose, with other widths and clocks too', async () => {
    const { out } = await hbm('plan', small, '--board', 'u280', '--element-bits', '16', '--clock', '120');
    expect(out).toContain('42: 34 in DRAM, 8 on the chip');
    expect(out).toMatch(/items +312500 a second; slowest: layer 2/);
    expect(out).toMatch(/ddr0 .*32x10000000\[/);
  });

  it.each([
    [[small, '--board', 'u28'], 'did you mean `u280`?'],
    [['none.json', '--board', 'u280'], 'there is no such file'],
    [['examples/microrec-large.json', '--board', 'u50'], '6.07 GiB too much'],
    [['package.json', '--board', 'u280'], '`elementBits` is missing here'],
    [[small, '--board', 'u280', '--planner', 'best'], 'Allowed choices are published, search'],
  ])('%j is refused', async (args, message) => {
    const { code, out, err } = await hbm('plan', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});

describe('hbm simulate', () => {
  const plan = join(folder, 'plan.json');

  it('runs random items and traces through a plan from a file', async () => {
    expect(await hbm('plan', small, '--board', 'u280', '-o', plan)).toMatchObject({ code: 0, out: '' });
    const random = await hbm('simulate', plan, '--items', '20', '--json');
    expect(random.code).toBe(0);
    const document = JSON.parse(random.out);
    expect(document).toMatchObject({ tables: 42, dramTables: 34, rounds: 1, storagePercent: 3.2, items: 20 });
    expect(document.lookupNs).toBeGreaterThan(432);
    expect(document.channels[0]).toMatchObject({ name: 'hbm0', reads: 20 });
    expect(document.channels[0].occupancy).toBeGreaterThan(0.95);
    const trace = join(folder, 'trace.csv');
    writeFileSync(trace, `${Array(47).fill(1).join(',')}\n`.repeat(3));
    const traced = await hbm('simulate', plan, '--trace', trace);
    expect(traced).toMatchObject({ code: 0 });
    expect(traced.out).toMatch(/items +3\n/);
    expect(traced.out).toContain('nJ an item: row activation');
  });

  it('tells what is wrong with a plan or a trace', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, readFileSync(plan, 'utf8').replace('"hbm3"\n', '"hbm77"\n'));
    const elsewhere = await hbm('simulate', broken);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.err).toContain('the board has no port "hbm77"');
    const trace = join(folder, 'short.csv');
    writeFileSync(trace, '1 2 3\n');
    const short = await hbm('simulate', plan, '--trace', trace);
    expect(short.code).toBe(2);
    expect(short.err).toMatch(/short\.csv:1:1: error: 3 indices, but an item has 47/);
  });
});
