import { describe, expect, it } from 'vitest';
import { readingFlips } from '../../src/robust/index.js';

describe('flips of one reading', () => {
  const cells = 100_000;
  const drawn = (rate: number, reading = 0, chip = 0, seed = 1) =>
    readingFlips(cells, rate, seed, chip, reading).addresses;

  it('are the same when drawn again, and others in another reading, on another chip, with another seed', () => {
    expect(drawn(0.01)).toEqual(drawn(0.01));
    const others = [drawn(0.01), drawn(0.01, 1), drawn(0.01, 0, 1), drawn(0.01, 0, 0, 2)];
    expect(new Set(others.map((addresses) => addresses.join())).size).toBe(4);
  });

  it('come at the rate that is asked for, in order and each once', () => {
    for (const rate of [0, 0.001, 0.3, 1]) {
      const counts = Array.from({ length: 10 }, (_, reading) => drawn(rate, reading));
      for (const addresses of counts)
        expect(addresses.every((address, i) => i === 0 || address > addresses[i - 1]!)).toBe(true);
      const total = counts.reduce((sum, { length }) => sum + length, 0);
      // Five standard deviations: a right implementation fails one of these in two million.
      const due = 10 * cells * rate;
      expect(Math.abs(total - due)).toBeLessThanOrEqual(5 * Math.sqrt(due * (1 - rate)));
    }
  });

  it('are as likely at every address and behind every other', () => {
    const halves = [0, 0];
    let neighbours = 0;
    for (let reading = 0; reading < 20; reading++) {
      const addresses = drawn(0.1, reading);
      addresses.forEach((address, i) => {
        halves[address < cells / 2 ? 0 : 1]!++;
        if (addresses[i + 1] === address + 1) neighbours++;
      });
    }
    for (const count of halves) expect(Math.abs(count - cells)).toBeLessThan(5 * Math.sqrt(0.9 * cells));
    expect(Math.abs(neighbours - 0.2 * cells)).toBeLessThan(5 * Math.sqrt(0.2 * cells));
  });
});
