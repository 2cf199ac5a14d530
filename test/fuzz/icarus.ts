import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emitted } from '../../src/emit/index.js';

/** The words of ports in one cycle, by their names without suffix. */
type Row = Readonly<Record<string, bigint>>;

/** Whether Icarus Verilog is installed. */
export function hasIcarus(): boolean {
  try {
    execFileSync('iverilog', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs emitted Verilog under Icarus Verilog: every row is put on the inputs, the outputs are read, and the clock rises.
 *
 * @returns outputs of every cycle as binary text, in the order of the ports; with `x` for bits that are not known
 */
export function runIcarus(emitted: Emitted, rows: readonly Row[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'bitloom-icarus-'));
  try {
    const files = emitted.verilog.map(({ name, text }) => {
      writeFileSync(join(folder, name), text);
      return name;
    });
    writeFileSync(join(folder, 'bench.v'), benchOf(emitted, rows));
    execFileSync('iverilog', ['-g2005', '-o', 'bench', 'bench.v', ...files], { cwd: folder, stdio: 'pipe' });
    const printed = execFileSync('vvp', ['-n', 'bench'], { cwd: folder, encoding: 'utf8' });
    return printed
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' '));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function benchOf({ top, ports, clocked, reset }: Emitted, rows: readonly Row[]): string {
  const inputs = ports.filter((port) => port.direction === 'input');
  const outputs = ports.filter((port) => port.direction === 'output');
  const pins = [
    ...(clocked ? ['.clk_i(clk)'] : []),
    ...(reset ? ['.rst_ni(rst_n)'] : []),
    ...ports.map((port) => `.${port.verilog}(${port.verilog})`),
  ];
  const set = (row: Row): string => {
    const words = inputs.map(
      (port) =>
        `${port.verilog} = ${port.width}'h${BigInt.asUintN(port.width, row[port.name]!).toString(16)};`,
    );
    return [...words, ...(reset ? [`rst_n = 1'b${row['rst_n'] ?? 1n};`] : [])].join(' ');
  };
  const format = outputs.map(() => '%b').join(' ');
  const names = outputs.map((port) => port.verilog).join(', ');
  return [
    '`timescale 1ns/1ns',
    'module bench;',
    'reg clk = 0; reg rst_n = 1;',
    ...inputs.map((port) => `reg [${port.width - 1}:0] ${port.verilog};`),
    ...outputs.map((port) => `wire [${port.width - 1}:0] ${port.verilog};`),
    `${top} unit (${pins.join(', ')});`,
    'initial begin',
    ...rows.map((row) => `${set(row)} #1 $display("${format}", ${names}); clk = 1; #1 clk = 0; #1;`),
    '$finish;',
    'end',
    'endmodule',
    '',
  ].join('\n');
}
