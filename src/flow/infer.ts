import { failure, fault, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import { memoryCost, type MemoryModel } from '../cost/index.js';
import {
  calibrate,
  choose,
  datapathEngine,
  findSteps,
  fittingOf,
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
  searchBits,
  unknownLayer,
  withBatchNormsFolded,
  withSizes,
  type BitSearch,
  type DotEngine,
  type MemoryArea,
  type Network,
  type NormalisationName,
  type Observations,
  type Prepared,
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
