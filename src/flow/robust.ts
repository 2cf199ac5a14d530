import { Worker } from 'node:worker_threads';
import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { getJson, keyOf, putJson, type Store } from '../cache/index.js';
import {
  prepare,
  range,
  readOnnx,
  readWorkload,
  withBatchNormsFolded,
  type Prepared,
  type TensorOf,
  type Workload,
} from '../nn/index.js';
import {
  chipFaults,
  levelAtVoltage,
  mapFaults,
  notFiniteWeights,
  nothingStored,
  readFaulty,
  scorer,
  storedNames,
  storeWeights,
  weightMemory,
  weightsRead,
  type RobustOptions,
  type WeightMemory,
} from '../robust/index.js';
import type { ModelFile } from './infer.js';

/** A network whose weights lie in a faulty memory, once for each scheme. */
export interface RobustPlan {
  readonly prepared: Prepared;
  readonly names: readonly string[];
  readonly workload: Workload;
  readonly memories: readonly WeightMemory[];
  readonly options: RobustOptions;
  /** of all that results depend on but the scheme and the chip */
  readonly key: string;
}

/** One chip with the codes of one scheme; without a chip, a memory without faults. */
export interface ChipTask {
  readonly scheme: number;
  readonly chip: number | undefined;
  /** Of the cells that fail: see `ChipFaults`. */
  readonly levels: readonly number[];
}

/** What was seen on a chip at one rate. */
export interface ChipScore {
  /** samples that the network gets wrong */
  readonly wrong: number;
  readonly wrongBits: number;
  readonly correctedWords: number;
  readonly detectedWords: number;
}

/** Reads network and data, and makes the codes of all schemes. */
export async function prepareRobust(
  model: ModelFile,
  data: string,
  images: number,
  options: RobustOptions,
): Promise<Result<RobustPlan>> {
  const network = await readOnnx(model.bytes, model.name);
  const checked = network.ok ? prepare(network.value) : network;
  const test = readWorkload(data, 'test', () => range(0, images), model.normalisation);
  if (!checked.ok || !test.ok) return failure(...checked.diagnostics, ...test.diagnostics);
  const prepared = withBatchNormsFolded(checked.value);
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
  const { pixels, labels } = test.value.images;
  const { schemes: _, chips: __, rates: ___, map, ...same } = options;
  const { addresses, thresholds, ...array } = map?.cells ?? {};
  const measured = addresses && { ...array, addresses: bytesOf(addresses), thresholds: bytesOf(thresholds!) };
  const key = keyOf({
    version: 2,
    network: model.bytes,
    pixels: bytesOf(pixels),
    labels,
    same,
    measured,
    norm: test.value.normalisation,
  });
  const plan = { prepared, names, workload: test.value, memories, options, key };
  return success(plan, network.diagnostics);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Runs tasks of a plan one by one. Faults are of the network, so the same for all tasks. */
export function chipRunner(plan: RobustPlan): (task: ChipTask) => Result<readonly ChipScore[]> {
  const { faults: model, map, seed } = plan.options;
  const score = scorer(plan.prepared, plan.names, plan.workload);
  return ({ scheme, chip, levels }) => {
    const memory = plan.memories[scheme]!;
    const cells = memory.dataBits + memory.checkBits;
    const faults =
      map && chip !== undefined
        ? mapFaults(map.cells, model.effect, cells, seed, chip)
        : chipFaults(cells, model, seed, chip ?? 0, Math.max(...levels));
    const scores: ChipScore[] = [];
    for (const level of levels) {
      const reading = readFaulty(memory, faults, level);
      const wrong = score(weightsRead(memory, reading));
      if (!wrong.ok) return wrong;
      const { codes: _, ...counts } = reading;
      scores.push({ wrong: wrong.value, ...counts });
    }
    return success(scores);
  };
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
 * Runs all chips of all schemes in threads. The result does not depend on how many these are. Each chip is kept in the
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
  const { schemes, chips, rates, map } = plan.options;
  const levels = map ? map.voltages.map(levelAtVoltage) : rates;
  const tasks = schemes.flatMap((_, scheme): ChipTask[] => [
    // At level 0 no cell is drawn: that is the memory without faults.
    { scheme, chip: undefined, levels: [0] },
    ...range(0, chips).map((chip) => ({ scheme, chip, levels })),
  ]);
  const keyAt = ({ scheme, chip }: ChipTask, level: number): string =>
    keyOf({ plan: plan.key, scheme: schemes[scheme]!.name, chip: chip ?? 'none', level });
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
  const faults = await inThreads(plan, Math.min(threads, open.length), open, left, async (i, found) => {
    for (const [k, score] of found.entries()) {
      const level = left[i]!.levels[k]!;
      for (const [at, own] of tasks[i]!.levels.entries()) if (own === level) scores[i]![at] = score;
      if (store) await putJson(store, keyAt(tasks[i]!, level), score);
    }
    told(++done, tasks.length);
  });
  if (faults.length > 0) return failure(...faults);
  const of = (scheme: number): SchemeScores => {
    const [clean, ...own] = scores.slice(scheme * (chips + 1), (scheme + 1) * (chips + 1)) as ChipScore[][];
    return { clean: clean![0]!, chips: own };
  };
  return success({ schemes: schemes.map((_, scheme) => of(scheme)), reused });
}

/** Deals open tasks to threads, each when it is free; ends at the first fault. */
async function inThreads(
  plan: RobustPlan,
  count: number,
  open: readonly number[],
  tasks: readonly ChipTask[],
  keep: (task: number, scores: readonly ChipScore[]) => Promise<void>,
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
