import { failure, success } from '../base/index.js';
import type { ChannelOptions } from '../hbm/index.js';
import type { BenchModule } from './benches.js';
import { packageFolder } from './data.js';
import { readText } from './files.js';
import { say, table } from './terminal.js';

const cases: readonly (readonly [string, Partial<ChannelOptions>])[] = [
  ['hbm2-1800', { page: 'closed' }],
  ['hbm2-1800', { page: 'open' }],
  ['hbm2-1800', { page: 'closed', scheduler: 'in-order' }],
  ['hbm3-6400', { page: 'closed' }],
  ['ddr4-2400', { page: 'closed' }],
];

/** `bitloom bench hbm`: how fast random reads are simulated on memory channels. */
export const bench: BenchModule['bench'] = async () => {
  const { benchChannel } = await import('../flow/index.js');
  const { parseTiming } = await import('../hbm/index.js');
  const benchmarks = [];
  for (const [name, options] of cases) {
    const file = `${packageFolder}tech/board/timing/${name}.json`;
    const text = await readText(file);
    const timing = text.ok ? parseTiming(file, text.value) : text;
    if (!timing.ok) return failure(...timing.diagnostics);
    say(name);
    benchmarks.push(benchChannel(timing.value, options));
  }
  const rows = benchmarks.map(({ name, ours, peer, ratio, target }) => [
    name,
    `${(ours / 1e6).toFixed(2)} M/s`,
    `${(peer / 1e6).toFixed(0)} M/s`,
    `1/${(1 / ratio).toFixed(0)}`,
    `${(ours / target).toFixed(2)} of the target`,
  ]);
  return success({
    document: { benchmarks },
    text: table([['benchmark', 'simulated reads', 'the memory itself', 'ratio', ''], ...rows]),
    agrees: benchmarks.every(({ reads, served }) => served === reads),
  });
};
