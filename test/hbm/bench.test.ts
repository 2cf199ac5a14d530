import { expect, it } from 'vitest';
import { benchChannel } from '../../src/flow/index.js';
import { shippedTiming } from './shipped.js';

it('the benchmark of a channel serves every read, at what the activates allow', () => {
  const timing = shippedTiming('hbm2-1800');
  const found = benchChannel(timing, { page: 'closed' }, 4000);
  expect(found.served).toBe(4000);
  const { RRDS, FAW, RFC, REFI } = timing.cycles;
  const most = (2 * 1e12) / (Math.max(RRDS, FAW / 4) * timing.clockPs);
  expect(found.peer).toBeLessThan(most);
  expect(found.peer).toBeGreaterThan(0.9 * most * (1 - RFC / REFI));
});
