import {
  failure,
  fault,
  maximum,
  minimum,
  read,
  success,
  wholeFile,
  wrap,
  type Diagnostic,
  type Result,
} from '../base/index.js';
import { unknownName } from '../builder/index.js';
import { heldOn, interpretRows, saif, simulateRows, vcd, type Row } from '../cosim/index.js';
import { portNames, signalsOf } from '../emit/index.js';
import { resetName, topOf, type Port } from '../ir/index.js';
import type { Built } from './design.js';
import { version } from './version.js';

/** A port's numbers, a cycle each: one, or a list of one for every element. */
type Series = readonly (number | string | readonly (number | string)[])[];

/**
 * The outputs of a design for inputs given as JSON: `{"a": [cycle 0, cycle 1, …], …}`, a cycle being a number or
 * a list of one for every element. Numbers are words read as the port's format reads them, without its point;
 * those beyond 2^53 are strings. An input that is left out is 0, and `rst_n` is 1. Outputs come without the
 * pipeline's latency: those of cycle t belong to the inputs of cycle t.
 */
export function simulate(
  built: Built,
  inputs: unknown,
  engine: 'interpreter' | 'wasm',
  file: string,
): Result<Record<string, Series>> {
  const given = inputRows(built, inputs, file);
  if (!given.ok) return given;
  const rows = given.value;
  const outputs =
    engine === 'wasm' ? simulateRows(built.simplified, rows) : interpretRows(built.written, rows);
  const numbers = topOf(built.simplified).outputs.map(
    (port, i) => [port.name, outputs.map((row) => split(port, row[i]!))] as const,
  );
  return success(Object.fromEntries(numbers));
}

/** The words of all input ports for inputs given as JSON, a row a cycle. */
export function inputRows(built: Built, inputs: unknown, file: string): Result<Row[]> {
  const top = topOf(built.simplified);
  const { series, diagnostics } = readSeries(top.inputs, inputs, file);
  if (diagnostics.length > 0) return failure(...diagnostics);
  const cycles = Math.max(0, ...[...series.values()].map((words) => words.length));
  const idle = (port: Port): bigint => (port.name === resetName ? 1n : 0n);
  return success(
    Array.from({ length: cycles }, (_, cycle) =>
      top.inputs.map((port) => series.get(port.name)?.[cycle] ?? idle(port)),
    ),
  );
}

/**
 * A waveform, as a value change dump, of the design as it is made: pipelined, with the names of its Verilog. Outputs come
 * `latency` cycles behind their inputs; the last inputs are held until theirs are out.
 */
export function simulationWaves(built: Built, rows: readonly Row[]): string {
  const { signals, made } = asMade(built, rows);
  return vcd(signals, made, { first: 0, last: made.length - 1 }, version);
}

/** The switching activity of the same run, as SAIF; a cycle takes `clockPs` picoseconds. */
export function simulationActivity(built: Built, rows: readonly Row[], clockPs: number): string {
  const { signals, made } = asMade(built, rows);
  return saif(signals, made, { clockPs, version });
}

function asMade({ optimised, emitted, axis }: Built, rows: readonly Row[]) {
  return { signals: signalsOf(optimised, portNames(axis)), made: heldOn(rows, emitted.latency) };
}

function readSeries(ports: readonly Port[], inputs: unknown, file: string) {
  const series = new Map<string, bigint[]>();
  const diagnostics: Diagnostic[] = [];
  const refuse = (message: string): void => {
    diagnostics.push(fault('bad-input', message, { place: wholeFile(file) }));
  };
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
    refuse('inputs must be an object of port names, as {"a": [1, 2], "first": [1, 0]}');
    return { series, diagnostics };
  }
  for (const [name, values] of Object.entries(inputs)) {
    const port = ports.find((one) => one.name === name);
    if (!port)
      diagnostics.push(
        unknownName(
          'input port',
          name,
          ports.map((one) => one.name),
        ),
      );
    else if (!Array.isArray(values)) refuse(`\`${name}\` must be a list with a value for each cycle`);
    else
      series.set(
        name,
        values.map((value, cycle) => pack(port, value, `\`${name}\` in cycle ${cycle}`, refuse)),
      );
  }
  return { series, diagnostics };
}

function pack(port: Port, value: unknown, what: string, refuse: (message: string) => void): bigint {
  const elements = Array.isArray(value) ? value : [value];
  const width = port.width / port.lanes;
  if (elements.length !== port.lanes) {
    refuse(`${what} has ${elements.length} elements, but the port has ${port.lanes}`);
    return 0n;
  }
  return elements.reduceRight<bigint>(
    (word, element) => (word << BigInt(width)) | one(port, width, element, what, refuse),
    0n,
  );
}

function one(
  port: Port,
  width: number,
  value: unknown,
  what: string,
  refuse: (message: string) => void,
): bigint {
  const number = integerOf(value);
  const [least, most] = [minimum(width, port.signed), maximum(width, port.signed)];
  if (number === undefined) refuse(`${what} is ${JSON.stringify(value)}, which is no integer`);
  else if (number < least || number > most)
    refuse(`${what} is ${number}, but ${port.format} goes from ${least} to ${most}`);
  else return wrap(number, width);
  return 0n;
}

function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}

/** A word as the numbers of its elements; those that JSON numbers cannot hold exactly, as text. */
function split(port: Port, word: bigint): Series[number] {
  const width = port.width / port.lanes;
  const numbers = Array.from({ length: port.lanes }, (_, k) => {
    const number = read(word >> BigInt(k * width), width, port.signed);
    return Number.isSafeInteger(Number(number)) ? Number(number) : String(number);
  });
  return port.lanes === 1 ? numbers[0]! : numbers;
}
