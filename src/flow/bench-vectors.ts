import { random } from '../base/index.js';
import type { Row } from '../cosim/index.js';
import { resetName, topOf } from '../ir/index.js';
import type { BenchDesign } from './bench.js';

export interface Extent {
  readonly cycles: number;
  readonly streams: number;
}

/** Random words by port, `[cycle][stream]`; reset is held in the first cycle of every stream. */
export type Vectors = ReadonlyMap<string, readonly (readonly bigint[])[]>;

export function vectorsOf(design: BenchDesign, { cycles, streams }: Extent, seed = 1): Vectors {
  const source = random(seed);
  const word = (name: string, width: number, cycle: number): bigint =>
    name === resetName ? (cycle === 0 ? 0n : 1n) : source.word(width);
  return new Map(
    topOf(design.simplified).inputs.map((port) => [
      port.name,
      Array.from({ length: cycles }, (_, cycle) =>
        Array.from({ length: streams }, () => word(port.name, port.width, cycle)),
      ),
    ]),
  );
}

/** All streams one behind the other, as one sequence. */
export function sequenceOf(vectors: Vectors, { cycles, streams }: Extent): Row[] {
  const columns = [...vectors.values()];
  const rows: Row[] = [];
  for (let stream = 0; stream < streams; stream++)
    for (let cycle = 0; cycle < cycles; cycle++) rows.push(columns.map((column) => column[cycle]![stream]!));
  return rows;
}

/** A word of an output port. */
export type WordAt = (name: string, cycle: number, stream: number) => bigint;

/** Compares a sequence's outputs, which come later by the design's latency, with words by stream. */
export function compareOutputs(
  design: BenchDesign,
  word: WordAt,
  rows: readonly Row[],
  { cycles, streams }: Extent,
): { readonly checked: number; readonly mismatches: number } {
  const { inputs, outputs } = topOf(design.simplified);
  const { latency } = design.emitted;
  // Where there is a reset the first cycle is its, in which the sequence still shows the stream before.
  const first = inputs.some(({ name }) => name === resetName) ? 1 : 0;
  let [checked, mismatches] = [0, 0];
  for (let stream = 0; stream < streams; stream++)
    for (let cycle = first; cycle < cycles; cycle++) {
      const row = rows[stream * cycles + cycle + latency];
      outputs.forEach((port, i) => {
        if (!row) return;
        checked++;
        if (row[i] !== word(port.name, cycle, stream)) mismatches++;
      });
    }
  return { checked, mismatches };
}
