import { describe, expect, it } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import type { Design } from '../../src/ir/index.js';
import { floatMode, integerMode, modeWord } from '../../src/ops/nibble_inner_product/index.js';
import { compile } from '../../src/sim/index.js';
import { due, unitOf, type Job } from './ipu-driver.js';

/** Mostly jobs of one pass, so that results come close together; some of floating point, some that end no sum. */
function closeJobs(lanes: number, count: number, source: Random): Job[] {
  const words = (): bigint[] => Array.from({ length: lanes }, () => source.word(16));
  const near = (): bigint[] => words().map((word) => (word & 0x8fffn) | 0x3000n);
  return Array.from({ length: count }, () => {
    const float = source.below(2) === 0;
    const special = (): bigint[] => [
      [0x7c00n, 0x7c00n, 0xfc00n, 0x7e00n][source.below(4)]!,
      ...near().slice(1),
    ];
    const some = source.below(3) === 0 ? special() : near();
    const flags = { first: source.below(2) > 0, last: source.below(5) > 0 };
    return float
      ? { mode: floatMode('fp16', 'fp16'), a: some, b: near(), ...flags }
      : { mode: integerMode(4, 4), a: words(), b: words(), ...flags };
  });
}

/** Offers jobs and takes results at random, each in a share of the cycles that changes now and then. */
function stalledRun(design: Design, jobs: readonly Job[], results: number, source: Random) {
  const compiled = compile(design);
  compiled.allocate({ cycles: 1, streams: 1, drivenReset: true });
  const set = (name: string, word: bigint): void => compiled.setWord(name, 0, 0, word);
  const packed = (words: readonly bigint[]): bigint =>
    words.reduceRight((all, word) => (all << 16n) | word, 0n);
  set('rst_n', 0n);
  compiled.run();
  set('rst_n', 1n);
  const found: bigint[] = [];
  let changed = 0;
  let waiting: bigint | undefined;
  let [next, offering, offers, takes] = [0, false, 1, 1];
  for (let cycle = 0; found.length < results && cycle < 200 * jobs.length; cycle++) {
    if (cycle % 64 === 0) [offers, takes] = [1 + source.below(3), 1 + source.below(16)];
    const job = jobs[next];
    offering ||= job !== undefined && source.below(offers) === 0;
    const ready = source.below(takes) === 0;
    set('job_valid', offering ? 1n : 0n);
    set('result_ready', ready ? 1n : 0n);
    // What is not offered may be anything.
    const shown = offering ? job! : jobs[source.below(jobs.length)]!;
    set('mode', modeWord(shown.mode));
    set('a', packed(shown.a));
    set('b', packed(shown.b));
    set('first', shown.first ? 1n : 0n);
    set('last', shown.last ? 1n : 0n);
    compiled.run();
    if (offering && compiled.word('job_ready', 0, 0) === 1n) [next, offering] = [next + 1, false];
    const valid = compiled.word('result_valid', 0, 0) === 1n;
    const sum = valid ? compiled.word('sum', 0, 0) : undefined;
    if (waiting !== undefined && sum !== waiting) changed++;
    waiting = ready ? undefined : sum;
    if (ready && sum !== undefined) found.push(sum);
  }
  return { found, changed };
}

const samples = [
  { lanes: 2, tree: 12 },
  { lanes: 1, tree: 10, accumulate: 'fixed' },
  { lanes: 2, tree: 12, alignment: 'single', accumulate: 'fixed', result: 'fixed' },
];

describe('a unit that is stalled', () => {
  it.each(samples)('neither loses, doubles nor changes a result: %o', (sample) => {
    const { design, shape } = unitOf(sample);
    const jobs = closeJobs(sample.lanes, 2000, random(1));
    const results = due(shape, jobs).results.map(([sum]) => sum);
    const { found, changed } = stalledRun(design, jobs, results.length, random(2));
    expect(found).toEqual(results);
    expect(changed).toBe(0);
  });

  it('is found out when a register of its goes on', () => {
    const { design, shape } = unitOf(samples[0]!);
    const jobs = closeJobs(2, 600, random(1));
    const results = due(shape, jobs).results.map(([sum]) => sum);
    const module = design.modules.at(-1)!;
    const enabled = module.nodes.flatMap((node, id) =>
      node.kind === 'reg' && node.enable !== undefined ? [id] : [],
    );
    const missed = enabled.filter((id) => {
      const nodes = module.nodes.map((node, k) => {
        if (k !== id || node.kind !== 'reg') return node;
        const { enable: _, ...free } = node;
        return free;
      });
      const wrong = { ...design, modules: [{ ...module, nodes }] };
      const { found, changed } = stalledRun(wrong, jobs, results.length, random(2));
      return changed === 0 && found.join() === results.join();
    });
    // Before the end of a floating-point job of nine passes there is no other in any stage: only in the last one it waits.
    const names = ['nan', 'infinite', 'negative', 'exponent'].flatMap((one) =>
      [2, 3, 4].map((stage) => `${one}_${stage}`),
    );
    // No sum of FP16 products is minus zero.
    names.push('minus_4', 'great_6', 'small_6', 'zeroSign_7');
    expect(missed.map((id) => module.nodes[id]!.name).sort()).toEqual(names.sort());
    expect(enabled.length).toBeGreaterThan(40);
  });
});
