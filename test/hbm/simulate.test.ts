import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderDiagnostic } from '../../src/base/index.js';
import { parseDrams } from '../../src/cost/index.js';
import {
  parseTrace,
  plan,
  randomTrace,
  simulate,
  simulationDefaults,
  type EmbeddingModel,
  type SimulationOptions,
} from '../../src/hbm/index.js';
import { microrec, need, shippedBoard, shippedTiming } from './shipped.js';

const names = ['hbm2-1800', 'hbm2-1800-8gb', 'hbm2e-3200', 'hbm3-6400', 'ddr4-2400'];
const timings = new Map(names.map((name) => [name, shippedTiming(name)]));
const drams = need(parseDrams('dram.json', readFileSync('tech/memory/dram.json', 'utf8')));
const u280 = shippedBoard('u280');
const tables: EmbeddingModel = {
  name: 'tables',
  elementBits: 32,
  clockMhz: 200,
  tables: Array.from({ length: 8 }, (_, at) => ({ name: `t${at}`, rows: 100_000, columns: 16, lookups: 1 })),
};

function run(model: EmbeddingModel, items: number, options: Partial<SimulationOptions> = {}, zipf = 0) {
  const planned = need(plan(model, u280));
  const trace = randomTrace(model, items, 1, zipf);
  return need(simulate(planned, trace, timings, drams, { ...simulationDefaults, ...options }));
}

describe('simulated lookups', () => {
  it('take what the closed form says where no refresh is in the way', () => {
    const found = run(tables, 50, { refresh: false });
    expect(found.closedFormNs).toBeCloseTo(318 + 16 * 5, 6);
    expect(found.p50Ns).toBeGreaterThanOrEqual(found.closedFormNs - 1e-6);
    expect(found.worstNs).toBeLessThan(found.closedFormNs + 9);
    expect(found.channels.reduce((sum, { reads }) => sum + reads, 0)).toBe(50 * 8);
    expect(found.memories[0]!.refreshes).toBe(0);
  });

  it('wait for refreshes now and then', () => {
    const found = run(tables, 500);
    expect(found.memories[0]!.refreshes).toBeGreaterThan(0);
    expect(found.worstNs).toBeGreaterThan(found.closedFormNs + 50);
    expect(found.lookupNs).toBeLessThan(1.15 * found.closedFormNs);
  });

  it('come faster with more reads under way, until the memory is busy', () => {
    const rate = (outstanding: number): number => run(tables, 400, { outstanding }).lookupsPerSecond;
    expect(rate(1)).toBeLessThan(1e9 / 398);
    expect(rate(4) / rate(1)).toBeGreaterThan(2.5);
    expect(rate(64)).toBeLessThan(200e6 / 16 + 1);
  });

  it('cost energy by the bits that are moved', () => {
    const [hbm] = run(tables, 100).memories;
    // Six of the tables lie in HBM, two bursts of 32 bytes to a row.
    const bits = 6 * 2 * 32 * 8;
    expect(hbm!.energyPjPerItem).toBeCloseTo(bits * 3.92, 6);
    expect(hbm!.energy!.includes[0]).toContain('row activation');
  });

  it('of the small published model are within ten percent of what was measured', () => {
    expect(Math.abs(run(microrec('small'), 200).lookupNs / 458 - 1)).toBeLessThan(0.1);
  });
});

describe('traces', () => {
  it('are read back as they are written', () => {
    const trace = randomTrace(tables, 5, 3);
    const lines = Array.from({ length: 5 }, (_, item) =>
      [...trace.indices.slice(item * trace.width, (item + 1) * trace.width)].join(item % 2 ? ' ' : ', '),
    );
    expect(need(parseTrace('t.csv', `# items\n${lines.join('\n')}\n`, tables))).toEqual(trace);
  });

  it('are told all that is wrong with them, with places', () => {
    const text = '1 2 3\n0 0 0 0 0 0 0 100000\n0 0 x 0 0 0 0 0\n';
    const read = parseTrace('t.csv', text, tables);
    expect(read.diagnostics.map((one) => renderDiagnostic(one).split('\n')[0])).toEqual([
      't.csv:1:1: error: 3 indices, but an item has 8',
      't.csv:2:15: error: table `t7` has rows 0 to 99999, and no row 100000',
      't.csv:3:5: error: `x` is no index',
    ]);
    expect(parseTrace('t.csv', '\n', tables).diagnostics[0]!.message).toBe('t.csv has no items');
  });

  it('by Zipf have the probabilities of his law', () => {
    const one: EmbeddingModel = { ...tables, tables: [{ name: 'z', rows: 1000, columns: 1, lookups: 1 }] };
    for (const exponent of [0.8, 1, 1.3]) {
      const { indices } = randomTrace(one, 60_000, 5, exponent);
      const counts = new Map<number, number>();
      for (const index of indices) counts.set(index, (counts.get(index) ?? 0) + 1);
      const ranked = [...counts.values()].sort((a, b) => b - a);
      const total = Array.from({ length: 1000 }, (_, at) => (at + 1) ** -exponent).reduce((a, b) => a + b);
      for (const rank of [1, 2, 5])
        expect(ranked[rank - 1]! / 60_000 / (rank ** -exponent / total)).toBeCloseTo(1, 0.9);
    }
  });
});
