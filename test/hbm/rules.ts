import type { CommandName, TimingSet } from '../../src/hbm/index.js';

export interface Command {
  readonly cycle: number;
  readonly pseudo: number;
  readonly name: CommandName;
  readonly bank: number;
  readonly row: number;
}

/** Where two commands must lie for a rule to hold between them. */
type Scope = 'bank' | 'group' | 'other' | 'pseudo';

interface Rule {
  readonly name: string;
  readonly first: string;
  readonly second: string;
  readonly scope: Scope;
  readonly least: number;
}

/**
 * What JEDEC's standards ask of pairs of commands, as a table. Written for checking, from the definitions of the
 * timings; it shares nothing with the simulator. A closing read or write is a precharge at its own earliest time.
 */
function rules({ cycles: t }: TimingSet): readonly Rule[] {
  const rd = 'RD RDA';
  const wr = 'WR WRA';
  const written = t.CWL + t.BL;
  return [
    { name: 'RC', first: 'ACT', second: 'ACT', scope: 'bank', least: t.RC },
    { name: 'RAS', first: 'ACT', second: 'PRE PREA', scope: 'bank', least: t.RAS },
    { name: 'RCDRD', first: 'ACT', second: rd, scope: 'bank', least: t.RCDRD },
    { name: 'RCDWR', first: 'ACT', second: wr, scope: 'bank', least: t.RCDWR },
    { name: 'RP', first: 'PRE PREA', second: 'ACT REF', scope: 'bank', least: t.RP },
    { name: 'RAS+RP', first: 'ACT', second: 'ACT REF', scope: 'bank', least: t.RAS + t.RP },
    { name: 'RTP', first: 'RD', second: 'PRE PREA', scope: 'bank', least: t.RTP },
    { name: 'RTP', first: 'RDA', second: 'PREA', scope: 'bank', least: t.RTP },
    { name: 'RTP+RP', first: rd, second: 'ACT REF', scope: 'bank', least: t.RTP + t.RP },
    { name: 'WR', first: 'WR', second: 'PRE PREA', scope: 'bank', least: written + t.WR },
    { name: 'WR', first: 'WRA', second: 'PREA', scope: 'bank', least: written + t.WR },
    { name: 'WR+RP', first: wr, second: 'ACT REF', scope: 'bank', least: written + t.WR + t.RP },
    { name: 'RRDL', first: 'ACT', second: 'ACT', scope: 'group', least: t.RRDL },
    { name: 'RRDS', first: 'ACT', second: 'ACT', scope: 'other', least: t.RRDS },
    { name: 'CCDL', first: rd, second: rd, scope: 'group', least: t.CCDL },
    { name: 'CCDL', first: wr, second: wr, scope: 'group', least: t.CCDL },
    { name: 'CCDS', first: rd, second: rd, scope: 'other', least: t.CCDS },
    { name: 'CCDS', first: wr, second: wr, scope: 'other', least: t.CCDS },
    { name: 'BL', first: rd, second: rd, scope: 'pseudo', least: t.BL },
    { name: 'BL', first: wr, second: wr, scope: 'pseudo', least: t.BL },
    { name: 'WTRL', first: wr, second: rd, scope: 'group', least: written + t.WTRL },
    { name: 'WTRS', first: wr, second: rd, scope: 'other', least: written + t.WTRS },
    { name: 'RTW', first: rd, second: wr, scope: 'pseudo', least: t.CL + t.BL + 2 - t.CWL },
    { name: 'PPD', first: 'PRE PREA', second: 'PRE PREA', scope: 'pseudo', least: t.PPD },
    { name: 'RC', first: 'ACT', second: 'REF', scope: 'bank', least: t.RC },
    { name: 'RFC', first: 'REF', second: 'ACT REF', scope: 'pseudo', least: t.RFC },
  ];
}

/** All that a trace of commands does against the standard: sentences, none for a legal trace. */
export function violations(timing: TimingSet, trace: readonly Command[]): readonly string[] {
  const found: string[] = [];
  const all = rules(timing);
  const reach = Math.max(...all.map(({ least }) => least), timing.cycles.FAW);
  trace.forEach((command, at) => {
    for (let before = at - 1; before >= 0; before--) {
      const earlier = trace[before]!;
      const distance = command.cycle - earlier.cycle;
      if (distance >= reach) break;
      for (const rule of all)
        if (distance < rule.least && applies(timing, rule, earlier, command))
          found.push(`${rule.name}: ${text(earlier)} to ${text(command)} is ${distance}, not ${rule.least}`);
    }
  });
  return [
    ...found,
    ...activateWindows(timing, trace),
    ...closedRows(timing, trace),
    ...buses(timing, trace),
    ...refreshes(timing, trace),
  ];
}

/** When a command may be given at the earliest behind those so far: not before its own cycle. */
export function earliest(timing: TimingSet, trace: readonly Command[], command: Command): number {
  const all = rulesFor(timing, command.name);
  const { FAW } = timing.cycles;
  const acts =
    command.name === 'ACT'
      ? trace.filter(({ name, pseudo }) => name === 'ACT' && pseudo === command.pseudo)
      : [];
  let cycle = Math.max(command.cycle, acts.length >= 4 ? acts.at(-4)!.cycle + FAW : 0);
  const isSameBus = (other: Command): boolean =>
    !timing.organisation.splitCommandBus || isColumn(other) === isColumn(command);
  const last = trace.findLast(isSameBus);
  if (last) cycle = Math.max(cycle, last.cycle + slotsOf(timing, last));
  for (let before = trace.length - 1; before >= 0; before--) {
    const earlier = trace[before]!;
    if (earlier.cycle + all.reach <= cycle) break;
    for (const rule of all.behind.get(earlier.name) ?? [])
      if (earlier.cycle + rule.least > cycle && applies(timing, rule, earlier, command))
        cycle = earlier.cycle + rule.least;
  }
  return cycle;
}

/** The rules that a command must keep, by the command before it. */
interface RulesFor {
  readonly behind: ReadonlyMap<string, readonly Rule[]>;
  readonly reach: number;
}

const known = new Map<string, RulesFor>();

function rulesFor(timing: TimingSet, second: CommandName): RulesFor {
  const key = `${timing.name} ${second}`;
  const before = known.get(key);
  if (before) return before;
  const own = rules(timing).filter((rule) => rule.second.split(' ').includes(second));
  const firsts = new Set(own.flatMap(({ first }) => first.split(' ')));
  const made = {
    behind: new Map(
      [...firsts].map((name) => [name, own.filter((rule) => rule.first.split(' ').includes(name))]),
    ),
    reach: Math.max(...own.map(({ least }) => least)),
  };
  known.set(key, made);
  return made;
}

function isColumn({ name }: Command): boolean {
  return /^(RD|WR)A?$/.test(name);
}

/** How long a command has the pins. */
function slotsOf({ organisation }: TimingSet, { name }: Command): number {
  return name === 'ACT' ? organisation.activateSlots : 1;
}

function applies({ organisation }: TimingSet, rule: Rule, a: Command, b: Command): boolean {
  if (a.pseudo !== b.pseudo) return false;
  if (!rule.first.split(' ').includes(a.name) || !rule.second.split(' ').includes(b.name)) return false;
  const whole = a.bank < 0 || b.bank < 0;
  const group = (bank: number): number => Math.floor(bank / organisation.banksPerGroup);
  switch (rule.scope) {
    case 'pseudo':
      return true;
    case 'bank':
      return whole || a.bank === b.bank;
    case 'group':
      return group(a.bank) === group(b.bank);
    case 'other':
      return group(a.bank) !== group(b.bank);
  }
}

/** No more than four activates within FAW. */
function activateWindows({ cycles }: TimingSet, trace: readonly Command[]): readonly string[] {
  return byPseudo(trace).flatMap((own) => {
    const acts = own.filter(({ name }) => name === 'ACT');
    return acts.flatMap((act, at) =>
      at >= 4 && act.cycle - acts[at - 4]!.cycle < cycles.FAW ? [`FAW: ${text(act)}`] : [],
    );
  });
}

/** Columns only of open rows, activates only of closed banks, refreshes only where all are closed. */
function closedRows(_: TimingSet, trace: readonly Command[]): readonly string[] {
  return byPseudo(trace).flatMap((own) => {
    const open = new Map<number, number>();
    return own.flatMap((command) => {
      const { name, bank, row } = command;
      const isColumn = name.startsWith('RD') || name.startsWith('WR');
      const wrong =
        (isColumn && open.get(bank) !== row) ||
        ((name === 'ACT' || name === 'PRE') && open.has(bank) === (name === 'ACT')) ||
        (name === 'REF' && open.size > 0);
      if (name === 'ACT') open.set(bank, row);
      else if (name === 'PREA') open.clear();
      else if (name === 'PRE' || name.endsWith('A')) open.delete(bank);
      return wrong ? [`state: ${text(command)}`] : [];
    });
  });
}

/** One command at a time on the command pins, an activate on as many slots as it takes. */
function buses(timing: TimingSet, trace: readonly Command[]): readonly string[] {
  const sets = timing.organisation.splitCommandBus
    ? [trace.filter(isColumn), trace.filter((command) => !isColumn(command))]
    : [trace];
  return sets.flatMap((own) =>
    own.flatMap((command, at) => {
      const earlier = own[at - 1];
      return earlier && command.cycle - earlier.cycle < slotsOf(timing, earlier)
        ? [`bus: ${text(command)}`]
        : [];
    }),
  );
}

/** A refresh for every interval that has gone by, at most a closing and a refresh late. */
function refreshes({ cycles }: TimingSet, trace: readonly Command[]): readonly string[] {
  return byPseudo(trace).flatMap((own) => {
    const late = own
      .filter(({ name }) => name === 'REF')
      .map(({ cycle }, at) => cycle - (at + 1) * cycles.REFI);
    return late.some((by) => by < 0 || by > cycles.RC + cycles.RFC)
      ? [`REFI: ${Math.max(...late)} late`]
      : [];
  });
}

function byPseudo(trace: readonly Command[]): readonly (readonly Command[])[] {
  return [0, 1].map((pseudo) => trace.filter((command) => command.pseudo === pseudo));
}

function text({ cycle, name, pseudo, bank }: Command): string {
  return `${name} ${pseudo}.${bank} at ${cycle}`;
}
