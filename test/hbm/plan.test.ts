import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import {
  featuresOf,
  legality,
  lowerBoundNs,
  parsePlan,
  partRows,
  plan,
  planDocument,
  planPublished,
  storedRow,
  summaryOf,
  type Board,
  type EmbeddingModel,
  type Plan,
} from '../../src/hbm/index.js';
import { microrec, need, shippedBoard } from './shipped.js';

const u280 = shippedBoard('u280');

describe('the published heuristic', () => {
  it('gives the published plan of the small model', () => {
    const small = need(plan(microrec('small'), u280));
    expect(summaryOf(small)).toMatchObject({
      tables: 42,
      products: 6,
      dramTables: 34,
      onChipTables: 8,
      rounds: 1,
      storagePercent: 3.2,
      features: 352,
    });
    const rows = small.stored
      .filter(({ parts }) => parts.length > 1)
      .map(({ parts }) => parts.map(({ table }) => small.model.tables[table]!.rows).sort((a, b) => a - b));
    expect(rows.sort((a, b) => a[0]! - b[0]!)).toEqual([
      ...Array.from({ length: 4 }, () => [100, 1000]),
      ...Array.from({ length: 2 }, () => [500, 1000]),
    ]);
    const chip = small.stored.filter((_, at) => small.ports[small.homes[at]![0]!]!.onChip);
    expect(chip.reduce((sum, { rows: count, columns }) => sum + count * columns, 0)).toBe(280_000);
  });

  it('cannot do with pairs what the large model was deployed with', () => {
    const large = summaryOf(need(plan(microrec('large'), u280)));
    expect(large).toMatchObject({ rounds: 3, products: 0, features: 876 });
  });

  it('says by how much tables do not fit', () => {
    const refused = plan(microrec('large'), shippedBoard('u50'));
    expect(refused.ok).toBe(false);
    expect(refused.diagnostics[0]!.message).toBe(
      'the tables take 14.1 GiB, and the memory off the chip holds 8.00 GiB: 6.07 GiB too much',
    );
  });
});

describe('plans', () => {
  const cases = Array.from({ length: 24 }, (_, seed) => randomCase(random(seed)));

  it('are legal, never undercut the bound, and searching never makes them worse', () => {
    let better = 0;
    let fitting = 0;
    for (const { model, board } of cases) {
      const published = plan(model, board);
      const searched = plan(model, board, 'search');
      for (const planned of [published, searched])
        if (planned.ok) {
          const { stored, homes, lookupNs, boundNs } = planned.value;
          expect(legality(model, board, stored, homes)).toEqual([]);
          expect(lookupNs).toBeGreaterThanOrEqual(boundNs - 1e-6);
        }
      if (!published.ok || !searched.ok) continue;
      fitting++;
      expect(searched.value.lookupNs).toBeLessThanOrEqual(published.value.lookupNs);
      if (searched.value.lookupNs < published.value.lookupNs) better++;
    }
    expect(fitting).toBeGreaterThan(14);
    expect(better).toBeGreaterThan(5);
  });

  it('look up the same rows as the plain tables', () => {
    const source = random(7);
    for (const { model, board } of cases.slice(0, 8))
      for (const planner of ['published', 'search'] as const) {
        const planned = plan(model, board, planner);
        if (planned.ok) checkRows(planned.value, source);
      }
  });

  it('come back from their documents', () => {
    for (const { model, board } of cases.slice(0, 10)) {
      const planned = plan(model, board, 'search');
      if (!planned.ok) continue;
      const document = planDocument(planned.value);
      const back = need(parsePlan('plan.json', JSON.stringify(document)));
      expect(planDocument(back)).toEqual(document);
    }
  });

  it('that do not hold are refused', () => {
    const document = planDocument(need(plan(microrec('small'), u280)));
    const without = { ...document, stored: document.stored.slice(1) };
    expect(messages(without)).toContain('is stored 0 times');
    const crowded = { ...document, stored: document.stored.map((one) => ({ ...one, ports: ['hbm0'] })) };
    expect(messages(crowded)).toContain('port hbm0 holds');
    const elsewhere = { ...document, stored: document.stored.map((one) => ({ ...one, ports: ['hbm99'] })) };
    expect(messages(elsewhere)).toContain('the board has no port "hbm99"');
  });
});

describe('the search', () => {
  it('gives the large model two rounds', () => {
    const large = summaryOf(need(plan(microrec('large'), u280, 'search')));
    expect(large.rounds).toBe(2);
    expect(large.lookupNs).toBeLessThan(1000);
    // Deployed: 1.9 %.
    expect(large.storagePercent).toBeLessThan(1.9);
  });

  it('copies a table that is read often', () => {
    const hot: EmbeddingModel = {
      name: 'hot',
      elementBits: 32,
      clockMhz: 200,
      tables: [
        { name: 'a', rows: 1_000_000, columns: 16, lookups: 12 },
        { name: 'b', rows: 1_000_000, columns: 16, lookups: 1 },
      ],
    };
    const searched = need(plan(hot, u280, 'search'));
    expect(searched.homes[searched.stored.findIndex(({ lookups }) => lookups === 12)]!.length).toBe(12);
    expect(searched.lookupNs).toBeLessThan(need(plan(hot, u280)).lookupNs / 10);
  });
});

describe('the bound', () => {
  it('is what one wide table takes', () => {
    const one = (columns: number): EmbeddingModel => ({
      name: 'one',
      elementBits: 32,
      clockMhz: 200,
      tables: [{ name: 'a', rows: 100_000_000, columns, lookups: 1 }],
    });
    expect(lowerBoundNs(one(32), u280)).toBeCloseTo(318 + 16 * 5, 3);
    expect(need(planPublished(one(32), u280)).lookupNs).toBeCloseTo(318 + 16 * 5, 6);
  });
});

it.each(readdirSync('tech/board').filter((file) => file.endsWith('.json')))('board %s is read', (file) => {
  const board = shippedBoard(file.slice(0, -5));
  expect(board.name).toBe(file.slice(0, -5));
});

function messages(document: object): string {
  const read = parsePlan('plan.json', JSON.stringify(document));
  expect(read.ok).toBe(false);
  return read.diagnostics.map(({ message }) => message).join('\n');
}

/** A few tables of any size on a few channels. */
function randomCase(source: Random): { readonly model: EmbeddingModel; readonly board: Board } {
  const tables = Array.from({ length: 2 + source.below(16) }, (_, at) => ({
    name: `t${at}`,
    rows: 1 + Math.floor(10 ** (4 * source.unit())),
    columns: [1, 3, 4, 8, 16, 33][source.below(6)]!,
    lookups: source.below(5) === 0 ? 1 + source.below(4) : 1,
  }));
  const memory = { readNs: 318, timing: 'hbm2-1800', energy: null };
  const memories = [
    { ...memory, name: 'hbm', channels: 1 + source.below(8), channelBytes: 2 ** (16 + source.below(6)) },
    { ...memory, name: 'ddr', channels: 1 + source.below(2), channelBytes: 2 ** (20 + source.below(4)) },
  ];
  const onChip = { banks: source.below(4), bankBytes: 2 ** (8 + source.below(8)), readNs: 150 };
  const elementBits = [8, 12, 16, 32][source.below(4)]!;
  return {
    model: { name: 'random', elementBits, clockMhz: 200, tables },
    board: { name: 'random', about: 'random', memories, onChip },
  };
}

/** Every feature of random items, fetched through the plan, is the feature of the plain tables. */
function checkRows({ model, stored }: Plan, source: Random): void {
  /** What stands in a table; a number of its own for each element. */
  const element = (table: number, row: number, column: number): string => `${table}.${row}.${column}`;
  for (let item = 0; item < 20; item++) {
    const indices = model.tables.map(({ rows }) => (source.below(4) === 0 ? rows - 1 : source.below(rows)));
    const found = model.tables.map(({ columns }) => new Array<string>(columns).fill(''));
    for (const one of stored) {
      const row = storedRow(model, one, indices);
      expect(row).toBeLessThan(one.rows);
      const rows = partRows(model, one, row);
      one.parts.forEach(({ table, first, columns }, part) => {
        for (let at = first; at < first + columns; at++) found[table]![at] = element(table, rows[part]!, at);
      });
    }
    const plain = model.tables.map(({ columns }, table) =>
      Array.from({ length: columns }, (_, column) => element(table, indices[table]!, column)),
    );
    expect(found).toEqual(plain);
    expect(found.flat().length).toBe(
      featuresOf({ tables: model.tables.map((one) => ({ ...one, lookups: 1 })) }),
    );
  }
}
