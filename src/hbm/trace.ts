import { failure, random, success, zipfian, type Diagnostic, type Result } from '../base/index.js';
import { badIndex, emptyTrace, indexRange, wrongCount } from './problems.js';
import type { EmbeddingModel } from './tables.js';

/** Which rows items read: for each item its indices in table order, those of a table's lookups together. */
export interface Trace {
  readonly items: number;
  /** Indices of an item. */
  readonly width: number;
  readonly indices: Float64Array;
}

const mostFaults = 20;

/** How many indices an item has, and where those of each table begin. */
export function traceLayout({ tables }: Pick<EmbeddingModel, 'tables'>): {
  readonly width: number;
  readonly starts: readonly number[];
} {
  let width = 0;
  const starts = tables.map(({ lookups }) => (width += lookups) - lookups);
  return { width, starts };
}

/**
 * Reads a trace: an item to a line, its indices separated by blanks or commas; `#` begins a comment.
 *
 * @returns the trace, or the first twenty faults with their places
 */
export function parseTrace(file: string, text: string, model: EmbeddingModel): Result<Trace> {
  const { width } = traceLayout(model);
  const owner = model.tables.flatMap((table) => Array.from({ length: table.lookups }, () => table));
  const faults: Diagnostic[] = [];
  const indices: number[] = [];
  let items = 0;
  text.split(/\r?\n/).forEach((whole, at) => {
    if (faults.length >= mostFaults) return;
    const line = whole.replace(/#.*/, '');
    const words = [...line.matchAll(/[^\s,]+/g)];
    if (words.length === 0) return;
    const place = (column: number, length: number) => ({ file, line: at + 1, column: column + 1, length });
    if (words.length !== width)
      faults.push(wrongCount(words.length, width, place(words[0]!.index, line.trim().length)));
    else
      words.forEach(({ 0: word, index }, column) => {
        const { rows, name } = owner[column]!;
        const value = /^\d+$/.test(word) ? Number(word) : NaN;
        if (Number.isNaN(value)) faults.push(badIndex(word, place(index, word.length)));
        else if (value >= rows) faults.push(indexRange(name, value, rows, place(index, word.length)));
        indices.push(value);
      });
    items++;
  });
  if (items === 0) return failure(emptyTrace(file));
  if (faults.length > 0) return failure(...faults.slice(0, mostFaults));
  return success({ items, width, indices: Float64Array.from(indices) });
}

/**
 * Random items, each index for itself.
 *
 * @param zipf the exponent of Zipf's law by which rows are chosen; 0 for all alike. Popular rows lie scattered.
 */
export function randomTrace(model: EmbeddingModel, items: number, seed: number, zipf = 0): Trace {
  const source = random(seed);
  const { width } = traceLayout(model);
  const draw = model.tables.flatMap(({ rows, lookups }) => {
    const one = zipf > 0 ? scattered(zipfian(source, rows, zipf), rows) : () => source.below(rows);
    return Array.from({ length: lookups }, () => one);
  });
  const indices = new Float64Array(items * width);
  for (let at = 0; at < indices.length; at++) indices[at] = draw[at % width]!();
  return { items, width, indices };
}

/** Ranks spread over rows: a step that has no divisor in common with their number visits every row. */
function scattered(ranks: () => number, rows: number): () => number {
  let step = Math.max(1, Math.round(0.618 * rows));
  while (divisor(step, rows) > 1) step++;
  return () => Number((BigInt(ranks()) * BigInt(step)) % BigInt(rows));
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
