import { cycleNs, type Window } from './vcd.js';

/** What GTKWave opens with. */
export interface View {
  /** The waveform's file, as it is found from where GTKWave is started. */
  readonly dump: string;
  readonly window: Window;
  /** The cycle that the marker stands at. */
  readonly marked: number;
  /** The path of the design in the waveform, as `TOP.bench.u_m0`. */
  readonly scope: string;
  readonly clock: string | undefined;
  /** Names and widths of the ports to show; those in `doubtful` first, in red. */
  readonly ports: readonly { readonly verilog: string; readonly width: number }[];
  readonly doubtful: string | undefined;
}

/** A save file of GTKWave that opens a waveform at a cycle, with the ports of the design. */
export function gtkw({ dump, window, marked, scope, clock, ports, doubtful }: View): string {
  const named = ({ verilog, width }: View['ports'][number]): string =>
    `${scope}.${verilog}${width === 1 ? '' : `[${width - 1}:0]`}`;
  const first = ports.filter(({ verilog }) => verilog === doubtful);
  const rest = ports.filter(({ verilog }) => verilog !== doubtful);
  return [
    '[*] written by bitloom',
    `[dumpfile] "${dump}"`,
    `[timestart] ${cycleNs * Math.max(window.first, marked - 8)}`,
    '[size] 1400 800',
    // The zoom, the marker, and no further markers a to z.
    `*-4.000000 ${cycleNs * marked}${' -1'.repeat(26)}`,
    `[treeopen] ${scope}.`,
    ...(clock === undefined ? [] : ['@28', `${scope}.${clock}`]),
    // @22 is hexadecimal, @28 binary; the colour is that of the next trace.
    ...first.flatMap((port) => ['[color] 1', port.width === 1 ? '@28' : '@22', named(port)]),
    ...rest.flatMap((port) => [port.width === 1 ? '@28' : '@22', named(port)]),
    '',
  ].join('\n');
}
