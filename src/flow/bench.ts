import { random, success, type Result } from '../base/index.js';
import { build, replay, type Row } from '../cosim/index.js';
import { resetName, topOf } from '../ir/index.js';
import { compile } from '../sim/index.js';
import type { Built } from './design.js';

/** A comparison of speed with a peer, both measured in one run on one thread. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  /** Vectors per second. */
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly vectors: number;
  /** Words that the two gave for the same inputs, and how many differ. */
  readonly checked: number;
  readonly mismatches: number;
  readonly nodes: number;
  /** Seconds from the design to code that runs. */
  readonly compileSeconds: { readonly ours: number; readonly peer: number };
}

/**
 * Vectors per second of the compiled simulation beside Verilator's, for the same design and the same vectors, both
 * single-threaded. What makes and reads the vectors counts for neither. Rounds alternate; the best of each counts.
 * The design runs as many streams as there are vectors to Verilator's sequence: both do the same work a vector.
 */
export async function benchSimulation(built: Built, cache: string, rounds = 7): Promise<Result<Benchmark>> {
  const cycles = 64;
  const streams = 4096;
  const made = vectorsOf(built, cycles, streams, 1);
  const peerStart = performance.now();
  const model = await build([built.emitted], { cache });
  if (!model.ok) return model;
  const peerSeconds = (performance.now() - peerStart) / 1000;
  const ours = oursOf(built, made, cycles, streams);
  const peerRows = sequenceOf(made, cycles, streams);
  const vectors = cycles * streams;
  let [best, bestPeer] = [0, 0];
  let outputs: readonly Row[] = [];
  for (let round = 0; round < rounds; round++) {
    best = Math.max(best, vectors / ours.run());
    const ran = await replay(model.value, peerRows, { repeat: 3 });
    if (!ran.ok) return ran;
    bestPeer = Math.max(bestPeer, peerRows.length / ran.value.seconds);
    outputs = ran.value.rows;
  }
  const { checked, mismatches } = compareOutputs(built, ours.word, outputs, cycles, streams);
  return success({
    name: `sim ${built.name}`,
    about: `vectors per second, single-threaded; peer: Verilator`,
    ours: best,
    peer: bestPeer,
    ratio: best / bestPeer,
    vectors,
    checked,
    mismatches,
    nodes: topOf(built.simplified).nodes.length,
    compileSeconds: { ours: ours.compileSeconds, peer: peerSeconds },
  });
}

/** Random words by port, `[cycle][stream]`; reset is held in the first cycle of every stream. */
type Vectors = ReadonlyMap<string, readonly (readonly bigint[])[]>;

function vectorsOf(built: Built, cycles: number, streams: number, seed: number): Vectors {
  const source = random(seed);
  const word = (name: string, width: number, cycle: number): bigint =>
    name === resetName ? (cycle === 0 ? 0n : 1n) : source.word(width);
  return new Map(
    topOf(built.simplified).inputs.map((port) => [
      port.name,
      Array.from({ length: cycles }, (_, cycle) =>
        Array.from({ length: streams }, () => word(port.name, port.width, cycle)),
      ),
    ]),
  );
}

function oursOf(built: Built, vectors: Vectors, cycles: number, streams: number) {
  const start = performance.now();
  const compiled = compile(built.simplified);
  compiled.allocate({ cycles, streams, drivenReset: vectors.has(resetName) });
  const compileSeconds = (performance.now() - start) / 1000;
  for (const [name, rows] of vectors)
    rows.forEach((row, cycle) => row.forEach((word, stream) => compiled.setWord(name, cycle, stream, word)));
  const run = (): number => {
    compiled.restart();
    const from = performance.now();
    compiled.run();
    return (performance.now() - from) / 1000;
  };
  // The first runs tier the code up.
  for (let i = 0; i < 5; i++) run();
  return { run, compileSeconds, word: compiled.word };
}

/** All streams one behind the other, as one sequence: each begins with a reset. */
function sequenceOf(vectors: Vectors, cycles: number, streams: number): Row[] {
  const columns = [...vectors.values()];
  const rows: Row[] = [];
  for (let stream = 0; stream < streams; stream++)
    for (let cycle = 0; cycle < cycles; cycle++) rows.push(columns.map((column) => column[cycle]![stream]!));
  return rows;
}

function compareOutputs(
  built: Built,
  word: (name: string, cycle: number, stream: number) => bigint,
  rows: readonly Row[],
  cycles: number,
  streams: number,
) {
  const { outputs } = topOf(built.simplified);
  const { latency } = built.emitted;
  let [checked, mismatches] = [0, 0];
  for (let stream = 0; stream < streams; stream++)
    // The first cycle is the reset's, in which the sequence still shows the stream before.
    for (let cycle = 1; cycle < cycles; cycle++) {
      const row = rows[stream * cycles + cycle + latency];
      outputs.forEach((port, i) => {
        if (!row) return;
        checked++;
        if (row[i] !== word(port.name, cycle, stream)) mismatches++;
      });
    }
  return { checked, mismatches };
}
