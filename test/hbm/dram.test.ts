import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { timingFigures } from '../../src/flow/lookup-memories.js';
import {
  channel,
  channelDefaults,
  pagePolicies,
  schedulers,
  type ChannelOptions,
} from '../../src/hbm/index.js';
import { render } from '../../src/template/index.js';
import { shippedTiming } from './shipped.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-dram-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sets = ['hbm2-1800', 'hbm3-6400', 'ddr4-2400'].map(shippedTiming);

/** Reads a policy and reads from standard input, tells when the data of each are there; the DRAM is told in steps of so many clocks. */
const program = `${render('dram.h', {})}
#include <cstdio>
#include <cstdlib>

static Timing timing(int set) {
    Timing t;
${sets
  .map(
    (timing, at) => `    if (set == ${at}) {
${Object.entries(timingFigures(timing))
  .map(([name, value]) => `        t.${name} = ${value};`)
  .join('\n')}
    }`,
  )
  .join('\n')}
    return t;
}

int main() {
    int set, in_order, closes, refreshes;
    Policy policy;
    long long step, count;
    if (std::scanf("%d %d %d %d %zu %lld %lld", &set, &in_order, &closes, &refreshes, &policy.window, &step, &count) != 7) return 1;
    policy.inOrder = in_order;
    policy.closesRows = closes;
    policy.refreshes = refreshes;
    Dram dram(timing(set), policy);
    const auto tell = [](uint64_t tag, int64_t clock) { std::printf("%llu %lld\\n", (unsigned long long)tag, (long long)clock); };
    long long before = 0;
    for (long long tag = 0; tag < count; ++tag) {
        long long pseudo, bank, row, arrival;
        if (std::scanf("%lld %lld %lld %lld", &pseudo, &bank, &row, &arrival) != 4) return 1;
        if (step > 0)
            for (; before + step <= arrival; before += step) dram.advance(before + step, tell);
        dram.submit((int)pseudo, (int)bank, row, arrival, (uint64_t)tag);
    }
    dram.advance(INT64_MAX / 4, tell);
}
`;

const hasCompiler = spawnSync('g++', ['--version']).status === 0;

describe.runIf(hasCompiler)('the DRAM channel in C++', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'dram.cpp'), program);
    const flags = ['-std=c++14', '-Wall', '-Wextra', '-Werror', '-O1'];
    execFileSync('g++', [...flags, '-o', join(folder, 'dram'), join(folder, 'dram.cpp')]);
  }, 60_000);

  it.each(sets.map(({ name }, at) => [name, at]))('has the schedule of that in TypeScript: %s', (_, at) => {
    const timing = sets[at as number]!;
    let seed = 0;
    for (const scheduler of schedulers)
      for (const page of pagePolicies)
        for (const [window, refresh, step] of [
          [1, false, 0],
          [5, true, 7],
          [32, true, 0],
          [32, true, 1],
        ] as const) {
          const options = { ...channelDefaults, scheduler, page, window, refresh };
          const { organisation } = timing;
          const reads = randomReads(organisation, ++seed, 600);
          const due: (readonly [number, number])[] = [];
          const made = channel(timing, options, (tag, clock) => due.push([tag, clock]));
          reads.forEach(({ pseudo, bank, row, arrival }, tag) =>
            made.submit(pseudo, bank, row, false, arrival, tag),
          );
          while (made.step());
          expect(inCpp(at as number, options, step, reads)).toEqual(due);
        }
  });
});

interface Read {
  readonly pseudo: number;
  readonly bank: number;
  readonly row: number;
  readonly arrival: number;
}

/** Reads that come closely, or far apart, to few rows or to many; some banks are wanted by all. */
function randomReads(
  { pseudoChannels, bankGroups, banksPerGroup }: (typeof sets)[number]['organisation'],
  seed: number,
  count: number,
): readonly Read[] {
  const source = random(seed);
  const gap = [0, 3, 20, 500][seed % 4]!;
  const rows = [2, 5, 1000][seed % 3]!;
  const banks = seed % 5 === 0 ? 3 : bankGroups * banksPerGroup;
  let arrival = 0;
  return Array.from({ length: count }, () => ({
    pseudo: source.below(pseudoChannels),
    bank: source.below(banks),
    row: source.below(rows),
    arrival: (arrival += gap === 0 ? 0 : source.below(2 * gap)),
  }));
}

function inCpp(
  set: number,
  { scheduler, page, window, refresh }: ChannelOptions,
  step: number,
  reads: readonly Read[],
): readonly (readonly number[])[] {
  const policy = [set, Number(scheduler === 'in-order'), Number(page === 'closed'), Number(refresh), window];
  const lines = reads.map(({ pseudo, bank, row, arrival }) => `${pseudo} ${bank} ${row} ${arrival}`);
  const input = [[...policy, step, reads.length].join(' '), ...lines].join('\n');
  const out = execFileSync(join(folder, 'dram'), { input, encoding: 'utf8' });
  return out
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
}
