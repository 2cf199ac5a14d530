import {
  finishDatapath,
  inputPort,
  outputPort,
  pipeline,
  resolve,
  startDatapath,
  typeWidth,
  type Arguments,
} from '../../src/builder/index.js';
import type { Design } from '../../src/ir/index.js';
import type { Operator } from '../../src/ops/index.js';
import { simplify } from '../../src/pass/index.js';
import { compile } from '../../src/sim/index.js';

/** Words of a port, one for each operation. */
export type Column = ArrayLike<number>;

/** An operator ready to run over many operands at once. Ports are at most 32 bits wide, but for outputs of 64. */
export interface Bench {
  readonly parameters: Arguments;
  /** The words of each output for columns of input words; a wide output has the low half first, then the high one. */
  run(columns: readonly Column[]): Column[];
  /** What the reference gives for one row of input words. */
  due(row: readonly number[]): number[];
}

export function bench(operator: Operator, given: Arguments): Bench {
  const resolved = resolve(operator.parameters, given);
  const broken = resolved.ok ? (operator.rules?.(resolved.value) ?? []) : resolved.diagnostics;
  if (!resolved.ok || broken.length > 0) throw new Error(broken.map((one) => one.message).join('\n'));
  const parameters = resolved.value;
  const ports = operator.ports(parameters);
  const compiled = compile(simplify(designOf(operator, parameters)));
  const reference = operator.reference(parameters);
  return {
    parameters,
    run(columns) {
      const streams = columns[0]!.length;
      compiled.allocate({ cycles: 1, streams });
      ports.inputs.forEach(({ name }, i) => compiled.input(name).set(columns[i]!));
      compiled.run();
      return ports.outputs.flatMap(({ name, type }) => {
        const width = typeWidth(type);
        const words = compiled.output(name);
        return width <= 32
          ? [unsigned(words.subarray(0, streams), width)]
          : [0, compiled.rowStreams].map((from) => unsigned(words.subarray(from, from + streams), 32));
      });
    },
    due: (row) => reference(row.map((word) => [BigInt(word >>> 0)])).map(([word]) => Number(word)),
  };
}

/** Elements of signed ports are signed numbers. */
function unsigned(words: Column, width: number): Column {
  const mask = 2 ** width - 1;
  return Uint32Array.from(words, (word) => word & mask);
}

export function designOf(
  operator: Operator,
  parameters: Arguments,
  name = operator.name,
  stages = 0,
): Design {
  const datapath = startDatapath(name);
  const ports = operator.ports(parameters);
  const inputs = ports.inputs.map((port) => inputPort(datapath, port.name, port.type));
  const outputs = operator.build(datapath, parameters, inputs);
  ports.outputs.forEach((port, i) => outputPort(datapath, port.name, outputs[i]!, port.type));
  pipeline(datapath, stages);
  const design = finishDatapath(datapath, operator.about);
  if (!design) throw new Error(datapath.diagnostics.map((one) => one.message).join('\n'));
  return design;
}

/**
 * The first rows in which the first output is not what `due` says, for people; empty where there are none.
 *
 * @param due the word for row `i`
 */
export function wrongWords(
  name: string,
  columns: readonly Column[],
  found: Column,
  due: (i: number) => number,
): string[] {
  const wrong: string[] = [];
  for (let i = 0; i < found.length && wrong.length < 4; i++) {
    const word = due(i);
    if (found[i] !== word)
      wrong.push(
        `${name} ${columns.map((column) => hex(column[i]!)).join(' ')}: ${hex(found[i]!)}, not ${hex(word)}`,
      );
  }
  return wrong;
}

/** The same for all outputs against the operator's reference, every `step`th row. */
export function wrongByReference(
  made: Bench,
  name: string,
  columns: readonly Column[],
  found: readonly Column[],
  step = 1,
): string[] {
  const wrong: string[] = [];
  for (let i = 0; i < columns[0]!.length && wrong.length < 4; i += step) {
    const row = columns.map((column) => column[i]!);
    const due = made.due(row);
    if (due.some((word, k) => word !== found[k]![i]))
      wrong.push(
        `${name} ${row.map(hex).join(' ')}: ${found.map((column) => hex(column[i]!)).join(' ')}, not ${due.map(hex).join(' ')}`,
      );
  }
  return wrong;
}

function hex(word: number): string {
  return `0x${(word >>> 0).toString(16)}`;
}

/** All words of that many bits. */
export function allCodes(width: number): Uint32Array {
  return Uint32Array.from({ length: 2 ** width }, (_, code) => code);
}

/** Every pair of words of `a` and `b` bits. */
export function allPairs(a: number, b: number): readonly [Uint32Array, Uint32Array] {
  const low = 2 ** b - 1;
  const codes = allCodes(a + b);
  return [codes.map((code) => code >>> b), codes.map((code) => code & low)];
}
