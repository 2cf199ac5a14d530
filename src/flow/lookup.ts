import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random, success, type Result } from '../base/index.js';
import type { Arguments } from '../builder/index.js';
import { embeddingLookup, parametersOf } from '../ops/index.js';
import {
  buildMemoryModel,
  failsAt,
  runOnMemories,
  type MemoryBehaviour,
  type MemoryModel,
} from '../cosim/index.js';
import {
  channelImage,
  chipContents,
  engineName,
  engineParameters,
  engineTiming,
  layOut,
  putCode,
  randomTrace,
  type EngineLayout,
  type EngineOptions,
  type EngineTiming,
  type Plan,
  type TableCodes,
  type Trace,
} from '../hbm/index.js';
import { topOf, type Design } from '../ir/index.js';
import { formsOf } from './design.js';
import { operatorDesign } from './verify.js';

export interface LookupTrial {
  readonly items: number;
  readonly seed: number;
  readonly engine: EngineOptions;
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
  /** On memories of one latency, without stalls. */
  readonly readCycles: number;
  readonly cyclesPerItem: number;
  readonly latencyCycles: number;
  readonly model: EngineTiming;
}

/** The engine for a plan as a design, with what lies where in its channels. */
export interface LookupEngine {
  readonly layout: EngineLayout;
  readonly parameters: Arguments;
  readonly design: Design;
}

/** The engine for a plan whose tables hold those elements. */
export function lookupEngine(plan: Plan, codes: TableCodes, options: EngineOptions): Result<LookupEngine> {
  const layout = layOut(plan);
  if (!layout.ok) return layout;
  const contents = chipContents(plan, layout.value, codes);
  const parameters = engineParameters(plan, layout.value, contents, options);
  const whole = parametersOf(embeddingLookup, [], parameters);
  if (!whole.ok) return whole;
  const design = operatorDesign(embeddingLookup, whole.value, engineName(plan.model.name), 0);
  return success({ layout: layout.value, parameters, design });
}

/** How many items are in memory at a time. */
const round = 5000;

/**
 * The engine for a plan as Verilog on a model of its memories: first on memories that stall, err and answer in any order, every
 * row compared with the tables'; then on memories at their `readNs`, for its timing.
 */
export async function verifyLookup(
  plan: Plan,
  codes: TableCodes,
  trial: LookupTrial,
  onRound: (done: number, total: number) => void = () => undefined,
): Promise<Result<LookupVerdict>> {
  const engine = lookupEngine(plan, codes, trial.engine);
  if (!engine.ok) return engine;
  const { layout, design } = engine.value;
  const { emitted } = formsOf(design);
  const built = await buildMemoryModel(topOf(design), emitted, { cache: trial.cache });
  if (!built.ok) return built;
  const images = await mkdtemp(join(tmpdir(), 'bitloom-'));
  try {
    for (const [k, channel] of layout.channels.entries())
      await writeFile(join(images, `channel${k}.bin`), channelImage(plan, channel, codes));
    return await tryOut({ plan, layout, codes, trial, built: built.value, images }, onRound);
  } finally {
    await rm(images, { recursive: true, force: true });
  }
}

interface Bench {
  readonly plan: Plan;
  readonly layout: EngineLayout;
  readonly codes: TableCodes;
  readonly trial: LookupTrial;
  readonly built: MemoryModel;
  readonly images: string;
}

async function tryOut(
  bench: Bench,
  onRound: (done: number, total: number) => void,
): Promise<Result<LookupVerdict>> {
  const { plan, layout, trial } = bench;
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
  const readCycles = Math.max(1, Math.round((readNs * plan.model.clockMhz) / 1000));
  const timed = await timing(bench, readCycles);
  if (!timed.ok) return timed;
  const model = engineTiming(plan, layout, trial.engine, readCycles);
  return success({ ...sum, ...(first && { first }), readCycles, ...timed.value, model });
}

/** Items on memories that behave as badly as they may. */
async function hardRound(bench: Bench, items: number, seed: number) {
  const { plan, built, images } = bench;
  const behaviour: MemoryBehaviour = {
    latency: 20,
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
  const due = dueRows(bench, trace, behaviour);
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

/** Cycles an item in a row of items, and of items that come alone. */
async function timing({ plan, built, images, trial: { seed } }: Bench, latency: number) {
  const behaviour = { latency, jitter: 0, stall: 0, errors: 0, reorder: false, alone: false, seed };
  const many = itemWords(built, plan, randomTrace(plan.model, 1000, seed));
  const close = await runOnMemories(built, images, many, behaviour);
  if (!close.ok) return close;
  const few = itemWords(built, plan, randomTrace(plan.model, 100, seed));
  const alone = await runOnMemories(built, images, few, { ...behaviour, alone: true });
  if (!alone.ok) return alone;
  const { firstCycle, lastCycle } = close.value;
  return success({
    cyclesPerItem: (lastCycle - firstCycle) / 999,
    latencyCycles: alone.value.latencyCycles,
  });
}

/** The trace with one of a thousand indices beyond its table. */
function strayed(plan: Plan, trace: Trace, seed: number): Trace {
  const source = random(seed + 1);
  const rows = plan.model.tables.flatMap((table) => Array.from({ length: table.lookups }, () => table.rows));
  const indices = trace.indices.map((index, at) =>
    source.below(1000) === 0 ? rows[at % trace.width]! + source.below(100) : index,
  );
  return { ...trace, indices };
}

/** The indices of all items as the words of the port that takes them. */
function itemWords({ itemWords: width }: MemoryModel, plan: Plan, trace: Trace): Uint32Array {
  const words = new Uint32Array(trace.items * width);
  const bytes = new Uint8Array(words.buffer);
  const bits = Math.max(...plan.model.tables.map(({ rows }) => rows)) > 2 ** 32 ? 36 : 32;
  for (let item = 0; item < trace.items; item++)
    for (let k = 0; k < trace.width; k++)
      putCode(bytes, 32 * width * item + bits * k, trace.indices[item * trace.width + k]!, bits);
  return words;
}

/** What the engine is due to give: straight from the tables, without the plan but for the reads that fail. */
function dueRows({ plan, layout, codes, trial, built }: Bench, trace: Trace, behaviour: MemoryBehaviour) {
  const { model } = plan;
  const width = built.rowWords.reduce((sum, words) => sum + words, 0);
  const words = new Uint32Array(trace.items * width);
  const bytes = new Uint8Array(words.buffer);
  const tables = model.tables.flatMap((table, at) =>
    Array.from({ length: table.lookups }, () => ({ ...table, at })),
  );
  const failures = failing(plan, layout, behaviour);
  for (let item = 0; item < trace.items; item++) {
    const given = trace.indices.subarray(item * trace.width, (item + 1) * trace.width);
    const bounded = given.map((index, slot) => Math.min(index, tables[slot]!.rows - 1));
    const lost = failures(bounded);
    let bit = 32 * width * item;
    const flags = bit + 32 * built.rowWords[0]!;
    tables.forEach(({ at, rows, columns }, slot) => {
      const beyond = given[slot]! >= rows;
      const blank = beyond && trial.engine.outside === 'zero';
      for (let column = 0; column < columns; column++, bit += model.elementBits)
        if (!blank && !lost.has(slot * 4096 + column))
          putCode(bytes, bit, codes[at]![bounded[slot]! * columns + column]!, model.elementBits);
      const failed = lost.size > 0 && [...lost].some((one) => Math.floor(one / 4096) === slot);
      if (beyond || failed) putCode(bytes, flags + slot, 1, 1);
    });
  }
  return words;
}

/** The columns that an item loses to reads that fail, as slot · 4096 + column. */
function failing(plan: Plan, { reads, dataBits }: EngineLayout, behaviour: MemoryBehaviour) {
  const rows = plan.model.tables.flatMap((table) => Array.from({ length: table.lookups }, () => table.rows));
  const beat = dataBits / 8;
  return (bounded: Float64Array): ReadonlySet<number> => {
    const lost = new Set<number>();
    for (const { port, base, strideBytes, parts } of reads) {
      if (port === 'chip') continue;
      const row = parts.reduce((sum, { slot }) => sum * rows[slot]! + bounded[slot]!, 0);
      const address = Math.floor((base + row * strideBytes) / beat) * beat;
      if (!failsAt(behaviour, port, address)) continue;
      for (const { slot, first, columns } of parts)
        for (let k = 0; k < columns; k++) lost.add(slot * 4096 + first + k);
    }
    return lost;
  };
}

/** Tables full of random elements, for trials without data. */
export function randomTables({ model }: Plan, seed: number): TableCodes {
  const source = random(seed);
  const half = 2 ** (Math.min(model.elementBits, 32) - 1);
  return model.tables.map(({ rows, columns }) =>
    Float64Array.from({ length: rows * columns }, () => source.below(2 * half) - half),
  );
}
