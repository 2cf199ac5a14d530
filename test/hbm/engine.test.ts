import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  emittedEngine,
  lookupEngine,
  randomTables,
  verifyLookup,
  type LookupVerdict,
} from '../../src/flow/lookup.js';
import {
  engineDefaults,
  layersOf,
  parseBoard,
  parseTables,
  plan,
  randomLayers,
  type Plan,
} from '../../src/hbm/index.js';
import { shippedTiming } from './shipped.js';

const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
afterAll(() => rmSync(cache, { recursive: true }));

function planned(model: unknown, board: string | object): Plan {
  const text =
    typeof board === 'string' ? readFileSync(`tech/board/${board}.json`, 'utf8') : JSON.stringify(board);
  const tables = parseTables('tables.json', JSON.stringify(model));
  const on = parseBoard('board.json', text);
  if (!tables.ok || !on.ok) throw new Error('the test has faults');
  const made = plan(tables.value, on.value);
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return made.value;
}

const timings = new Map([['ddr4-2400', shippedTiming('ddr4-2400')]]);

async function tried(of: Plan, items: number, more = {}, network = {}): Promise<LookupVerdict> {
  const engine = { ...engineDefaults, ...more };
  const contents = { codes: randomTables(of, 5), ...network };
  const made = await verifyLookup(of, contents, { items, seed: 1, engine, timings, cache });
  if (!made.ok) throw new Error(made.diagnostics.map(({ message }) => message).join('\n'));
  return made.value;
}

const small = planned(
  {
    name: 'few',
    elementBits: 16,
    clockMhz: 200,
    network: { layers: [12, 4, 1], processingElements: [4, 2, 1] },
    tables: [
      { name: 'a', rows: 30, columns: 4 },
      { name: 'b', rows: 20, columns: 12 },
      { name: 'c', rows: 5000, columns: 40, lookups: 2 },
      { name: 'd', rows: 70, columns: 1 },
    ],
  },
  {
    name: 'two',
    about: 'two channels',
    memories: [{ name: 'm', channels: 2, channelMiB: 16, readNs: 200, timing: 'ddr4-2400', energy: null }],
    onChip: { banks: 1, bankKiB: 0.15, readNs: 20 },
  },
);

describe('the engine as Verilog', () => {
  it('has its large tables in files, row by row', () => {
    const codes = randomTables(small, 5);
    const made = lookupEngine(small, { codes }, engineDefaults);
    if (!made.ok) throw new Error('the test has faults');
    const { verilog, others } = emittedEngine(made.value.design);
    const files = others.filter(({ name }) => name.endsWith('.hex'));
    expect(files.length).toBe(1);
    const { name, text } = files[0]!;
    expect(verilog.some((file) => file.text.includes(`initial $readmemh("${name}", table_`))).toBe(true);
    const words = text.trim().split('\n');
    const due = Array.from(codes[3]!, (code) => (code & 0xffff).toString(16).padStart(4, '0'));
    expect(words).toEqual(due);
  });
});

describe('the engine on a model of its memories', () => {
  it('gives the rows of the tables, in order, and in the cycles of the timing model', async () => {
    const verdict = await tried(small, 2000);
    expect(verdict).toMatchObject({ items: 2000, mismatches: 0 });
    expect(verdict.overtaken).toBeGreaterThan(100);
    expect(verdict.faulty).toBeGreaterThan(5);
    expect(verdict.model.bound).toBe('gathering');
    expectAsModelled(verdict);
  }, 300_000);

  it('does so with one read under way, and zeros for what is beyond its table', async () => {
    const verdict = await tried(small, 500, { outstanding: 1, depth: 4, outside: 'zero' });
    expect(verdict).toMatchObject({ items: 500, mismatches: 0 });
    expect(verdict.model.bound).toBe('reads under way');
    expectAsModelled(verdict);
  }, 300_000);

  it('gives what the network behind it makes of the rows, at the pace of its slowest layer', async () => {
    const layers = layersOf(small.model);
    if (!layers.ok) throw new Error('the test has faults');
    expect(layers.value[0]).toEqual({ inputs: 97, outputs: 12, elements: 4, lanes: 16 });
    const network = randomLayers(layers.value, 16, 0, 7);
    const verdict = await tried(small, 500, {}, { network });
    expect(verdict).toMatchObject({ items: 500, mismatches: 0 });
    // Three rows of seven times sixteen features.
    expect(verdict.model).toMatchObject({ bound: 'layer 1', cyclesPerItem: 21 });
    expectAsModelled(verdict);
  }, 300_000);
});

/** In the cycles of the engine's model, and not far behind the closed form, which knows no refreshes. */
function expectAsModelled({ cyclesPerItem, latencyCycles, simulated, model }: LookupVerdict): void {
  expect(cyclesPerItem).toBeCloseTo(simulated.cyclesPerItem, 9);
  expect(latencyCycles).toBeCloseTo(simulated.latencyCycles, 9);
  for (const ratio of [cyclesPerItem / model.cyclesPerItem, latencyCycles / model.latencyCycles]) {
    expect(ratio).toBeGreaterThan(0.99);
    expect(ratio).toBeLessThan(1.1);
  }
}
