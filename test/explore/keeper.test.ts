import { expect, it } from 'vitest';
import { keeper } from '../../src/explore/keeper.js';
import type { PointRow, PointStore } from '../../src/explore/index.js';

const row = (key: string): PointRow => ({
  ...{ key, candidate: {}, images: null, status: 'done', measures: {}, intervals: {} },
  ...{ evidence: null, stages: [], failure: null, seconds: 0 },
});

/** A store that notes which rows were written together, or has no room. */
function storeOf(batches: string[][], hasRoom = true): PointStore {
  const append = (_: string, rows: readonly PointRow[]): Promise<void> => {
    batches.push(rows.map(({ key }) => key));
    return hasRoom ? Promise.resolve() : Promise.reject(new Error('no room'));
  };
  return { append } as unknown as PointStore;
}

it('the first row is written at once, those that come soon after it together, and all when that is asked for', async () => {
  const batches: string[][] = [];
  const told: string[] = [];
  const rows = keeper(storeOf(batches), 'one', (kept) => told.push(...kept.map(({ key }) => key)));
  for (const key of ['a', 'b', 'c']) await rows.keep(row(key));
  expect(batches).toEqual([['a']]);
  await rows.written();
  expect(batches).toEqual([['a'], ['b', 'c']]);
  await rows.keep(row('d'));
  await rows.written();
  expect(told).toEqual(['a', 'b', 'c', 'd']);
});

it('rows are written without being asked for', async () => {
  const batches: string[][] = [];
  const rows = keeper(storeOf(batches), 'one', () => undefined);
  await rows.keep(row('a'));
  await rows.keep(row('b'));
  while (batches.length < 2) await new Promise((done) => setTimeout(done, 10));
  expect(batches).toEqual([['a'], ['b']]);
});

it('whoever computes faster than is written is held up', async () => {
  const batches: string[][] = [];
  const rows = keeper(storeOf(batches), 'one', () => undefined);
  for (let i = 0; i < 1200; i++) await rows.keep(row(`${i}`));
  expect(batches.map((batch) => batch.length)).toEqual([1, 500, 1, 500, 1]);
  await rows.written();
  expect(batches.flat()).toHaveLength(1200);
});

it('a row that cannot be written is not told to be kept, and whoever waits hears of it', async () => {
  let told = 0;
  const rows = keeper(storeOf([], false), 'one', () => told++);
  await rows.keep(row('a'));
  await expect(rows.written()).rejects.toThrow('no room');
  expect(told).toBe(0);
});
