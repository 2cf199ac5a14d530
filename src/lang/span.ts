import type { Place } from '../base/index.js';

/** A place with its offsets in the text: characters from `start` to before `end`, perhaps over several lines. */
export interface Span extends Place {
  readonly start: number;
  readonly end: number;
}

/** A text and where its lines start. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly lineStarts: readonly number[];
}

export function sourceOf(text: string, file: string): Source {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { file, text, lineStarts };
}

/** The number of the line that holds the character at `offset`, from 0. */
export function lineOf(source: Source, offset: number): number {
  let [low, high] = [0, source.lineStarts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (source.lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The span of the characters from `start` to before `end`; as a place it ends with its first line. */
export function spanOf(source: Source, start: number, end: number): Span {
  const line = lineOf(source, start);
  const lineStart = source.lineStarts[line]!;
  const nextLine = source.lineStarts[line + 1];
  const lineEnd = nextLine === undefined ? source.text.length : nextLine - 1;
  const length = Math.max(1, Math.min(end, lineEnd) - start);
  return { file: source.file, line: line + 1, column: start - lineStart + 1, length, start, end };
}
