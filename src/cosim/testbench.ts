import {
  signalsOf,
  unresetRegisters,
  type Emitted,
  type EmittedFile,
  type PortEntry,
} from '../emit/index.js';
import { resetName, topOf, type Design, type Module } from '../ir/index.js';
import { render } from '../template/index.js';
import { simulateRows } from './engines.js';
import { stimulus, type Row } from './stimulus.js';

/** What a testbench is made of. */
export interface BenchSubject {
  /** As it is simulated. */
  readonly simplified: Design;
  /** As it is made: what `emitted` is the Verilog of. */
  readonly optimised: Design;
  readonly emitted: Emitted;
}

export interface BenchOptions {
  /** Inputs to try. */
  readonly vectors: number;
  readonly seed: number;
  /** The version written into the banner. */
  readonly version: string;
}

/**
 * A self-checking testbench in SystemVerilog for a design without streams, with its inputs and the outputs that are due in
 * files for `$readmemh` beside it: corners, then seeded words. It needs nothing of this toolkit.
 */
export function testbench(subject: BenchSubject, options: BenchOptions): EmittedFile[] {
  const { emitted, simplified } = subject;
  const top = topOf(simplified);
  const { rows, warmUp } = rowsFor(top, emitted, options);
  const outputs = simulateRows(simplified, rows);
  const ins = placePorts(emitted.ports.filter(({ direction }) => direction === 'input'));
  const outs = placePorts(emitted.ports.filter(({ direction }) => direction === 'output'));
  const column = new Map(top.inputs.map(({ name }, k) => [name, k]));
  // The reset stands above the inputs, and above the outputs whether they are compared.
  const inputs = rows.map((row) => [
    ...ins.ports.map((port) => row[column.get(port.name)!]!),
    row[column.get(resetName) ?? -1] ?? 1n,
  ]);
  const due = outputs.map((row, cycle) => [...row, cycle < warmUp ? 0n : 1n]);
  const inWidths = [...ins.ports.map(({ width }) => width), 1];
  const outWidths = [...outs.ports.map(({ width }) => width), 1];
  const name = emitted.top;
  const model = {
    ...benchModel(emitted, options, `row[${ins.width}]`),
    rows: rows.length,
    compared: rows.length - warmUp,
    latency: emitted.latency,
    ins: ins.ports,
    outs: outs.ports,
    inTop: ins.width,
    compareBit: outs.width,
    unreset: holdsUnreset(simplified) ? unresetRegisters(signalsOf(subject.optimised)) : [],
  };
  return [
    { name: `${name}_tb.sv`, text: render('testbench.sv', model) },
    { name: `${name}_tb_inputs.hex`, text: hexFile(inputs, inWidths) },
    { name: `${name}_tb_expected.hex`, text: hexFile(due, outWidths) },
  ];
}

/** The rows, with some at the start that bring out of the pipeline what it held at power-up. */
function rowsFor(top: Module, { latency }: Emitted, { vectors, seed }: BenchOptions) {
  const made = stimulus(top, vectors, seed, latency + 2);
  if (made.warmUp > 0) return made;
  const idle = Array.from({ length: latency + 2 }, (): Row => made.rows[0]!);
  return { rows: [...idle, ...made.rows], warmUp: idle.length };
}

/** Whether there is state that no reset reaches, which the simulators start from zero. */
function holdsUnreset({ modules }: Design): boolean {
  return modules.some(({ nodes }) => nodes.some((node) => node.kind === 'reg' && !node.reset));
}

/** What all benches say of the design under test. */
export function benchModel(emitted: Emitted, { seed, version }: BenchOptions, reset: string) {
  const pins = [
    ...(emitted.clocked ? [`.${emitted.clockPort}(clk)`] : []),
    ...(emitted.reset ? [`.${emitted.resetPort}(${reset})`] : []),
    ...emitted.ports.map(({ verilog }) => `.${verilog}(${verilog})`),
  ];
  return { top: emitted.top, seed, version, pins };
}

/** A port and its place in a word in which ports stand side by side. */
export interface PlacedPort extends PortEntry {
  readonly low: number;
  /** As a declaration has it, as `[7:0] `; empty for one bit. */
  readonly range: string;
  /** The bits that are picked from the word, as `[15:8]`. */
  readonly pick: string;
}

/** Ports side by side in one word, the first in the low bits. */
export function placePorts(ports: readonly PortEntry[]): { ports: PlacedPort[]; width: number } {
  let width = 0;
  const placed = ports.map((port) => {
    const low = width;
    width += port.width;
    const high = width - 1;
    const range = port.width === 1 ? '' : `[${port.width - 1}:0] `;
    return { ...port, low, range, pick: port.width === 1 ? `[${low}]` : `[${high}:${low}]` };
  });
  return { ports: placed, width };
}

/** Rows of words, side by side from the low bits up, a line each in hexadecimal. */
export function hexFile(rows: readonly (readonly bigint[])[], widths: readonly number[]): string {
  const digits = Math.ceil(widths.reduce((sum, width) => sum + width, 0) / 4);
  const line = (row: readonly bigint[]): string =>
    row
      .reduceRight((all, word, k) => (all << BigInt(widths[k]!)) | word, 0n)
      .toString(16)
      .padStart(digits, '0');
  return rows.map((row) => `${line(row)}\n`).join('');
}
