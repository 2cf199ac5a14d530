import { wrap } from '../base/index.js';
import type { Signal, Signals, SignalScope } from '../emit/index.js';
import { follow } from './follow.js';
import type { Row } from './stimulus.js';

/** Which cycles a waveform shows, the last one too. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

/** What a cycle takes in waveforms, in nanoseconds: the clock rises when it begins and falls in its middle. */
export const cycleNs = 10;

/**
 * A value change dump (IEEE 1364-2005, 18.2) of the design as it is made, run by the interpreter from power-up: every wire
 * and register that has a name in the Verilog, under that name and instance. The clock of cycle 0 does not rise, as the
 * registers hold what they held at power-up.
 */
export function vcd(signals: Signals, rows: readonly Row[], window: Window, version: string): string {
  const codes = new Map<string, string>();
  const lines = [`$version bitloom ${version} $end`, '$timescale 1ns $end'];
  declare(signals.top, lines, codes);
  lines.push('$enddefinitions $end');
  const shown = shownOnce(signals.top);
  const before = new Map<string, bigint>();
  const last = Math.min(window.last, rows.length - 1);
  follow(signals, rows.slice(0, last + 1), (cycle, words) => {
    if (cycle < window.first) return;
    const changes = shown.flatMap(({ id, width }) => {
      const key = keyOf(id, width);
      const word = wrap(words[id]!, width);
      if (before.get(key) === word) return [];
      before.set(key, word);
      return [change(word, width, codes.get(key)!)];
    });
    lines.push(`#${cycleNs * cycle}`);
    const clock = codes.get('clock');
    const edges = clock === undefined ? [] : [`${cycle > 0 ? 1 : 0}${clock}`];
    lines.push(
      ...(cycle === window.first ? ['$dumpvars', ...edges, ...changes, '$end'] : [...edges, ...changes]),
    );
    if (clock !== undefined) lines.push(`#${cycleNs * cycle + cycleNs / 2}`, `0${clock}`);
  });
  lines.push(`#${cycleNs * (last + 1)}`, '');
  return lines.join('\n');
}

/** A word of one node under several names has one code; of other widths, others. */
function keyOf(id: number, width: number): string {
  return `${id}/${width}`;
}

function declare(scope: SignalScope, lines: string[], codes: Map<string, string>): void {
  lines.push(`$scope module ${scope.name} $end`);
  const codeOf = (key: string): string => {
    const known = codes.get(key) ?? code(codes.size);
    codes.set(key, known);
    return known;
  };
  if (scope.clock !== undefined) lines.push(`$var wire 1 ${codeOf('clock')} ${scope.clock} $end`);
  for (const { name, width, id, kind } of scope.signals) {
    const range = width === 1 ? '' : ` [${width - 1}:0]`;
    lines.push(`$var ${kind} ${width} ${codeOf(keyOf(id, width))} ${name}${range} $end`);
  }
  for (const inner of scope.scopes) declare(inner, lines, codes);
  lines.push('$upscope $end');
}

/** The signals of all scopes, one for each code. */
function shownOnce(top: SignalScope): Signal[] {
  const found = new Map<string, Signal>();
  const walk = ({ signals, scopes }: SignalScope): void => {
    for (const signal of signals) found.set(keyOf(signal.id, signal.width), signal);
    scopes.forEach(walk);
  };
  walk(top);
  return [...found.values()];
}

function change(word: bigint, width: number, name: string): string {
  return width === 1 ? `${word}${name}` : `b${word.toString(2)} ${name}`;
}

/** The identifier number n: printable characters from `!` on. */
function code(n: number): string {
  const digit = String.fromCharCode(33 + (n % 94));
  return n < 94 ? digit : digit + code(Math.floor(n / 94) - 1);
}
