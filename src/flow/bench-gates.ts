import { success, type Result } from '../base/index.js';
import { resetName } from '../ir/index.js';
import { compile } from '../sim/index.js';
import {
  cellModels,
  compileGates,
  synthesize,
  type Gates,
  type Technology,
  type YosysOptions,
} from '../synth/index.js';
import { buildPeer, targets, type BenchDesign, type Benchmark } from './bench.js';
import { measure } from './bench-measure.js';
import {
  compareOutputs,
  sequenceOf,
  vectorsOf,
  type Extent,
  type Vectors,
  type WordAt,
} from './bench-vectors.js';

/** Streams fill whole words of 128; cycles are few, as both take time. */
const gateExtent: Extent = { cycles: 16, streams: 512 };

/**
 * The same for the netlist that a design is mapped to: gate by gate on both sides, the peer running the netlist's
 * Verilog with a module for each cell. Both are compared with the design.
 */
export async function benchGates(
  design: BenchDesign,
  technology: Technology,
  cache: string,
  options: YosysOptions = {},
  rounds = 11,
): Promise<Result<Benchmark>> {
  const { emitted } = design;
  const files = Object.fromEntries(emitted.verilog.map((file) => [file.name, file.text]));
  const synthesis = await synthesize({ files, top: emitted.top }, technology, {}, options);
  if (!synthesis.ok) return synthesis;
  const { netlist, verilog } = synthesis.value;
  const mapped = {
    ...emitted,
    verilog: [{ name: `${emitted.top}.v`, text: verilog }, ...cellModels(netlist)],
  };
  const peer = await buildPeer({ emitted: mapped }, cache);
  if (!peer.ok) return peer;

  const start = performance.now();
  const gates = compileGates(netlist);
  if (!gates.ok) return gates;
  const { simulator } = gates.value;
  simulator.allocate(gateExtent);
  const seconds = (performance.now() - start) / 1000;
  const vectors = vectorsOf(design, gateExtent);
  const names = new Map(emitted.ports.map((port) => [port.name, port.verilog]));
  names.set(resetName, 'rst_ni');
  for (const [name, rows] of vectors)
    rows.forEach((row, cycle) =>
      row.forEach((word, stream) => simulator.setWord(names.get(name)!, cycle, stream, word)),
    );
  const measured = await measure(simulator, peer.value.model, sequenceOf(vectors, gateExtent), rounds);
  if (!measured.ok) return measured;
  const { rows, ...speeds } = measured.value;
  const expected = designWords(design, vectors);
  const theirs = compareOutputs(design, expected, rows, gateExtent);
  const own = ownMismatches(design, expected, (name, cycle, stream) =>
    simulator.word(names.get(name)!, cycle, stream),
  );
  return success({
    name: `gates ${design.name} ${technology.name}`,
    kind: 'gates',
    about:
      'vectors per second through the mapped netlist, single-threaded; peer: Verilator on the same netlist',
    ...speeds,
    target: targets.gates,
    vectors: gateExtent.cycles * gateExtent.streams,
    bytes: bytesOf(emitted, simulator, names),
    checked: theirs.checked + own.checked,
    mismatches: theirs.mismatches + own.mismatches,
    nodes: netlist.instances.length,
    compileSeconds: { ours: seconds, peer: peer.value.seconds },
  });
}

/** What the design gives for the vectors. */
function designWords(design: BenchDesign, vectors: Vectors): WordAt {
  const compiled = compile(design.simplified);
  compiled.allocate({ ...gateExtent, drivenReset: true });
  for (const [name, rows] of vectors)
    rows.forEach((row, cycle) => row.forEach((word, stream) => compiled.setWord(name, cycle, stream, word)));
  compiled.run();
  return compiled.word;
}

/** Our gates beside the design, which shows its words without the pipeline's latency. */
function ownMismatches({ emitted }: BenchDesign, expected: WordAt, word: WordAt) {
  const outputs = emitted.ports.filter((port) => port.direction === 'output');
  let [checked, mismatches] = [0, 0];
  for (let stream = 0; stream < gateExtent.streams; stream++)
    for (let cycle = 1; cycle + emitted.latency < gateExtent.cycles; cycle++)
      for (const { name } of outputs) {
        checked++;
        if (word(name, cycle + emitted.latency, stream) !== expected(name, cycle, stream)) mismatches++;
      }
  return { checked, mismatches };
}

function bytesOf(
  { ports }: BenchDesign['emitted'],
  { input, output }: Gates['simulator'],
  names: ReadonlyMap<string, string>,
): number {
  return ports.reduce(
    (sum, { name, direction }) => sum + (direction === 'input' ? input : output)(names.get(name)!).byteLength,
    0,
  );
}
