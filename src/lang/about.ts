import { lineOf, type Source } from './span.js';
import type { Comment, DatapathSyntax } from './syntax.js';

/** The comment lines directly before a datapath, without an empty line between, as running text. */
export function aboutOf(source: Source, datapath: DatapathSyntax, comments: readonly Comment[]): string {
  const lines: string[] = [];
  let below = lineOf(source, datapath.at.start);
  for (let i = lastBefore(comments, datapath.at.start); i >= 0; i--) {
    const { at, text } = comments[i]!;
    if (lineOf(source, at.end - 1) !== below - 1 || !startsLine(source, at.start)) break;
    lines.push(prose(text));
    below = lineOf(source, at.start);
  }
  return lines
    .reverse()
    .filter((line) => line !== '')
    .join(' ');
}

function lastBefore(comments: readonly Comment[], offset: number): number {
  let [low, high] = [0, comments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.at.start < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether only blanks stand before `offset` on its line. */
export function startsLine(source: Source, offset: number): boolean {
  const lineStart = source.lineStarts[lineOf(source, offset)]!;
  return source.text.slice(lineStart, offset).trim() === '';
}

/** A comment's words, without its signs. */
function prose(comment: string): string {
  const inner = comment.startsWith('//') ? comment.slice(2) : comment.slice(2, -2);
  return inner
    .split('\n')
    .map((line) => line.replace(/^[\s*]+|\s+$/g, ''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}
