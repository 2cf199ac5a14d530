import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { parseDrams } from '../../src/cost/index.js';
import { plan, randomTrace, simulate, simulationDefaults, type EmbeddingModel } from '../../src/hbm/index.js';
import { throughCache } from '../../src/hbm/hot.js';
import { need, shippedBoard, shippedTiming } from './shipped.js';

const names = ['hbm2-1800', 'hbm2-1800-8gb', 'hbm2e-3200', 'hbm3-6400', 'ddr4-2400'];
const timings = new Map(names.map((name) => [name, shippedTiming(name)]));
const drams = need(parseDrams('dram.json', readFileSync('tech/memory/dram.json', 'utf8')));
const tables: EmbeddingModel = {
  name: 'tables',
  elementBits: 32,
  clockMhz: 200,
  tables: Array.from({ length: 8 }, (_, at) => ({ name: `t${at}`, rows: 100_000, columns: 16, lookups: 1 })),
};
const planned = need(plan(tables, shippedBoard('u280')));

function run(cacheBytes: number, zipf: number, trace = randomTrace(tables, 300, 1, zipf)) {
  return simulate(planned, trace, timings, drams, { ...simulationDefaults, cacheBytes });
}

describe('a cache of rows', () => {
  it('has what was read last, by a list that is searched', () => {
    const source = random(1);
    const lengths = [4, 12, 64, 200];
    const items = 500;
    const reads = lengths.map(() => Array.from({ length: items }, () => [source.below(6), source.below(6)]));
    const residents = lengths.map((rowBytes, at) => ({
      ...{ address: 0, rowBytes, columns: 1 },
      rows: (item: number) => reads[at]![item]!,
    }));
    const bytes = 150;
    const found = throughCache(residents, items, bytes);
    let held: { readonly name: string; readonly size: number }[] = [];
    let hits = 0;
    for (let item = 0; item < items; item++)
      lengths.forEach((size, at) => {
        const hit = reads[at]![item]!.filter((row) => {
          const name = `${at} ${row}`;
          const there = held.some((one) => one.name === name);
          held = held.filter((one) => one.name !== name);
          if (size <= bytes) held.push({ name, size });
          while (held.reduce((sum, one) => sum + one.size, 0) > bytes) held.shift();
          return there;
        });
        hits += hit.length;
        expect(found.hits[at]!.rows(item)).toEqual(hit);
        expect(found.hits[at]!.rows(item).length + found.misses[at]!.rows(item).length).toBe(2);
      });
    expect([found.reads, found.hitReads]).toEqual([2 * items * lengths.length, hits]);
    expect(hits).toBeGreaterThan(items / 4);
    expect(found.hits[3]!.rows(items - 1)).toEqual([]);
  });

  it('saves reads of the channels, the more so the more some rows are read', () => {
    const [plain, even, skewed] = [run(0, 1.2), run(16 * 1024, 0), run(16 * 1024, 1.2)].map(need);
    expect(plain!.cache).toBeNull();
    expect(even!.cache!.hitRate).toBeLessThan(0.02);
    expect(skewed!.cache).toMatchObject({ bytesPerChannel: 16 * 1024, reads: 300 * 8 });
    expect(skewed!.cache!.hitRate).toBeGreaterThan(0.3);
    const reads = skewed!.channels.filter(({ name }) => !name.endsWith('cache'));
    expect(reads.reduce((sum, one) => sum + one.reads, 0)).toBe(300 * 8 - skewed!.cache!.hits);
    expect(skewed!.channels.reduce((sum, one) => sum + one.reads, 0)).toBe(300 * 8);
    expect(skewed!.lookupsPerSecond).toBeGreaterThan(1.2 * plain!.lookupsPerSecond);
    expect(skewed!.memories[0]!.energyPjPerItem).toBeLessThan(0.8 * plain!.memories[0]!.energyPjPerItem!);
  });

  it('leaves items without reads of a channel to the others', () => {
    const one = randomTrace(tables, 1, 1);
    const items = 40;
    const indices = Float64Array.from({ length: items * one.width }, (_, i) => one.indices[i % one.width]!);
    const found = need(run(1024, 0, { ...one, items, indices }));
    expect(found.cache!.hits).toBe((items - 1) * 8);
    // All but the first item take what the chip takes: 150 ns and 16 elements at 200 MHz.
    expect(found.p50Ns).toBeCloseTo(150 + 16 * 5, 6);
    expect(found.worstNs).toBeGreaterThan(390);
  });

  it('has to fit on the chip', () => {
    const found = run(2 ** 20, 0);
    expect(found.ok ? '' : found.diagnostics[0]!.message).toMatch(/8 caches of 1\S* MiB take 8\S* MiB/);
  });
});
