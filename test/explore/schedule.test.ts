import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { runScheduled } from '../../src/explore/schedule.js';

/** Runs items of such shares, and tells in which slot each ran, in order of beginning. */
async function ran(shares: readonly (string | undefined)[], slots: number, most = Infinity, slow = '') {
  const order: number[] = [];
  const together: string[][] = [];
  const under: string[] = [];
  const looked = await runScheduled<string>({
    ...{ items: shares, slots, shareOf: (share) => share },
    left: () => most - order.length,
    async run(share, at) {
      order.push(at);
      under.push(share);
      together.push([...under]);
      for (let i = 0; i < (share === slow ? 40 : 1); i++) await new Promise((done) => setImmediate(done));
      under.splice(under.indexOf(share), 1);
    },
  });
  return { order, together, looked };
}

describe('a schedule', () => {
  it('runs each item once, and passes over what there is not', async () => {
    const source = random(4);
    for (const slots of [1, 2, 7, 64]) {
      const shares = Array.from({ length: 2500 }, () => 'abcdefgh'[source.below(9)]);
      const { order, looked } = await ran(shares, slots);
      const due = shares.flatMap((share, at) => (share === undefined ? [] : [at]));
      expect(order.toSorted((a, b) => a - b)).toEqual(due);
      expect(looked).toBe(2500);
    }
  });

  it('runs what shares work one behind the other, while there is other work', async () => {
    const { order, together } = await ran(['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'], 2);
    expect(order.slice(0, 4).toSorted()).toEqual([0, 1, 4, 5]);
    expect(together.filter((under) => new Set(under).size < under.length)).toEqual([]);
  });

  it('leaves no slot idle while there is something to begin with', async () => {
    const { together } = await ran(['a', 'a', 'a', 'a', 'b', 'a', 'a'], 3, Infinity, 'a');
    expect(Math.max(...together.map((under) => under.length))).toBe(3);
  });

  it('begins with no more than is wanted, and takes those that come first', async () => {
    const { order, looked } = await ran(['a', 'b', undefined, 'a', 'c', 'b', 'a'], 1, 3);
    expect(order.toSorted()).toEqual([0, 1, 3]);
    expect(looked).toBe(4);
  });

  it('tells what went wrong', async () => {
    const broken = runScheduled<number>({
      ...{ items: [1, 2, 3], slots: 2, shareOf: String, left: () => 1 },
      run: (item) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve()),
    });
    await expect(broken).rejects.toThrow('two');
  });
});
