import { random } from '../base/index.js';
import { channel, channelDefaults, type ChannelOptions, type TimingSet } from '../hbm/index.js';

/** How fast random reads go through the model of a channel, and through the channel itself. */
export interface ChannelBenchmark {
  readonly name: string;
  readonly about: string;
  /** Reads simulated in a second of processor time, on one thread: the fastest round, as other load makes rounds slower and never faster. */
  readonly ours: number;
  /** Reads that the memory serves in a second, by the model. */
  readonly peer: number;
  readonly ratio: number;
  /** Reads a second that the model is to simulate at least. */
  readonly target: number;
  readonly reads: number;
  readonly served: number;
}

/** Reads a second that a channel's model is to reach. */
export const channelTarget = 1e6;

const rounds = 9;

/** Random reads of single bursts on a channel whose queues are never empty. */
export function benchChannel(
  timing: TimingSet,
  options: Partial<ChannelOptions> = {},
  reads = 150_000,
): ChannelBenchmark {
  const setup = { ...channelDefaults, ...options };
  const runs = Array.from({ length: rounds }, (_, round) => readRandomly(timing, setup, reads, round));
  const seconds = Math.min(...runs.map((run) => run.seconds));
  const { cycles, served } = runs[0]!;
  const [ours, peer] = [reads / seconds, reads / (cycles * timing.clockPs * 1e-12)];
  return {
    name: `channel ${timing.name} ${setup.scheduler} ${setup.page}`,
    about: 'random reads a second of processor time, single-threaded; peer: the memory that is simulated',
    ours,
    peer,
    ratio: ours / peer,
    target: channelTarget,
    reads,
    served,
  };
}

function readRandomly(timing: TimingSet, options: ChannelOptions, reads: number, seed: number) {
  const { pseudoChannels, bankGroups, banksPerGroup } = timing.organisation;
  const source = random(seed);
  const banks = Uint8Array.from({ length: reads }, () => source.below(bankGroups * banksPerGroup));
  const rows = Uint16Array.from({ length: reads }, () => source.below(16384));
  let [served, cycles] = [0, 0];
  const simulated = channel(timing, options, (_, cycle) => {
    served++;
    cycles = Math.max(cycles, cycle);
  });
  const start = process.cpuUsage();
  for (let read = 0, waiting = 0; read < reads;) {
    while (read < reads && waiting - served < 2 * options.window * pseudoChannels) {
      simulated.submit(read % pseudoChannels, banks[read]!, rows[read]!, false, 0, read);
      read++;
      waiting++;
    }
    simulated.step();
  }
  while (simulated.step());
  const { user, system } = process.cpuUsage(start);
  return { seconds: (user + system) / 1e6, served, cycles };
}
