/** `in-order`: data come in the order of the requests; `fr-fcfs`: what is ready first goes first, among equals the oldest. */
export const schedulers = ['fr-fcfs', 'in-order'] as const;
/** `open`: rows stay open until another is needed; `closed`: a row closes with its last request that is known. */
export const pagePolicies = ['open', 'closed'] as const;

export interface ChannelOptions {
  readonly scheduler: (typeof schedulers)[number];
  readonly page: (typeof pagePolicies)[number];
  /** How many requests of a pseudo-channel are looked at together. */
  readonly window: number;
  readonly refresh: boolean;
}

export const channelDefaults: ChannelOptions = {
  scheduler: 'fr-fcfs',
  page: 'open',
  window: 32,
  refresh: true,
};

/** Commands of a DRAM. RDA and WRA close the row behind them; PREA and REF go to all banks of a pseudo-channel. */
export type CommandName = 'ACT' | 'PRE' | 'PREA' | 'RD' | 'RDA' | 'WR' | 'WRA' | 'REF';

/** Told of every command: its clock, pseudo-channel, bank (−1 for all) and row (−1 where none is named). */
export type CommandSink = (
  cycle: number,
  pseudo: number,
  name: CommandName,
  bank: number,
  row: number,
) => void;

/** Told when a request's data have passed the pins: the clock behind them. */
export type DataSink = (tag: number, cycle: number) => void;

/** What happened on a channel. */
export interface ChannelCounts {
  readonly reads: number;
  readonly writes: number;
  readonly activates: number;
  /** Requests that found their row open, none open, and another open. */
  readonly hits: number;
  readonly misses: number;
  readonly conflicts: number;
  readonly refreshes: number;
  /** Clocks in which the data pins of each pseudo-channel were busy. */
  readonly busy: readonly number[];
}

/** A channel: pseudo-channels that share command pins, with the requests that wait for them. */
export interface Channel {
  /** Adds a request. Those of a pseudo-channel must come in the order of their arrival. `tag` is for the data sink. */
  submit(pseudo: number, bank: number, row: number, isWrite: boolean, arrival: number, tag: number): void;
  /**
   * Gives the next command, if any request waits and, where a clock is given, if the command comes before it. Requests that are
   * submitted behind that must arrive no earlier than that clock.
   */
  step(before?: number): boolean;
  counts(): ChannelCounts;
}
