import type { Signals, SignalScope } from '../emit/index.js';
import { follow, idsOf } from './follow.js';
import type { Row } from './stimulus.js';

/** How often a bit was 1, and how often it changed from one cycle to the next. */
export interface BitActivity {
  readonly ones: number;
  readonly toggles: number;
}

/** The activity of every bit of the words that have a name, by their nodes in the flattened design. */
export function activityOf(signals: Signals, rows: readonly Row[]): ReadonlyMap<number, BitActivity[]> {
  const counts = new Map<number, { ones: number; toggles: number }[]>();
  const before = new Map<number, bigint>();
  const ids = idsOf(signals.top);
  const widths = widthsOf(signals.top);
  for (const id of ids)
    counts.set(
      id,
      Array.from({ length: widths.get(id)! }, () => ({ ones: 0, toggles: 0 })),
    );
  follow(signals, rows, (_, words) => {
    for (const id of ids) {
      const word = words[id]!;
      const changed = word ^ (before.get(id) ?? word);
      before.set(id, word);
      counts.get(id)!.forEach((bit, k) => {
        if ((word >> BigInt(k)) & 1n) bit.ones++;
        if ((changed >> BigInt(k)) & 1n) bit.toggles++;
      });
    }
  });
  return counts;
}

function widthsOf(top: SignalScope): Map<number, number> {
  const widths = new Map<number, number>();
  const walk = ({ signals, scopes }: SignalScope): void => {
    for (const { id, width } of signals) widths.set(id, Math.max(width, widths.get(id) ?? 0));
    scopes.forEach(walk);
  };
  walk(top);
  return widths;
}

export interface SaifOptions {
  /** What a cycle takes, in picoseconds. */
  readonly clockPs: number;
  readonly version: string;
}

/**
 * The switching activity of the design as it is made, in the Switching Activity Interchange Format 2.0 (IEEE 1801-2018,
 * annex I): for each bit of each named word the picoseconds at 0 and 1 (T0, T1) and the changes (TC). Words are those at the end of a
 * cycle, so there are no glitches (IG) and nothing is unknown (TX). A clock changes twice a cycle.
 */
export function saif(signals: Signals, rows: readonly Row[], { clockPs, version }: SaifOptions): string {
  const activity = activityOf(signals, rows);
  const cycles = rows.length;
  const entry = (name: string, t1: number, toggles: number): string =>
    `(${name} (T0 ${(cycles * clockPs - t1).toFixed(0)}) (T1 ${t1.toFixed(0)}) (TX 0) (TC ${toggles}) (IG 0))`;
  const instance = (scope: SignalScope): string[] => {
    const nets = scope.signals.flatMap(({ name, width, id }) =>
      activity
        .get(id)!
        .slice(0, width)
        .map(({ ones, toggles }, k) =>
          entry(width === 1 ? name : `${name}\\[${k}\\]`, ones * clockPs, toggles),
        ),
    );
    const clock =
      scope.clock === undefined ? [] : [entry(scope.clock, Math.floor((cycles * clockPs) / 2), 2 * cycles)];
    const inner = [...section('(NET', [...clock, ...nets]), ...scope.scopes.flatMap(instance)];
    return section(`(INSTANCE ${scope.name}`, inner);
  };
  return [
    '(SAIFILE',
    '(SAIFVERSION "2.0")',
    '(DIRECTION "backward")',
    '(DESIGN )',
    '(VENDOR "bitloom")',
    '(PROGRAM_NAME "bitloom")',
    `(VERSION "${version}")`,
    '(DIVIDER / )',
    '(TIMESCALE 1 ps)',
    `(DURATION ${cycles * clockPs})`,
    ...instance(signals.top),
    ')',
    '',
  ].join('\n');
}

function section(head: string, lines: readonly string[]): string[] {
  return [head, ...lines.map((line) => `  ${line}`), ')'];
}
