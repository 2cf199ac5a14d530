import { describe, expect, it } from 'vitest';
import { chipFaults, independentFlips, reads, type FaultModel } from '../../src/robust/index.js';

const cells = 200_000;
const models: Readonly<Record<string, FaultModel>> = {
  independent: independentFlips,
  clustered: { ...independentFlips, rowShare: 0.3, columnShare: 0.2 },
  stuck: { ...independentFlips, effect: { kind: 'stuck', ones: 0.25 } },
};

describe.each(Object.entries(models))('%s faults', (_, model) => {
  it('at a lower rate are those of a higher one whose level is below', () => {
    const few = chipFaults(cells, model, 7, 3, 0.01);
    const many = chipFaults(cells, model, 7, 3, 0.05);
    const below = [...many.addresses].filter((_, i) => many.levels[i]! < 0.01);
    expect([...few.addresses]).toEqual(below);
    expect(few.addresses.length).toBeLessThan(many.addresses.length);
    const kept = new Map([...many.addresses].map((address, i) => [address, many.effects[i]]));
    expect([...few.effects]).toEqual([...few.addresses].map((address) => kept.get(address)));
  });

  it('are the same when drawn again, and others on another chip or with another seed', () => {
    const drawn = (seed: number, chip: number): string =>
      chipFaults(cells, model, seed, chip, 0.001).addresses.join();
    expect(drawn(7, 3)).toBe(drawn(7, 3));
    expect(new Set([drawn(7, 3), drawn(7, 4), drawn(8, 3), drawn(7 + 2 ** 32, 3)]).size).toBe(4);
  });
});

describe('the rate of faults', () => {
  // Five standard deviations: a right implementation fails one of these in two million.
  const within = (found: number, trials: number, p: number): void => {
    const deviation = Math.sqrt(trials * p * (1 - p));
    expect(Math.abs(found - trials * p)).toBeLessThanOrEqual(5 * deviation);
  };

  it.each([0.0001, 0.01, 0.2, 1])('is that asked for: %d', (rate) => {
    const sizes = Array.from({ length: 6 }, (_, chip) => chipFaults(cells, independentFlips, 1, chip, rate));
    within(
      sizes.reduce((sum, { addresses }) => sum + addresses.length, 0),
      6 * cells,
      rate,
    );
  });

  it('is so for every bit of a code and for pairs of chips', () => {
    const [a, b] = [0, 1].map((chip) => chipFaults(cells, independentFlips, 5, chip, 0.1));
    for (let bit = 0; bit < 8; bit++)
      within([...a!.addresses].filter((address) => address % 8 === bit).length, cells / 8, 0.1);
    const other = new Set(b!.addresses);
    within([...a!.addresses].filter((address) => other.has(address)).length, cells, 0.01);
    const own = new Set(a!.addresses);
    within([...a!.addresses].filter((address) => own.has(address + 1)).length, cells - 1, 0.01);
  });

  it('is that asked for where rows and columns fail as wholes, over many chips', () => {
    const model = { ...models['clustered']!, rows: 32, columns: 16 };
    const shares = Array.from(
      { length: 40 },
      (_, chip) => chipFaults(65536, model, 2, chip, 0.1).addresses.length / 65536,
    );
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const spread = Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / 39 / 40);
    expect(Math.abs(mean - 0.1)).toBeLessThan(5 * spread);
    expect(spread).toBeLessThan(0.003);
  });

  it('of cells that are stuck at 1 is their share', () => {
    const { effects } = chipFaults(cells, models['stuck']!, 1, 0, 0.2);
    within(effects.filter((effect) => effect === reads.one).length, effects.length, 0.25);
    expect(effects).not.toContain(reads.other);
  });
});

it('whole rows and columns fail where all errors are such', () => {
  const rows = chipFaults(64 * 1024, { ...independentFlips, rowShare: 1 }, 1, 0, 0.05);
  const words = new Set([...rows.addresses].map((address) => Math.floor(address / 64)));
  expect(rows.addresses.length).toBe(64 * words.size);
  const columns = chipFaults(64 * 1024, { ...independentFlips, columnShare: 1 }, 1, 0, 0.05);
  const lines = new Set(
    [...columns.addresses].map((address) => Math.floor(address / 64 / 512) * 64 + (address % 64)),
  );
  expect(lines.size).toBeGreaterThan(0);
  expect(columns.addresses.length).toBe(512 * lines.size);
});
