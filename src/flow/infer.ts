import { failure, fault, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import { build, replay, type Model, type ModelPort, type Row } from '../cosim/index.js';
import { numberDecoder, numberFormatOf } from '../format/index.js';
import { memoryCost, type MemoryModel } from '../cost/index.js';
import type { Port } from '../ir/index.js';
import {
  calibrate,
  choose,
  datapathEngine,
  dotPorts,
  findSteps,
  fittingOf,
  imageProducts,
  int8,
  isDataSet,
  namesFiles,
  planOptions,
  prepare,
  quantise,
  range,
  readOwnData,
  readWorkload,
  readOnnx,
  runQuantised,
  sampleProducts,
  searchBits,
  unknownLayer,
  withBatchNormsFolded,
  withSizes,
  type Beat,
  type BitSearch,
  type DotEngine,
  type MemoryArea,
  type Network,
  type NormalisationName,
  type Observations,
  type Prepared,
  type ProductSample,
  type QuantisedNetwork,
  type QuantiseOptions,
  type QuantPlan,
  type RunReport,
  type Split,
  type Workload,
} from '../nn/index.js';
import type { Built } from './design.js';

/** A network with what it was trained on. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly normalisation: NormalisationName;
  /** Of dimensions of its inputs that the file leaves open, by their names. */
  readonly sizes?: Readonly<Record<string, number>>;
}

export interface InferOptions {
  readonly data: string;
  /** The first so many of the test images. */
  readonly images: number;
  /** How many training images the activations' ranges are found on. */
  readonly calibrationImages: number;
  readonly seed: number;
  /** of all layers, where there is no plan */
  readonly quantise: QuantiseOptions;
  readonly plan?: QuantPlan;
  /** of a budget of area */
  readonly memory?: MemoryModel;
}

/** The designs that layers run on: one for all, and others for single layers by their names. */
export interface Datapaths {
  readonly main: Built;
  readonly layers: ReadonlyMap<string, Built>;
}

export const inferDefaults: InferOptions = {
  data: 'mnist',
  images: 10000,
  calibrationImages: 1000,
  seed: 1,
  quantise: int8,
};

/** A network quantised for datapaths, ready to run. */
export interface Inference {
  readonly quantised: QuantisedNetwork;
  readonly workload: Workload;
  /** that of the main datapath */
  readonly engine: DotEngine;
  readonly engineOf: (layer: { readonly name: string }) => DotEngine;
  readonly designOf: (layer: { readonly name: string }) => Built;
  /** of widths, where the plan has a budget */
  readonly search?: BitSearch;
  readonly warnings: readonly Diagnostic[];
}

/** What a network gives on images in float, whatever datapath it is to run on. */
export interface Calibrated {
  readonly training: Workload;
  readonly test: Workload;
  readonly seen: Observations;
  readonly warnings: readonly Diagnostic[];
}

/** The network of a file, with sizes for what it leaves open. */
export async function readNetwork({ bytes, name, sizes = {} }: ModelFile): Promise<Result<Network>> {
  const network = await readOnnx(bytes, name);
  if (!network.ok) return network;
  const all = network.value.inputs.flatMap(({ dims = [] }) => dims.slice(1));
  const open = [...new Set(all.filter((size) => typeof size === 'string'))];
  const strange = Object.keys(sizes).filter((one) => !open.includes(one));
  if (strange.length > 0) return failure(...strange.map((one) => noOpenSize(name, one, open)));
  return success(withSizes(network.value, sizes), network.diagnostics);
}

function noOpenSize(file: string, name: string, open: readonly string[]): Diagnostic {
  return fault('unknown-name', `no input of ${file} leaves a size \`${name}\` open`, {
    hint: open.length > 0 ? suggest(name, open) : 'all sizes but the number of images are stated there',
  });
}

/** Reads training and test images, and observes a network's values on the training images. */
export async function calibrated(
  prepared: Prepared,
  model: ModelFile,
  options: InferOptions,
): Promise<Result<Calibrated>> {
  const seen = await observed(prepared, model, options);
  if (!seen.ok) return seen;
  const test = await testImages(prepared, model, options);
  return test.ok ? success({ ...seen.value, test: test.value }) : test;
}

/** Reads training images, and observes a network's values on them. */
export async function observed(
  prepared: Prepared,
  { normalisation }: ModelFile,
  { data, calibrationImages, seed }: InferOptions,
): Promise<Result<Omit<Calibrated, 'test'>>> {
  const read = dataReader(data, prepared, normalisation);
  const training = await read('train', (size) => choose(calibrationImages, size, seed));
  const seen = training.ok ? calibrate(prepared, training.value) : training;
  if (!training.ok || !seen.ok) return failure(...seen.diagnostics);
  return success({ training: training.value, seen: seen.value, warnings: training.diagnostics });
}

/** Reads the first so many test images. */
export function testImages(
  prepared: Prepared,
  { normalisation }: ModelFile,
  { data, images }: InferOptions,
): Promise<Result<Workload>> {
  return dataReader(data, prepared, normalisation)('test', () => range(0, images));
}

/**
 * Reads, calibrates and quantises a network, and compiles the datapaths that its layers are to run on.
 *
 * @param calibration gives what `calibrated` does, which several datapaths can share
 */
export async function prepareInference(
  model: ModelFile,
  datapaths: Built | Datapaths,
  options: InferOptions,
  calibration: typeof calibrated = calibrated,
): Promise<Result<Inference>> {
  const { main, layers } =
    'main' in datapaths ? datapaths : { main: datapaths, layers: new Map<string, Built>() };
  const designs = [...new Set([main, ...layers.values()])];
  const made = designs.map((design) => datapathEngine(design.simplified));
  const network = await readNetwork(model);
  const engines = new Map(designs.flatMap((design, i) => (made[i]!.ok ? [[design, made[i]!.value]] : [])));
  if (!network.ok || engines.size < designs.length)
    return failure(...network.diagnostics, ...made.flatMap(({ diagnostics }) => diagnostics));
  const checked = prepare(network.value);
  if (!checked.ok) return checked;
  const prepared = withBatchNormsFolded(checked.value);
  const designOf = ({ name }: { readonly name: string }): Built => layers.get(name) ?? main;
  const engineOf = (layer: { readonly name: string }): DotEngine => engines.get(designOf(layer))!;
  const plan: QuantPlan = options.plan ?? { all: options.quantise, layers: {} };
  const own = findSteps(prepared).flatMap((step) => (step.kind === 'affine' ? [step.affine] : []));
  const fits = planOptions(plan, own, engineOf);
  const strange = [...layers.keys()].filter((name) => !own.some((layer) => layer.name === name));
  if (!fits.ok || strange.length > 0) {
    const names = own.map(({ name }) => name);
    return failure(...fits.diagnostics, ...strange.map((name) => unknownLayer(name, names)));
  }
  const ready = await calibration(prepared, model, options);
  if (!ready.ok) return ready;
  const { training, test, seen, warnings } = ready.value;
  const searched = plan.budget
    ? searchBits(prepared, seen, fits.value, plan.budget, training, engineOf, areaOf(options.memory))
    : success(undefined);
  if (!searched.ok) return searched;
  const quantised = quantise(prepared, seen, searched.value?.optionsOf ?? fits.value);
  if (!quantised.ok) return quantised;
  return success({
    quantised: quantised.value,
    workload: test,
    engine: engines.get(main)!,
    engineOf,
    designOf,
    ...(searched.value && { search: searched.value.search }),
    warnings: [...network.diagnostics, ...warnings, ...quantised.diagnostics],
  });
}

/** Areas of memories with one port; infinite where the model has none of such a size. */
function areaOf(memory: MemoryModel | undefined): MemoryArea | undefined {
  if (!memory) return undefined;
  return (words, width) => {
    const cost = memoryCost(memory, { words, width, ports: 1 });
    return (cost.ok ? cost.value.areaUm2 : undefined) ?? Infinity;
  };
}

type Reader = (split: Split, positions: (size: number) => readonly number[]) => Promise<Result<Workload>>;

/** Reads a data set by its name, or files of the user's that fit the network. */
function dataReader(data: string, prepared: Prepared, normalisation: NormalisationName): Reader {
  const isOwn = !isDataSet(data) && namesFiles(data);
  return async (split, positions) => {
    if (!isOwn) return readWorkload(data, split, positions, normalisation);
    return readOwnData(data, split, positions, normalisation, fittingOf(prepared));
  };
}

/** Runs all images through the datapath, compiled, and through the float network. */
export function runInference({ quantised, workload, engineOf }: Inference): Result<RunReport> {
  return runQuantised(quantised, workload, engineOf);
}

/** Inner products of the network that were replayed on the Verilog. */
export interface RtlCheck {
  /** images all of whose inner products were replayed; 0 where these were drawn */
  readonly images: number;
  readonly products: number;
  readonly beats: number;
  readonly mismatches: number;
  readonly first?: { readonly sample: ProductSample; readonly found: number };
}

/** What is replayed: so many inner products drawn at random, or all of the first so many images. */
export type RtlWish = { readonly products: number; readonly seed: number } | { readonly images: number };

/** How many beats are replayed in one run of the model: their words are held in memory. */
const beatsAtOnce = 100_000;

/** Replays the very inner products that the network computes on the datapaths' Verilog under Verilator. */
export async function replayProducts(
  inference: Inference,
  wish: RtlWish,
  cache: string,
): Promise<Result<RtlCheck>> {
  const { quantised, workload, engineOf, designOf } = inference;
  const drawn =
    'images' in wish
      ? imageProducts(quantised, workload, engineOf, wish.images)
      : eachSample(sampleProducts(quantised, workload, engineOf, wish.products, wish.seed));
  const images = 'images' in wish ? Math.min(wish.images, workload.images.count) : 0;
  let check: RtlCheck = { images, products: 0, beats: 0, mismatches: 0 };
  const models = new Map<Built, Model>();
  let samples: ProductSample[] = [];
  let beats = 0;
  const flush = async (): Promise<Result<undefined>> => {
    for (const design of new Set(samples.map(({ layer }) => designOf({ name: layer })))) {
      const own = samples.filter(({ layer }) => designOf({ name: layer }) === design);
      const model = models.has(design)
        ? success(models.get(design)!)
        : await build([design.emitted], { cache });
      if (!model.ok) return model;
      models.set(design, model.value);
      const done = await replayed(own, design, model.value);
      if (!done.ok) return done;
      check = joined(check, done.value);
    }
    [samples, beats] = [[], 0];
    return success(undefined);
  };
  for (const sample of drawn) {
    if (!sample.ok) return sample;
    samples.push(sample.value);
    beats += sample.value.beats.length;
    if (beats < beatsAtOnce) continue;
    const done = await flush();
    if (!done.ok) return done;
  }
  const done = await flush();
  return done.ok ? success(check) : done;
}

function* eachSample(samples: Result<readonly ProductSample[]>): Generator<Result<ProductSample>> {
  if (!samples.ok) yield samples;
  else for (const sample of samples.value) yield success(sample);
}

function joined(a: RtlCheck, b: RtlCheck): RtlCheck {
  const first = a.first ?? b.first;
  return {
    images: a.images,
    products: a.products + b.products,
    beats: a.beats + b.beats,
    mismatches: a.mismatches + b.mismatches,
    ...(first && { first }),
  };
}

async function replayed(
  samples: readonly ProductSample[],
  datapath: Built,
  model: Model,
): Promise<Result<RtlCheck>> {
  if (samples.length === 0) return success({ images: 0, products: 0, beats: 0, mismatches: 0 });
  const made = rowsOf(datapath, samples, model.ports.inputs);
  if (!made.ok) return made;
  const { rows, results, sum } = made.value;
  const ran = await replay(model, rows);
  if (!ran.ok) return ran;
  const column = model.ports.outputs.findIndex((port) => port.name === sum.name);
  const read = sumReader(sum);
  const found = results.map((row) => read(ran.value.rows[row + datapath.emitted.latency]![column]!));
  const wrong = found.flatMap((value, i) => (Object.is(value + 0, samples[i]!.expected + 0) ? [] : [i]));
  return success({
    images: 0,
    products: samples.length,
    beats: samples.reduce((total, sample) => total + sample.beats.length, 0),
    mismatches: wrong.length,
    ...(wrong.length > 0 && { first: { sample: samples[wrong[0]!]!, found: found[wrong[0]!]! } }),
  });
}

/** The number that a word of the sum's port stands for: whole for integers. */
function sumReader(sum: Port): (word: bigint) => number {
  const format = numberFormatOf(sum.format);
  if (!format.ok || format.value.kind === 'fixed') return (word) => Number(BigInt.asIntN(sum.width, word));
  const decode = numberDecoder(format.value);
  return (word) => decode(Number(word));
}

/** The beats of all samples one behind the other, and the row in which each sum shows. */
function rowsOf(
  datapath: Built,
  samples: readonly ProductSample[],
  ports: readonly ModelPort[],
): Result<{ readonly rows: Row[]; readonly results: number[]; readonly sum: Port }> {
  const found = dotPorts(datapath.simplified);
  if (!found.ok) return found;
  const { activations, weights, activationScales, weightScales, first, valid, sum } = found.value;
  const rows: Row[] = [];
  const idle: Beat = { a: [], w: [] };
  const add = (beat: Beat, starts: boolean, counts: boolean, reset: boolean): void => {
    const words = new Map([
      ['rst_n', reset ? 0n : 1n],
      [activations.name, packed(beat.a, activations)],
      [weights.name, packed(beat.w, weights)],
      [first.name, starts ? 1n : 0n],
    ]);
    if (valid) words.set(valid.name, counts ? 1n : 0n);
    if (activationScales) words.set(activationScales.name, packed(beat.aScales ?? [], activationScales));
    if (weightScales) words.set(weightScales.name, packed(beat.wScales ?? [], weightScales));
    rows.push(ports.map((port) => words.get(port.name)!));
  };
  for (let i = 0; i < datapath.emitted.latency + 2; i++) add(idle, false, false, true);
  const results: number[] = [];
  for (const sample of samples) {
    sample.beats.forEach((beat, i) => add(beat, i === 0, true, false));
    results.push(rows.length);
  }
  for (let i = 0; i <= datapath.emitted.latency; i++) add(idle, true, false, false);
  return success({ rows, results, sum });
}

/** Numbers side by side in one word of a port, the first in the lowest bits. */
function packed(numbers: readonly number[], { width, lanes }: Port): bigint {
  const bits = width / lanes;
  return numbers.reduceRight<bigint>(
    (word, number) => (word << BigInt(bits)) | BigInt.asUintN(bits, BigInt(number)),
    0n,
  );
}

/**
 * The beats of inner products of the network, or of one layer of it, as words of the Verilog's input ports, for counting
 * transitions.
 */
export function productBeats(
  { quantised, workload, engineOf, designOf }: Inference,
  datapath: Built,
  count: number,
  seed: number,
  layer?: string,
): Result<Record<string, bigint[]>> {
  const drawn = sampleProducts(quantised, workload, engineOf, count, seed, layer);
  if (!drawn.ok) return drawn;
  const own = drawn.value.filter(({ layer }) => designOf({ name: layer }) === datapath);
  const { ports } = datapath.emitted;
  const names = ports.filter((port) => port.direction === 'input');
  const all: ModelPort[] = [
    { module: 0, name: 'rst_n', width: 1 },
    ...names.map((port) => ({ module: 0, name: port.name, width: port.width })),
  ];
  const made = rowsOf(datapath, own, all);
  if (!made.ok) return made;
  const verilog = ['rst_ni', ...names.map((port) => port.verilog)];
  return success(Object.fromEntries(verilog.map((name, i) => [name, made.value.rows.map((row) => row[i]!)])));
}
