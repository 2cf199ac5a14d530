import type { Channel, ChannelOptions, CommandName, TimingSet } from '../../src/hbm/index.js';
import { earliest, type Command } from './rules.js';

export interface Request {
  readonly pseudo: number;
  readonly bank: number;
  readonly row: number;
  readonly isWrite: boolean;
  readonly arrival: number;
}

/** A request that was submitted; its place in the list of all of them is its age. */
interface Waiting extends Request {
  readonly age: number;
  readonly tag: number;
}

interface Candidate {
  readonly command: Command;
  /** Columns before activates, those before precharges. */
  readonly rank: number;
  readonly request: Waiting;
}

/**
 * The schedule of a channel, written for reading: before every command all requests are looked at anew, and the earliest time
 * of a command comes from the table of rules and the commands so far.
 */
export function slowChannel(
  timing: TimingSet,
  { scheduler, page, window, refresh }: ChannelOptions,
  onData: (tag: number, cycle: number) => void,
  onCommand: (cycle: number, pseudo: number, name: CommandName, bank: number, row: number) => void,
): Pick<Channel, 'submit' | 'step'> {
  const { cycles: t, organisation } = timing;
  const pseudos = Array.from({ length: organisation.pseudoChannels }, (_, pseudo) => pseudo);
  const trace: Command[] = [];
  const queues: Waiting[][] = pseudos.map(() => []);
  const windows: Waiting[][] = pseudos.map(() => []);
  const open = pseudos.map(() => new Map<number, number>());
  const passed = pseudos.map(() => new Map<number, number>());
  const due = pseudos.map(() => (refresh ? t.REFI : Infinity));
  let [now, age] = [0, 0];

  /** What a bank wants next. */
  function wish(pseudo: number, bank: number): readonly [CommandName, Waiting] | undefined {
    const own = windows[pseudo]!.filter((request) => request.bank === bank);
    const row = open[pseudo]!.get(bank);
    if (own.length === 0) return undefined;
    if (row === undefined) return ['ACT', own[0]!];
    const allowed =
      scheduler === 'in-order'
        ? windows[pseudo]!.slice(0, 1).filter((request) => request.bank === bank)
        : own.slice(0, passed[pseudo]!.get(bank)! >= 16 ? 1 : own.length);
    const hit = allowed.find((request) => request.row === row);
    if (hit) return [hit.isWrite ? 'WR' : 'RD', hit];
    return own[0]!.row === row ? undefined : ['PRE', own[0]!];
  }

  function candidates(pseudo: number): readonly Candidate[] {
    return [...new Set(windows[pseudo]!.map(({ bank }) => bank))].flatMap((bank) => {
      const found = wish(pseudo, bank);
      if (!found) return [];
      const [name, request] = found;
      const command = { cycle: now, pseudo, name, bank, row: name === 'PRE' ? -1 : request.row };
      const cycle = earliest(timing, trace, command);
      if (cycle >= due[pseudo]!) return [];
      return [{ command: { ...command, cycle }, rank: ['ACT', 'PRE'].indexOf(name) + 1, request }];
    });
  }

  /** Closing all banks, or their refresh. */
  function refreshing(pseudo: number): Command {
    const name = open[pseudo]!.size > 0 ? 'PREA' : 'REF';
    const command: Command = { cycle: Math.max(now, due[pseudo]!), pseudo, name, bank: -1, row: -1 };
    return { ...command, cycle: earliest(timing, trace, command) };
  }

  function choose(): { readonly command: Command; readonly request?: Waiting } | undefined {
    const all = pseudos.flatMap(candidates);
    const order = (a: Candidate, b: Candidate): number =>
      a.command.cycle - b.command.cycle || a.rank - b.rank || a.request.age - b.request.age;
    let best: { readonly command: Command; readonly request?: Waiting } | undefined = all.sort(order)[0];
    for (const pseudo of pseudos) {
      const cycle = best?.command.cycle ?? Infinity;
      if (cycle < due[pseudo]! || due[pseudo] === Infinity) continue;
      const command = refreshing(pseudo);
      if (command.cycle < cycle) best = { command };
    }
    return best;
  }

  /** Requests that have come, as far as there is room; and when the next one comes. */
  function admit(): number {
    const next = pseudos.map((pseudo) => {
      const queue = queues[pseudo]!;
      while (queue.length > 0 && windows[pseudo]!.length < window && queue[0]!.arrival <= now)
        windows[pseudo]!.push(queue.shift()!);
      return windows[pseudo]!.length < window ? (queue[0]?.arrival ?? Infinity) : Infinity;
    });
    return Math.min(...next);
  }

  function give(given: Command, request: Waiting | undefined): void {
    const { pseudo, bank, row } = given;
    const rows = open[pseudo]!;
    let command = given;
    if (given.name === 'RD' || given.name === 'WR') {
      const own = windows[pseudo]!.filter((one) => one.bank === bank);
      passed[pseudo]!.set(bank, own[0] === request ? 0 : passed[pseudo]!.get(bank)! + 1);
      windows[pseudo] = windows[pseudo]!.filter((one) => one !== request);
      const closing = page === 'closed' && !own.some((one) => one !== request && one.row === row);
      if (closing) {
        rows.delete(bank);
        command = { ...given, name: `${given.name}A` };
      }
    } else if (given.name === 'ACT') {
      rows.set(bank, row);
      passed[pseudo]!.set(bank, 0);
    } else if (given.name === 'PRE') rows.delete(bank);
    else if (given.name === 'PREA') rows.clear();
    else due[pseudo]! += t.REFI;
    trace.push(command);
    onCommand(command.cycle, pseudo, command.name, bank, row);
    if (given.name === 'RD') onData(request!.tag, given.cycle + t.CL + t.BL);
    if (given.name === 'WR') onData(request!.tag, given.cycle + t.CWL + t.BL);
  }

  function step(): boolean {
    if ([...queues, ...windows].every(({ length }) => length === 0)) return false;
    for (;;) {
      const next = admit();
      const best = choose();
      if (best && best.command.cycle < next) {
        now = best.command.cycle;
        give(best.command, best.request);
        return true;
      }
      now = next;
    }
  }

  return {
    submit: (pseudo, bank, row, isWrite, arrival, tag) =>
      void queues[pseudo]!.push({ pseudo, bank, row, isWrite, arrival, age: age++, tag }),
    step,
  };
}
