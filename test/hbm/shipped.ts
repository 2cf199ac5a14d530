import { readFileSync } from 'node:fs';
import {
  parseBoard,
  parseTables,
  parseTiming,
  type Board,
  type EmbeddingModel,
} from '../../src/hbm/index.js';
import type { Result } from '../../src/base/index.js';

/** A model of examples/, by the end of its name. */
export function microrec(size: 'small' | 'large'): EmbeddingModel {
  const file = `examples/microrec-${size}.json`;
  return need(parseTables(file, readFileSync(file, 'utf8')));
}

/** A board of tech/board/. */
export function shippedBoard(name: string): Board {
  const file = `tech/board/${name}.json`;
  return need(parseBoard(file, readFileSync(file, 'utf8')));
}

/** A set of timings of tech/board/timing/. */
export function shippedTiming(name: string) {
  const file = `tech/board/timing/${name}.json`;
  return need(parseTiming(file, readFileSync(file, 'utf8')));
}

export function need<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}
