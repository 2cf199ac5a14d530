import { read, type Random } from '../../src/base/index.js';
import type { Arguments } from '../../src/builder/index.js';
import { simulateRows } from '../../src/cosim/index.js';
import { operatorSubject } from '../../src/flow/index.js';
import type { Fixed } from '../../src/format/index.js';
import { topOf, type Port } from '../../src/ir/index.js';
import { parametersOf, type Operator } from '../../src/ops/index.js';

/** The words of a port's elements. */
export type Words = readonly bigint[];

/** The words of all output ports, element by element, cycle for cycle; a reset comes first where there is one. */
export function run(
  operator: Operator,
  given: Arguments,
  cycles: readonly (readonly Words[])[],
): bigint[][][] {
  const p = parametersOf(operator, [], given);
  if (!p.ok) throw new Error(p.diagnostics[0]!.message);
  const { simplified } = operatorSubject(operator, p.value, 'unit', 0);
  const { inputs, outputs } = topOf(simplified);
  const clocked = inputs.some((port) => port.name === 'rst_n');
  const rows = cycles.map((ports) => {
    let next = 0;
    return inputs.map((port) => (port.name === 'rst_n' ? 1n : join(port, ports[next++]!)));
  });
  const held = clocked ? [inputs.map(() => 0n)] : [];
  const found = simulateRows(simplified, [...held, ...rows]).slice(held.length);
  return found.map((row) => outputs.map((port, k) => split(port, row[k]!)));
}

function join({ width, lanes }: Port, words: Words): bigint {
  return words.reduceRight((all, word) => (all << BigInt(width / lanes)) | word, 0n);
}

function split({ width, lanes, signed }: Port, word: bigint): bigint[] {
  const step = width / lanes;
  return Array.from({ length: lanes }, (_, k) => read(word >> BigInt(k * step), step, signed));
}

/** Weights by their lists, output by output. */
export interface Layer {
  readonly bits: readonly number[];
  readonly signs: readonly number[];
  readonly outputs: number;
}

/** Seeded weights of at most `most` bits. */
export function layerOf(count: number, outputs: number, most: number, source: Random): Layer {
  const bits = Array.from({ length: count }, () => 1 + source.below(most));
  return { bits, signs: bits.map((own) => source.below(2 ** own)), outputs };
}

/** +1, −1 or 0: plane `plane` of a weight. */
export function sign({ bits, signs }: Layer, weight: number, plane: number): number {
  if (plane >= bits[weight]!) return 0;
  return signs[weight]!.toString(2)
    .padStart(8, '0')
    .at(-1 - plane) === '1'
    ? 1
    : -1;
}

/** Sums of planes by the definition, an output after the other. */
export function planesOf(layer: Layer, activations: readonly number[]): number[] {
  const lanes = layer.bits.length / layer.outputs;
  const planes = Math.max(...layer.bits);
  return Array.from({ length: layer.outputs * planes }, (_, row) => {
    const [output, plane] = [Math.floor(row / planes), row % planes];
    return activations.reduce((sum, a, i) => sum + a * sign(layer, output * lanes + i, plane), 0);
  });
}

/** The word of a number. */
export const encode = (a: number, { width }: Fixed): bigint => BigInt.asUintN(width, BigInt(a));
