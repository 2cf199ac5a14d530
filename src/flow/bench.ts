import { success, type Result } from '../base/index.js';
import { build, type Model, type Row } from '../cosim/index.js';
import { topOf } from '../ir/index.js';
import { compile, interpret } from '../sim/index.js';
import type { Built } from './design.js';
import { measure } from './bench-measure.js';
import {
  compareOutputs,
  sequenceOf,
  vectorsOf,
  type Extent,
  type Vectors,
  type WordAt,
} from './bench-vectors.js';

/** What kinds of designs are compared; each has its own target. */
export type BenchKind = 'inner products' | 'stateless' | 'state' | 'multi-cycle' | 'gates';

/** How many times the peer's speed each kind is to reach at least. */
export const targets: Readonly<Record<BenchKind, number>> = {
  'inner products': 40,
  stateless: 10,
  state: 5,
  'multi-cycle': 5,
  gates: 20,
};

/** A comparison of speed with a peer, both measured in one run on one thread. */
export interface Benchmark {
  readonly name: string;
  readonly kind: BenchKind;
  readonly about: string;
  /** Vectors per second: the fastest of all rounds. */
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly target: number;
  /** How many vectors there are, and how many bytes they and the outputs take in our buffers. */
  readonly vectors: number;
  readonly bytes: number;
  /** Words that the two gave for the same inputs, and how many differ. */
  readonly checked: number;
  readonly mismatches: number;
  /** Nodes of the simulated design, its instances in place, or cells of the netlist. */
  readonly nodes: number;
  /** Seconds from the design to code that runs. */
  readonly compileSeconds: { readonly ours: number; readonly peer: number };
}

/** The least ratio of each kind beside its target. */
export interface BenchSummary {
  readonly kind: BenchKind;
  readonly target: number;
  readonly least: number;
  readonly design: string;
  readonly met: boolean;
}

export type BenchDesign = Pick<Built, 'name' | 'simplified' | 'emitted'>;

/** As many vectors as a second-level cache holds with their outputs: longer sequences are a test of the memory. */
export const cachedExtent: Extent = { cycles: 12, streams: 320 };
/** As many for designs that take some cycles for a word; with streams for all turns of a long cycle's parts. */
export const longExtent: Extent = { cycles: 20, streams: 192 };
/** As many for designs without state, which have no use for cycles. */
export const flatExtent: Extent = { cycles: 1, streams: 3840 };

/**
 * Vectors per second of the compiled simulation beside Verilator's, for the same design and the same vectors, both
 * single-threaded. What makes and reads the vectors counts for neither. Rounds alternate, and the fastest count. Our
 * streams lie one behind the other in Verilator's sequence, each beginning with a reset.
 */
export async function benchSimulation(
  design: BenchDesign,
  kind: BenchKind,
  cache: string,
  extent: Extent = extentOf(design, kind),
  rounds = 11,
): Promise<Result<Benchmark>> {
  const vectors = vectorsOf(design, extent);
  const peer = await buildPeer(design, cache);
  if (!peer.ok) return peer;
  const ours = oursOf(design, vectors, extent);
  const measured = await measure(ours, peer.value.model, sequenceOf(vectors, extent), rounds);
  if (!measured.ok) return measured;
  const { rows, ...speeds } = measured.value;
  const again = ours.again();
  const compared = outlivesReset(design)
    ? both(compareWhole(design, rows, extent), compareInterpreted(design, vectors, again))
    : compareOutputs(design, again, rows, extent);
  return success({
    name: `sim ${design.name}`,
    kind,
    about: `vectors per second, single-threaded; peer: Verilator`,
    ...speeds,
    target: targets[kind],
    vectors: extent.cycles * extent.streams,
    bytes: ours.bytes,
    ...compared,
    nodes: ours.nodes,
    compileSeconds: { ours: ours.compileSeconds, peer: peer.value.seconds },
  });
}

function extentOf(design: BenchDesign, kind: BenchKind): Extent {
  if (kind === 'multi-cycle') return longExtent;
  return hasState(design) ? cachedExtent : flatExtent;
}

function hasState({ simplified }: BenchDesign): boolean {
  return simplified.modules.some(
    ({ memories, nodes }) => memories.length > 0 || nodes.some(({ kind }) => kind === 'reg'),
  );
}

export async function buildPeer(
  design: Pick<BenchDesign, 'emitted'>,
  cache: string,
): Promise<Result<{ readonly model: Model; readonly seconds: number }>> {
  const start = performance.now();
  const model = await build([design.emitted], { cache });
  if (!model.ok) return model;
  return success({ model: model.value, seconds: (performance.now() - start) / 1000 });
}

function oursOf(design: BenchDesign, vectors: Vectors, { cycles, streams }: Extent) {
  const start = performance.now();
  const compiled = compile(design.simplified);
  compiled.allocate({ cycles, streams, drivenReset: true });
  const compileSeconds = (performance.now() - start) / 1000;
  for (const [name, rows] of vectors)
    rows.forEach((row, cycle) => row.forEach((word, stream) => compiled.setWord(name, cycle, stream, word)));
  const { inputs, outputs } = compiled.module;
  const bytes = [
    ...inputs.map(({ name }) => compiled.input(name)),
    ...outputs.map(({ name }) => compiled.output(name)),
  ].reduce((sum, elements) => sum + elements.byteLength, 0);
  const again = (): WordAt => {
    compiled.restart();
    compiled.run();
    return compiled.word;
  };
  return { run: () => compiled.run(), again, bytes, compileSeconds, nodes: compiled.module.nodes.length };
}

/** Whether a stream sees anything of the one before it in the peer's sequence. */
function outlivesReset({ simplified }: BenchDesign): boolean {
  return simplified.modules.some(
    ({ memories, nodes }) => memories.length > 0 || nodes.some((node) => node.kind === 'reg' && !node.reset),
  );
}

/** What streams give by themselves is then not what the sequence gives: it is run as one. */
function compareWhole(design: BenchDesign, rows: readonly Row[], extent: Extent) {
  const cycles = extent.cycles * extent.streams;
  const compiled = compile(design.simplified);
  compiled.allocate({ cycles, streams: 1, drivenReset: true });
  const sequence = sequenceOf(vectorsOf(design, extent), extent);
  topOf(design.simplified).inputs.forEach(({ name }, i) =>
    sequence.forEach((row, cycle) => compiled.setWord(name, cycle, 0, row[i]!)),
  );
  compiled.run();
  return compareOutputs(design, compiled.word, rows, { cycles, streams: 1 });
}

interface Compared {
  readonly checked: number;
  readonly mismatches: number;
}

function both(a: Compared, b: Compared): Compared {
  return { checked: a.checked + b.checked, mismatches: a.mismatches + b.mismatches };
}

/** The first streams of what was timed beside the interpreter. */
function compareInterpreted(design: BenchDesign, vectors: Vectors, word: WordAt): Compared {
  let [checked, mismatches] = [0, 0];
  for (let stream = 0; stream < 2; stream++) {
    const engine = interpret(design.simplified);
    const cycles = vectors.values().next().value?.length ?? 0;
    for (let cycle = 0; cycle < cycles; cycle++) {
      const inputs = [...vectors].map(([name, rows]) => [name, rows[cycle]![stream]!] as const);
      for (const [name, expected] of Object.entries(engine.step(Object.fromEntries(inputs)))) {
        checked++;
        if (word(name, cycle, stream) !== expected) mismatches++;
      }
    }
  }
  return { checked, mismatches };
}

/** The least ratio of each kind. */
export function summariseBenchmarks(benchmarks: readonly Benchmark[]): BenchSummary[] {
  return (Object.keys(targets) as BenchKind[]).flatMap((kind) => {
    const [worst] = benchmarks.filter((one) => one.kind === kind).sort((a, b) => a.ratio - b.ratio);
    if (!worst) return [];
    const { target, ratio } = worst;
    return [{ kind, target, least: ratio, design: worst.name, met: ratio >= target }];
  });
}
