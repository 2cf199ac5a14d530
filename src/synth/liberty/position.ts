import type { Place } from '../../base/index.js';

/** The place of an offset in a text: its line and column are counted here, so only faults pay for them. */
export function place(file: string, text: string, offset: number, length: number): Place {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: offset - before.lastIndexOf('\n'), length: Math.max(1, length) };
}
