import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { build, replay, type ModelPort, type Row } from '../cosim/index.js';
import {
  calibrate,
  choose,
  dataSets,
  datapathEngine,
  dotPorts,
  int8,
  normalisations,
  prepare,
  quantise,
  range,
  readImages,
  readOnnx,
  runQuantised,
  sampleProducts,
  type Calibration,
  type DotEngine,
  type NormalisationName,
  type ProductSample,
  type QuantisedNetwork,
  type QuantiseOptions,
  type RunReport,
  type Workload,
} from '../nn/index.js';
import type { Built } from './design.js';

/** A network with what it was trained on. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly normalisation: NormalisationName;
}

export interface InferOptions {
  readonly data: string;
  /** The first so many of the test images. */
  readonly images: number;
  /** How many training images the activations' ranges are found on. */
  readonly calibrationImages: number;
  readonly seed: number;
  readonly calibration: Calibration;
  readonly quantise: QuantiseOptions;
}

export const inferDefaults: InferOptions = {
  data: 'mnist',
  images: 10000,
  calibrationImages: 1000,
  seed: 1,
  calibration: { method: 'max' },
  quantise: int8,
};

/** A network quantised for a datapath, ready to run. */
export interface Inference {
  readonly quantised: QuantisedNetwork;
  readonly workload: Workload;
  readonly engine: DotEngine;
  readonly warnings: readonly Diagnostic[];
}

/** Reads, calibrates and quantises a network, and compiles the datapath that its layers are to run on. */
export async function prepareInference(
  model: ModelFile,
  datapath: Built,
  options: InferOptions,
): Promise<Result<Inference>> {
  const bits = Math.max(options.quantise.weightBits, options.quantise.activationBits);
  const engine = datapathEngine(datapath.simplified, bits);
  const network = await readOnnx(model.bytes, model.name);
  if (!network.ok || !engine.ok) return failure(...network.diagnostics, ...engine.diagnostics);
  const prepared = prepare(network.value);
  if (!prepared.ok) return prepared;
  const normalisation = normalisations[model.normalisation];
  const size = dataSets[options.data]?.sizes.train ?? 0;
  const training = readImages(options.data, 'train', choose(options.calibrationImages, size, options.seed));
  const images = readImages(options.data, 'test', range(0, options.images));
  if (!training.ok) return training;
  if (!images.ok) return images;
  const ranges = calibrate(prepared.value, { images: training.value, normalisation }, options.calibration);
  if (!ranges.ok) return ranges;
  const quantised = quantise(prepared.value, ranges.value, options.quantise);
  if (!quantised.ok) return quantised;
  return success({
    quantised: quantised.value,
    workload: { images: images.value, normalisation },
    engine: engine.value,
    warnings: network.diagnostics,
  });
}

/** Runs all images through the datapath, compiled, and through the float network. */
export function runInference({ quantised, workload, engine }: Inference): Result<RunReport> {
  return runQuantised(quantised, workload, engine);
}

/** Inner products of the network that were replayed on the Verilog. */
export interface RtlCheck {
  readonly products: number;
  readonly beats: number;
  readonly mismatches: number;
  readonly first?: { readonly sample: ProductSample; readonly found: number };
}

/** Replays `count` of the very inner products that the network computes on the datapath's Verilog under Verilator. */
export async function replayProducts(
  { quantised, workload, engine }: Inference,
  datapath: Built,
  count: number,
  seed: number,
  cache: string,
): Promise<Result<RtlCheck>> {
  const samples = sampleProducts(quantised, workload, engine, count, seed);
  if (!samples.ok) return samples;
  const model = await build([datapath.emitted], { cache });
  if (!model.ok) return model;
  const made = rowsOf(datapath, samples.value, model.value.ports.inputs, quantised.options);
  if (!made.ok) return made;
  const { rows, results, sum } = made.value;
  const ran = await replay(model.value, rows);
  if (!ran.ok) return ran;
  const column = model.value.ports.outputs.findIndex((port) => port.name === sum);
  const width = model.value.ports.outputs[column]!.width;
  const found = results.map((row) =>
    Number(BigInt.asIntN(width, ran.value.rows[row + datapath.emitted.latency]![column]!)),
  );
  const wrong = found.flatMap((value, i) => (value === samples.value[i]!.expected ? [] : [i]));
  return success({
    products: samples.value.length,
    beats: samples.value.reduce((total, sample) => total + sample.beats.length, 0),
    mismatches: wrong.length,
    ...(wrong.length > 0 && { first: { sample: samples.value[wrong[0]!]!, found: found[wrong[0]!]! } }),
  });
}

/** The beats of all samples one behind the other, and the row in which each sum shows. */
function rowsOf(
  datapath: Built,
  samples: readonly ProductSample[],
  ports: readonly ModelPort[],
  { weightBits, activationBits }: QuantiseOptions,
): Result<{ readonly rows: Row[]; readonly results: number[]; readonly sum: string }> {
  const found = dotPorts(datapath.simplified, Math.max(weightBits, activationBits));
  if (!found.ok) return found;
  const { activations, weights, first, valid, sum } = found.value;
  const bits = activations.width / activations.lanes;
  const weightWidth = weights.width / weights.lanes;
  const rows: Row[] = [];
  const add = (
    a: readonly number[],
    w: readonly number[],
    starts: boolean,
    counts: boolean,
    reset: boolean,
  ): void => {
    const words = new Map([
      ['rst_n', reset ? 0n : 1n],
      [activations.name, packed(a, bits)],
      [weights.name, packed(w, weightWidth)],
      [first.name, starts ? 1n : 0n],
      ...(valid ? [[valid.name, counts ? 1n : 0n] as const] : []),
    ]);
    rows.push(ports.map((port) => words.get(port.name)!));
  };
  for (let i = 0; i < datapath.emitted.latency + 2; i++) add([], [], false, false, true);
  const results: number[] = [];
  for (const sample of samples) {
    sample.beats.forEach((beat, i) => add(beat.a, beat.w, i === 0, true, false));
    results.push(rows.length);
  }
  for (let i = 0; i <= datapath.emitted.latency; i++) add([], [], true, false, false);
  return success({ rows, results, sum: sum.name });
}

/** Numbers side by side in one word, the first in the lowest bits. */
function packed(numbers: readonly number[], width: number): bigint {
  return numbers.reduceRight<bigint>(
    (word, number) => (word << BigInt(width)) | BigInt.asUintN(width, BigInt(number)),
    0n,
  );
}

/** The beats of inner products of the network as words of the Verilog's input ports, for counting transitions. */
export function productBeats(
  { quantised, workload, engine }: Inference,
  datapath: Built,
  count: number,
  seed: number,
): Result<Record<string, bigint[]>> {
  const samples = sampleProducts(quantised, workload, engine, count, seed);
  if (!samples.ok) return samples;
  const { ports } = datapath.emitted;
  const names = ports.filter((port) => port.direction === 'input');
  const all: ModelPort[] = [
    { module: 0, name: 'rst_n', width: 1 },
    ...names.map((port) => ({ module: 0, name: port.name, width: port.width })),
  ];
  const made = rowsOf(datapath, samples.value, all, quantised.options);
  if (!made.ok) return made;
  const verilog = ['rst_ni', ...names.map((port) => port.verilog)];
  return success(Object.fromEntries(verilog.map((name, i) => [name, made.value.rows.map((row) => row[i]!)])));
}
