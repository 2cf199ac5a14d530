import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random, success, type Result } from '../base/index.js';
import type { Arguments } from '../builder/index.js';
import { buildMemoryModel, runOnMemories, type MemoryBehaviour } from '../cosim/index.js';
import { emit, type Emitted } from '../emit/index.js';
import {
  channelImage,
  chipContents,
  engineName,
  engineParameters,
  engineTiming,
  layersOf,
  layOut,
  memoriesOf,
  pipelineTiming,
  randomTrace,
  type EngineLayout,
  type EngineOptions,
  type EngineTiming,
  type LayerCodes,
  type Plan,
  type TableCodes,
  type TimingSet,
} from '../hbm/index.js';
import { topOf, type Design } from '../ir/index.js';
import { embeddingLookup, parametersOf } from '../ops/index.js';
import { optimise } from '../pass/index.js';
import { dueRows, itemWords, strayed } from './lookup-due.js';
import { attached } from './lookup-memories.js';
import { chained, networkResult, networkUnits } from './lookup-network.js';
import { timing, type Bench } from './lookup-timing.js';
import { version } from './version.js';

export interface LookupTrial {
  readonly items: number;
  readonly seed: number;
  readonly engine: EngineOptions;
  /** The sets of timings that the board's memories name. */
  readonly timings: ReadonlyMap<string, TimingSet>;
  /** Where finished programs are kept. */
  readonly cache: string;
}

/** A row that was not the tables'. */
export interface WrongRow {
  readonly item: number;
  /** The first 32-bit word of features and faults that differs. */
  readonly word: number;
  readonly expected: string;
  readonly found: string;
}

export interface LookupVerdict {
  /** Under stalls, errors, indices beyond their tables, and reads that overtake each other. */
  readonly items: number;
  readonly mismatches: number;
  readonly first?: WrongRow;
  readonly reads: number;
  readonly overtaken: number;
  /** Rows with a fault told, of an index or of a read. */
  readonly faulty: number;
  /** Without stalls, errors and reads that overtake each other. */
  readonly cyclesPerItem: number;
  readonly latencyCycles: number;
  /** The same by the model of the engine and its DRAM channels. */
  readonly simulated: Pick<EngineTiming, 'cyclesPerItem' | 'latencyCycles'>;
  /** The closed form, for reads that all take as long as from a memory at rest: so many cycles to the first beat. */
  readonly readCycles: number;
  readonly model: EngineTiming;
}

/** The engine for a plan as a design, with what lies where in its channels; and the network behind it, where that is asked for. */
export interface LookupEngine {
  readonly layout: EngineLayout;
  readonly parameters: Arguments;
  /** The parameters of `dense` for each layer. */
  readonly layers: readonly Arguments[];
  readonly design: Design;
}

/** What the tables hold, and the weights of the network if that is to be behind the engine. */
export interface LookupContents {
  readonly codes: TableCodes;
  readonly network?: readonly LayerCodes[];
}

/** The engine for a plan whose tables hold those elements, and the network behind it. */
export function lookupEngine(
  plan: Plan,
  { codes, network }: LookupContents,
  options: EngineOptions,
): Result<LookupEngine> {
  const layout = layOut(plan);
  if (!layout.ok) return layout;
  const contents = chipContents(plan, layout.value, codes);
  const parameters = engineParameters(plan, layout.value, contents, options);
  const whole = parametersOf(embeddingLookup, [], parameters);
  if (!whole.ok) return whole;
  const layers = network ? networkUnits(plan, network, options.fraction) : success([]);
  if (!layers.ok) return layers;
  const engine = { operator: embeddingLookup, parameters: whole.value };
  const design = chained(engineName(plan.model.name), aboutLookups, [engine, ...layers.value]);
  return success({
    layout: layout.value,
    parameters,
    layers: layers.value.map((unit) => unit.parameters),
    design,
  });
}

/** Larger memories of an engine stand in files beside its Verilog. */
const mostWords = 64;

/** An engine as Verilog. Its large tables and weights are in `.hex` files, which are read from the folder where it runs. */
export function emittedEngine(design: Design): Emitted {
  return emit(optimise(design), { version, mostWords });
}

const aboutLookups = 'Embedding lookups: what the indices of an item choose, in table order.';

/** How many items are in memory at a time. */
const round = 5000;

/**
 * The engine for a plan as Verilog on a model of its memories: first on memories that stall, err and answer in any order, every
 * row compared with the tables'; then on memories that keep nothing but their own timing.
 */
export async function verifyLookup(
  plan: Plan,
  contents: LookupContents,
  trial: LookupTrial,
  onRound: (done: number, total: number) => void = () => undefined,
): Promise<Result<LookupVerdict>> {
  const engine = lookupEngine(plan, contents, trial.engine);
  if (!engine.ok) return engine;
  const { layout, layers, design } = engine.value;
  const memories = memoriesOf(plan, layout, trial.timings);
  if (!memories.ok) return memories;
  const emitted = emittedEngine(design);
  const built = await buildMemoryModel(topOf(design), emitted, attached(memories.value), {
    cache: trial.cache,
  });
  if (!built.ok) return built;
  const images = await mkdtemp(join(tmpdir(), 'bitloom-'));
  try {
    for (const [k, channel] of layout.channels.entries())
      await writeFile(join(images, `channel${k}.bin`), channelImage(plan, channel, contents.codes));
    for (const { name, text } of emitted.others)
      if (name.endsWith('.hex')) await writeFile(join(images, name), text);
    const network = layers.length > 0 ? { network: networkResult(layers) } : {};
    const looked = { plan, layout, codes: contents.codes, engine: trial.engine, ...network };
    const bench = { ...looked, trial, memories: memories.value, built: built.value, images };
    return await tryOut(bench, onRound);
  } finally {
    await rm(images, { recursive: true, force: true });
  }
}

async function tryOut(
  bench: Bench,
  onRound: (done: number, total: number) => void,
): Promise<Result<LookupVerdict>> {
  const { plan, layout, trial } = bench;
  const layers = bench.network ? layersOf(plan.model) : success([]);
  if (!layers.ok) return layers;
  const sum = { items: 0, mismatches: 0, reads: 0, overtaken: 0, faulty: 0 };
  let first: WrongRow | undefined;
  for (let done = 0; done < trial.items; done += round) {
    const items = Math.min(round, trial.items - done);
    const made = await hardRound(bench, items, trial.seed + done / round);
    if (!made.ok) return made;
    for (const key of ['items', 'mismatches', 'reads', 'overtaken', 'faulty'] as const)
      sum[key] += made.value[key];
    if (made.value.first) first ??= { ...made.value.first, item: made.value.first.item + done };
    onRound(done + items, trial.items);
  }
  const readNs = Math.max(...plan.ports.filter(({ onChip }) => !onChip).map((port) => port.readNs));
  const readCycles = Math.max(1, Math.ceil((readNs * plan.model.clockMhz) / 1000));
  const timed = await timing(bench, layers.value);
  if (!timed.ok) return timed;
  const model = pipelineTiming(engineTiming(plan, layout, trial.engine, readCycles), layers.value);
  return success({ ...sum, ...(first && { first }), ...timed.value, readCycles, model });
}

/** Items on memories that behave as badly as they may. */
async function hardRound(bench: Bench, items: number, seed: number) {
  const { plan, built, images } = bench;
  const behaviour: MemoryBehaviour = {
    jitter: 60,
    stall: 20,
    errors: 500,
    reorder: true,
    alone: false,
    seed,
  };
  const trace = strayed(plan, randomTrace(plan.model, items, seed), seed);
  const ran = await runOnMemories(built, images, itemWords(built, plan, trace), behaviour);
  if (!ran.ok) return ran;
  const due = dueRows(bench, built, trace, behaviour);
  const { rows, reads, overtaken } = ran.value;
  const width = built.rowWords.reduce((sum, words) => sum + words, 0);
  let [mismatches, faulty] = [0, 0];
  let first: WrongRow | undefined;
  for (let item = 0; item < items; item++) {
    let wrong = -1;
    for (let k = 0; k < width && wrong < 0; k++)
      if (rows[item * width + k] !== due[item * width + k]) wrong = k;
    const flags = due.subarray(item * width + built.rowWords[0]!, (item + 1) * width);
    if (flags.some((word) => word !== 0)) faulty++;
    if (wrong < 0) continue;
    mismatches++;
    const [expected, found] = [due, rows].map((words) => `0x${words[item * width + wrong]!.toString(16)}`);
    first ??= { item, word: wrong, expected: expected!, found: found! };
  }
  return success({ items, mismatches, reads, overtaken, faulty, ...(first && { first }) });
}

/** Tables full of random elements, for trials without data. */
export function randomTables({ model }: Plan, seed: number): TableCodes {
  const source = random(seed);
  const half = 2 ** (Math.min(model.elementBits, 32) - 1);
  return model.tables.map(({ rows, columns }) =>
    Float64Array.from({ length: rows * columns }, () => source.below(2 * half) - half),
  );
}
