import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  channel,
  channelDefaults,
  idleReadNs,
  pagePolicies,
  schedulers,
  type Channel,
  type ChannelOptions,
  type TimingSet,
} from '../../src/hbm/index.js';
import { violations, type Command } from './rules.js';
import { shippedTiming } from './shipped.js';
import { slowChannel, type Request } from './slow-channel.js';

const sets = readdirSync('tech/board/timing').map((file) => shippedTiming(file.slice(0, -5)));

type Made = Pick<Channel, 'submit' | 'step'>;

/** Runs requests on a channel, and gives the commands and when each request's data were there. */
function runOn<T extends Made>(
  make: (...given: Parameters<typeof slowChannel>) => T,
  timing: TimingSet,
  options: Partial<ChannelOptions>,
  requests: readonly Request[],
) {
  const trace: Command[] = [];
  const done: number[] = [];
  const order: number[] = [];
  const made = make(
    timing,
    { ...channelDefaults, ...options },
    (tag, cycle) => {
      done[tag] = cycle;
      order.push(tag);
    },
    (cycle, pseudo, name, bank, row) => trace.push({ cycle, pseudo, name, bank, row }),
  );
  requests.forEach(({ pseudo, bank, row, isWrite, arrival }, tag) =>
    made.submit(pseudo, bank, row, isWrite, arrival, tag),
  );
  while (made.step());
  return { trace, done, order, made };
}

function run(timing: TimingSet, options: Partial<ChannelOptions>, requests: readonly Request[]) {
  const { made, ...ran } = runOn(channel, timing, options, requests);
  return { ...ran, counts: made.counts() };
}

function randomRequests(timing: TimingSet, seed: number, count: number): readonly Request[] {
  const source = random(seed);
  const { pseudoChannels, bankGroups, banksPerGroup } = timing.organisation;
  const gap = [0, 2, 30, 400][seed % 4]!;
  const rows = [2, 4, 1000][seed % 3]!;
  const banks = seed % 5 === 0 ? 2 : bankGroups * banksPerGroup;
  let arrival = 0;
  return Array.from({ length: count }, () => ({
    pseudo: source.below(pseudoChannels),
    bank: source.below(banks),
    row: source.below(rows),
    isWrite: seed % 2 === 1 && source.below(3) === 0,
    arrival: (arrival += gap === 0 ? 0 : source.below(2 * gap)),
  }));
}

describe.each(sets.map((timing) => [timing.name, timing] as const))('%s', (_, timing) => {
  it('keeps every timing, serves every request, never before its arrival', () => {
    for (const scheduler of schedulers)
      for (const page of pagePolicies)
        for (let seed = 0; seed < 6; seed++) {
          const requests = randomRequests(timing, seed, 250);
          const { trace, done, counts } = run(timing, { scheduler, page, window: 1 + 7 * seed }, requests);
          expect(violations(timing, trace).slice(0, 3)).toEqual([]);
          expect(counts.hits + counts.misses + counts.conflicts).toBe(requests.length);
          requests.forEach(({ arrival, isWrite }, at) =>
            expect(done[at]).toBeGreaterThanOrEqual(
              arrival + (isWrite ? timing.cycles.CWL : timing.cycles.CL) + timing.cycles.BL,
            ),
          );
        }
  });

  it('gives command for command the schedule of the slow channel', () => {
    let seed = timing.name.length;
    for (const scheduler of schedulers)
      for (const page of pagePolicies)
        for (const window of [3, 32]) {
          const options = { scheduler, page, window };
          const requests = randomRequests(timing, ++seed, 120);
          const fast = run(timing, options, requests);
          const slow = runOn(slowChannel, timing, options, requests);
          expect(fast.trace).toEqual(slow.trace);
          expect(fast.done).toEqual(slow.done);
        }
  });

  it('takes activate, read and burst for one read', () => {
    const { done } = run(timing, {}, [{ pseudo: 0, bank: 3, row: 5, isWrite: false, arrival: 100 }]);
    expect(((done[0]! - 100) * timing.clockPs) / 1000).toBeCloseTo(idleReadNs(timing), 9);
  });
});

describe('a channel', () => {
  const timing = shippedTiming('hbm2-1800');
  const t = timing.cycles;
  const read = (bank: number, row: number, arrival = 0): Request => ({
    pseudo: 0,
    bank,
    row,
    isWrite: false,
    arrival,
  });

  it('takes longer for another row of the same bank than for the same row', () => {
    const hit = run(timing, {}, [read(0, 1), read(0, 1)]);
    const conflict = run(timing, {}, [read(0, 1), read(0, 2)]);
    expect(hit.done[1]! - hit.done[0]!).toBe(Math.max(t.CCDL, t.BL));
    expect(conflict.done[1]! - conflict.done[0]!).toBe(t.RC);
    expect(hit.counts).toMatchObject({ hits: 1, misses: 1, conflicts: 0, activates: 1 });
    expect(conflict.counts).toMatchObject({ hits: 0, misses: 1, conflicts: 1, activates: 2 });
  });

  it('keeps the order of requests, or takes open rows first', () => {
    const requests = [read(0, 1), read(0, 2), read(0, 1)];
    expect(run(timing, { scheduler: 'in-order' }, requests).order).toEqual([0, 1, 2]);
    expect(run(timing, {}, requests).order).toEqual([0, 2, 1]);
  });

  it('knows nothing of requests that are yet to come', () => {
    const alone = run(timing, {}, [read(0, 1), read(0, 2, 5)]);
    const before = run(timing, {}, [read(0, 1), read(0, 2, 5), read(0, 1, 5000)]);
    expect(before.done.slice(0, 2)).toEqual(alone.done);
  });

  it('lets no request starve', () => {
    const requests = [read(0, 1), read(0, 2), ...Array.from({ length: 100 }, () => read(0, 1))];
    expect(run(timing, { window: 64 }, requests).order.indexOf(1)).toBeLessThan(20);
  });

  it('is bound by activates where every row is another', () => {
    const source = random(3);
    const requests = Array.from({ length: 4000 }, () => read(source.below(16), source.below(16384)));
    const { done, counts } = run(timing, { refresh: false, page: 'closed', window: 64 }, requests);
    const each = Math.max(...done) / requests.length;
    expect(each).toBeGreaterThanOrEqual(Math.max(t.RRDS, t.FAW / 4));
    expect(each).toBeLessThan(1.1 * Math.max(t.RRDS, t.FAW / 4));
    expect(counts.busy[0]).toBe(requests.length * t.BL);
  });

  it('gives the same schedule again however much later', () => {
    const options = { refresh: false, page: 'closed' } as const;
    const requests = randomRequests(timing, 7, 60);
    const late = 3 * 2 ** 32 + 12_345;
    const shifted = requests.map((request) => ({ ...request, arrival: request.arrival + late }));
    const once = run(timing, options, requests).trace;
    const twice = run(timing, options, [...requests, ...shifted]).trace;
    const later = once.map((command) => ({ ...command, cycle: command.cycle + late }));
    expect(twice).toEqual([...once, ...later]);
  });

  it('refreshes at its times however late it is', () => {
    const seldom = { ...timing, cycles: { ...t, REFI: 2 ** 24 } };
    const late = 2 ** 31 + 12_345;
    const requests = randomRequests(timing, 4, 60).map((request) => ({
      ...request,
      arrival: request.arrival + late,
    }));
    const { trace } = run(seldom, {}, requests);
    expect(violations(seldom, trace)).toEqual([]);
    expect(trace.filter(({ name, pseudo }) => name === 'REF' && pseudo === 0).length).toBe(2 ** 7);
  });

  it('refreshes while it waits', () => {
    const { trace } = run(timing, {}, [read(0, 1, 10 * t.REFI + 500)]);
    expect(
      trace.filter(({ name, pseudo }) => name === 'REF' && pseudo === 0).map(({ cycle }) => cycle),
    ).toEqual(Array.from({ length: 10 }, (_, at) => (at + 1) * t.REFI));
  });
});

describe('the rules themselves', () => {
  const timing = shippedTiming('ddr4-2400');
  it('find every kind of fault in a legal trace whose commands come too early', () => {
    const found = new Set<string>();
    for (let seed = 1; seed < 6; seed += 2) {
      const { trace } = run(
        timing,
        { page: seed % 4 === 1 ? 'open' : 'closed' },
        randomRequests(timing, seed, 250),
      );
      trace.forEach((command, at) => {
        if (at === 0) return;
        const early = trace.with(at, {
          ...command,
          cycle: Math.max(trace[at - 1]!.cycle, command.cycle - 1),
        });
        for (const fault of violations(timing, early.slice(Math.max(0, at - 40), at + 1)))
          found.add(fault.slice(0, fault.indexOf(':')));
      });
    }
    for (const name of [
      'RAS',
      'RCDRD',
      'RCDWR',
      'RP',
      'RRDS',
      'RRDL',
      'CCDS',
      'CCDL',
      'WTRL',
      'WTRS',
      'RTW',
      'FAW',
    ])
      expect([...found]).toContain(name);
  });
});
