import { Worker } from 'node:worker_threads';
import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { getJson, keyOf, putJson, type Store } from '../cache/index.js';
import { formatWidth } from '../format/index.js';
import type { Design } from '../ir/index.js';
import {
  int8,
  plainPlan,
  prepare,
  quantise,
  range,
  readWorkload,
  withBatchNormsFolded,
  type Prepared,
  type QuantisedNetwork,
  type TensorOf,
  type Workload,
} from '../nn/index.js';
import {
  buffersOf,
  layerMemory,
  levelAtVoltage,
  notFiniteWeights,
  nothingStored,
  storedNames,
  storeWeights,
  weightMemory,
  type BufferKind,
  type Buffers,
  type LayerMemory,
  type RobustOptions,
  type WeightMemory,
} from '../robust/index.js';
import type { Built } from './design.js';
import { plainDesign } from './explore-plain.js';
import {
  calibrated,
  inferDefaults,
  prepareInference,
  readNetwork,
  type Inference,
  type ModelFile,
} from './infer.js';
import { chipRunner, type ChipScore, type ChipTask } from './robust-chip.js';

/** A network in a faulty memory. */
export interface RobustPlan {
  readonly prepared: Prepared;
  readonly workload: Workload;
  readonly faulty: FaultyWeights | FaultyLayers | FaultyBuffers;
  readonly options: RobustOptions;
  /** Names of what is compared: the schemes of the weights, the one of the integers, or the datapath. */
  readonly schemes: readonly string[];
  /** of all that results depend on but the scheme and the chip */
  readonly key: string;
}

/** Its weights lie there, once for each scheme. */
export interface FaultyWeights {
  readonly kind: 'weights';
  readonly names: readonly string[];
  readonly memories: readonly WeightMemory[];
}

/** It runs on a datapath, and the weights of its layers lie there as the datapath reads them. */
export interface FaultyLayers {
  readonly kind: 'layers';
  readonly memory: LayerMemory;
  readonly datapath: Design;
}

/** It runs in integers, and what its layers read or sum lies there. */
export interface FaultyBuffers {
  readonly kind: 'buffers';
  readonly quantised: QuantisedNetwork;
  readonly buffers: Buffers;
  /** Exact arithmetic without one. */
  readonly datapath?: Design;
}

/** Reads network and data, and makes the codes of all schemes, or the network in integers. */
export async function prepareRobust(
  model: ModelFile,
  data: string,
  images: number,
  options: RobustOptions,
): Promise<Result<RobustPlan>> {
  const network = await readNetwork(model);
  const checked = network.ok ? prepare(network.value) : network;
  const test = readWorkload(data, 'test', () => range(0, images), model.normalisation);
  if (!checked.ok || !test.ok) return failure(...checked.diagnostics, ...test.diagnostics);
  const prepared = withBatchNormsFolded(checked.value);
  const { where } = options;
  const faulty =
    where === 'weights'
      ? faultyWeights(prepared, options)
      : await faultyBuffers(prepared, model, data, images, where, options);
  if (!faulty.ok) return faulty;
  const schemes = where === 'weights' ? options.schemes.map(({ name }) => name) : [`int(${options.bits})`];
  const key = keyFor(model, test.value, options);
  const plan = { prepared, workload: test.value, faulty: faulty.value, options, schemes, key };
  return success(plan, [...network.diagnostics, ...faulty.diagnostics]);
}

/** The same of a network on a datapath, quantised as by `infer` without a plan, in the calibration too. */
export async function prepareRobustOn(
  model: ModelFile,
  data: string,
  images: number,
  datapath: Built,
  options: RobustOptions,
): Promise<Result<RobustPlan>> {
  const asked = { ...inferDefaults, data, images, seed: options.seed, plan: plainPlan };
  const inference = await prepareInference(model, datapath, asked);
  if (!inference.ok) return inference;
  const plan = robustPlanOn(model, inference.value, asked.seed, options);
  return plan.ok ? success(plan.value, inference.value.warnings) : plan;
}

/**
 * Bit errors in a network that is ready to run on a datapath.
 *
 * @param seed of its calibration
 */
export function robustPlanOn(
  model: ModelFile,
  { quantised, workload, engine, designOf }: Inference,
  seed: number,
  asked: RobustOptions,
): Result<RobustPlan> {
  const options = { ...asked, bits: formatWidth(engine.weights.element) };
  const { where, sums, protection } = options;
  const datapath = designOf({ name: '' }).simplified;
  const held =
    where === 'weights'
      ? layersIn(engine.name, quantised, protection, datapath)
      : buffersIn(quantised, workload, where, sums.bits, datapath);
  if (!held.ok) return held;
  const key = keyOf({
    model: keyFor(model, workload, options),
    ...{ datapath: plainDesign(datapath), seed, where },
  });
  const schemes = [engine.name];
  return success({ prepared: quantised.prepared, workload, faulty: held.value, options, schemes, key });
}

function layersIn(
  name: string,
  quantised: QuantisedNetwork,
  protection: RobustOptions['protection'],
  datapath: Design,
): Result<FaultyLayers> {
  const memory = layerMemory(name, quantised, protection);
  return memory.ok ? success({ kind: 'layers', memory: memory.value, datapath }) : memory;
}

function buffersIn(
  quantised: QuantisedNetwork,
  workload: Workload,
  kind: BufferKind,
  sumBits: number,
  datapath?: Design,
): Result<FaultyBuffers> {
  const buffers = buffersOf(quantised, workload, kind, sumBits);
  if (!buffers.ok) return buffers;
  return success({ kind: 'buffers', quantised, buffers: buffers.value, ...(datapath && { datapath }) });
}

function faultyWeights(prepared: Prepared, options: RobustOptions): Result<FaultyWeights> {
  const names = storedNames(prepared);
  if (names.length === 0) return failure(nothingStored());
  const tensors = names.map((name) => prepared.constants.get(name) as TensorOf<'float32'>);
  const strange = names.filter((_, i) => !tensors[i]!.data.every(Number.isFinite));
  if (strange.length > 0) return failure(...strange.map(notFiniteWeights));
  const memories: WeightMemory[] = [];
  for (const scheme of options.schemes) {
    const stored = storeWeights(tensors, scheme, options.bits);
    if (!stored.ok) return stored;
    memories.push(weightMemory(stored.value, options.protection));
  }
  return success({ kind: 'weights', names, memories });
}

/** The network with weights and activations of as many bits as codes have, their ranges found as by `infer`. */
async function faultyBuffers(
  prepared: Prepared,
  model: ModelFile,
  data: string,
  images: number,
  kind: BufferKind,
  { bits, sums }: RobustOptions,
): Promise<Result<FaultyBuffers>> {
  const seen = await calibrated(prepared, model, { ...inferDefaults, data, images });
  if (!seen.ok) return seen;
  const quantised = quantise(prepared, seen.value.seen, { ...int8, weightBits: bits, activationBits: bits });
  if (!quantised.ok) return quantised;
  const faulty = buffersIn(quantised.value, seen.value.test, kind, sums.bits);
  return faulty.ok ? success(faulty.value, seen.value.warnings) : faulty;
}

function keyFor({ bytes }: ModelFile, { images, normalisation }: Workload, options: RobustOptions): string {
  const { schemes: _, chips: __, rates: ___, map, where, sums, ...same } = options;
  const { addresses, thresholds, ...array } = map?.cells ?? {};
  const measured = addresses && { ...array, addresses: bytesOf(addresses), thresholds: bytesOf(thresholds!) };
  return keyOf({
    version: 2,
    network: bytes,
    pixels: bytesOf(images.pixels),
    labels: images.labels,
    same: where === 'weights' ? same : { ...same, where, sums },
    measured,
    norm: normalisation,
  });
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What came out for a scheme. */
export interface SchemeScores {
  readonly clean: ChipScore;
  /** of each chip, at each rate in turn */
  readonly chips: readonly (readonly ChipScore[])[];
}

export interface RobustRun {
  readonly schemes: readonly SchemeScores[];
  /** chips that were known from before, of all schemes */
  readonly reused: number;
}

/**
 * Runs all chips of all schemes in threads, or in this one for 0 threads. The result does not depend on how many these are. Each chip is kept in the
 * store when it is done, rate by rate, so that a run that was interrupted, or one with more chips or other rates, goes on
 * from there.
 *
 * @param told how many of all chips are done
 */
export async function runRobust(
  plan: RobustPlan,
  threads: number,
  store: Store | undefined,
  told: (done: number, all: number) => void = () => undefined,
): Promise<Result<RobustRun>> {
  const { schemes, options } = plan;
  const { chips, rates, map } = options;
  const levels = map ? map.voltages.map(levelAtVoltage) : rates;
  const tasks = schemes.flatMap((_, scheme): ChipTask[] => [
    // At level 0 no cell is drawn: that is the memory without faults.
    { scheme, chip: undefined, levels: [0] },
    ...range(0, chips).map((chip) => ({ scheme, chip, levels })),
  ]);
  const keyAt = ({ scheme, chip }: ChipTask, level: number): string =>
    keyOf({ plan: plan.key, scheme: schemes[scheme]!, chip: chip ?? 'none', level });
  const known = (task: ChipTask) =>
    Promise.all(
      task.levels.map((level) => (store ? getJson<ChipScore>(store, keyAt(task, level)) : undefined)),
    );
  const scores = await Promise.all(tasks.map(known));
  const open = tasks.flatMap((_, i) => (scores[i]!.includes(undefined) ? [i] : []));
  const reused = tasks.length - open.length;
  let done = reused;
  const left = tasks.map((task, i) => ({
    ...task,
    levels: [...new Set(task.levels.filter((_, at) => scores[i]![at] === undefined))],
  }));
  const keep = async (i: number, found: readonly ChipScore[]): Promise<void> => {
    for (const [k, score] of found.entries()) {
      const level = left[i]!.levels[k]!;
      for (const [at, own] of tasks[i]!.levels.entries()) if (own === level) scores[i]![at] = score;
      if (store) await putJson(store, keyAt(tasks[i]!, level), score);
    }
    told(++done, tasks.length);
  };
  const faults =
    threads === 0
      ? await inTurn(plan, open, left, keep)
      : await inThreads(plan, Math.min(threads, open.length), open, left, keep);
  if (faults.length > 0) return failure(...faults);
  const of = (scheme: number): SchemeScores => {
    const [clean, ...own] = scores.slice(scheme * (chips + 1), (scheme + 1) * (chips + 1)) as ChipScore[][];
    return { clean: clean![0]!, chips: own };
  };
  return success({ schemes: schemes.map((_, scheme) => of(scheme)), reused });
}

type Keep = (task: number, scores: readonly ChipScore[]) => Promise<void>;

async function inTurn(
  plan: RobustPlan,
  open: readonly number[],
  tasks: readonly ChipTask[],
  keep: Keep,
): Promise<readonly Diagnostic[]> {
  if (open.length === 0) return [];
  const run = chipRunner(plan);
  for (const i of open) {
    const answer = run(tasks[i]!);
    if (!answer.ok) return answer.diagnostics;
    await keep(i, answer.value);
  }
  return [];
}

/** Deals open tasks to threads, each when it is free; ends at the first fault. */
async function inThreads(
  plan: RobustPlan,
  count: number,
  open: readonly number[],
  tasks: readonly ChipTask[],
  keep: Keep,
): Promise<readonly Diagnostic[]> {
  const file = new URL('./robust-worker.js', import.meta.url);
  const threads = range(0, count).map(() => new Worker(file, { workerData: plan }));
  const queue = [...open];
  const faults: Diagnostic[] = [];
  try {
    await Promise.all(
      threads.map(async (thread) => {
        for (let i = queue.shift(); i !== undefined && faults.length === 0; i = queue.shift()) {
          const answer = await ask(thread, tasks[i]!);
          if (answer.ok) await keep(i, answer.value);
          else if (faults.length === 0) faults.push(...answer.diagnostics);
        }
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return faults;
}

function ask(thread: Worker, task: ChipTask): Promise<Result<readonly ChipScore[]>> {
  return new Promise((resolve, reject) => {
    const answered = (answer: Result<readonly ChipScore[]>): void => {
      thread.off('error', reject);
      resolve(answer);
    };
    thread.once('message', answered);
    thread.once('error', reject);
    thread.postMessage(task);
  });
}
