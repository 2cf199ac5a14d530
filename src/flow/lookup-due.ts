import { random } from '../base/index.js';
import { failsAt, type MemoryBehaviour, type MemoryModel } from '../cosim/index.js';
import {
  putCode,
  type EngineLayout,
  type EngineOptions,
  type Plan,
  type TableCodes,
  type Trace,
} from '../hbm/index.js';

/** What rows follow from: the tables, and where they lie for the reads that fail. */
export interface Looked {
  readonly plan: Plan;
  readonly layout: EngineLayout;
  readonly codes: TableCodes;
  readonly engine: Pick<EngineOptions, 'outside'>;
  /** What becomes of a feature vector; without it, it is what comes out. */
  readonly network?: (features: Float64Array) => Float64Array;
}

/** The trace with one of a thousand indices beyond its table. */
export function strayed(plan: Plan, trace: Trace, seed: number): Trace {
  const source = random(seed + 1);
  const rows = slotsOf(plan).map((slot) => slot.rows);
  const indices = trace.indices.map((index, at) =>
    source.below(1000) === 0 ? rows[at % trace.width]! + source.below(100) : index,
  );
  return { ...trace, indices };
}

/** The indices of all items as the words of the port that takes them. */
export function itemWords({ itemWords: width }: MemoryModel, plan: Plan, trace: Trace): Uint32Array {
  const words = new Uint32Array(trace.items * width);
  const bytes = new Uint8Array(words.buffer);
  const bits = Math.max(...plan.model.tables.map(({ rows }) => rows)) > 2 ** 32 ? 36 : 32;
  for (let item = 0; item < trace.items; item++)
    for (let k = 0; k < trace.width; k++)
      putCode(bytes, 32 * width * item + bits * k, trace.indices[item * trace.width + k]!, bits);
  return words;
}

/** What is due to come out: straight from the tables, without the plan but for the reads that fail. */
export function dueRows(
  looked: Looked,
  { rowWords }: MemoryModel,
  trace: Trace,
  behaviour: MemoryBehaviour,
): Uint32Array {
  const { plan, layout, network } = looked;
  const width = rowWords.reduce((sum, words) => sum + words, 0);
  const words = new Uint32Array(trace.items * width);
  const bytes = new Uint8Array(words.buffer);
  const slots = slotsOf(plan);
  const failures = failing(plan, layout, behaviour);
  const { elementBits } = plan.model;
  for (let item = 0; item < trace.items; item++) {
    const given = trace.indices.subarray(item * trace.width, (item + 1) * trace.width);
    const { features, faults } = dueItem(looked, slots, given, failures);
    const from = 32 * width * item;
    (network?.(features) ?? features).forEach((code, k) =>
      putCode(bytes, from + k * elementBits, code, elementBits),
    );
    for (const slot of faults) putCode(bytes, from + 32 * rowWords[0]! + slot, 1, 1);
  }
  return words;
}

interface Slot {
  readonly table: number;
  readonly rows: number;
  readonly columns: number;
}

function slotsOf({ model }: Plan): readonly Slot[] {
  return model.tables.flatMap(({ lookups, rows, columns }, table) =>
    Array.from({ length: lookups }, () => ({ table, rows, columns })),
  );
}

function dueItem(
  { codes, engine }: Looked,
  slots: readonly Slot[],
  given: Float64Array,
  failures: ReturnType<typeof failing>,
) {
  const bounded = given.map((index, slot) => Math.min(index, slots[slot]!.rows - 1));
  const lost = failures(bounded);
  const faults = new Set([...lost].map((one) => Math.floor(one / mostColumns)));
  const features: number[] = [];
  slots.forEach(({ table, rows, columns }, slot) => {
    const beyond = given[slot]! >= rows;
    if (beyond) faults.add(slot);
    const blank = beyond && engine.outside === 'zero';
    for (let column = 0; column < columns; column++) {
      const kept = !blank && !lost.has(slot * mostColumns + column);
      features.push(kept ? codes[table]![bounded[slot]! * columns + column]! : 0);
    }
  });
  return { features: Float64Array.from(features), faults };
}

/** More than a table has columns. */
const mostColumns = 65_536;

/** The columns that an item loses to reads that fail, as slot · mostColumns + column. */
function failing(plan: Plan, { reads, dataBits }: EngineLayout, behaviour: MemoryBehaviour) {
  const rows = slotsOf(plan).map((slot) => slot.rows);
  const beat = dataBits / 8;
  return (bounded: Float64Array): ReadonlySet<number> => {
    const lost = new Set<number>();
    for (const { port, base, strideBytes, parts } of reads) {
      if (port === 'chip') continue;
      const row = parts.reduce((sum, { slot }) => sum * rows[slot]! + bounded[slot]!, 0);
      const address = Math.floor((base + row * strideBytes) / beat) * beat;
      if (!failsAt(behaviour, port, address)) continue;
      for (const { slot, first, columns } of parts)
        for (let k = 0; k < columns; k++) lost.add(slot * mostColumns + first + k);
    }
    return lost;
  };
}
