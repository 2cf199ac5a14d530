/** Where something stands in a source file. Lines and columns count from 1, as editors do. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters the place spans on its line; at least 1. */
  readonly length: number;
}

/** The place of a whole file, for faults that have no line (a missing or a binary file). */
export function wholeFile(file: string): Place {
  return { file, line: 1, column: 1, length: 1 };
}
