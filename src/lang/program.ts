import type { Parameter } from '../builder/index.js';
import type { DatapathSyntax } from './syntax.js';

/** A datapath of the file with what its parameters can be. */
export interface Declared {
  readonly syntax: DatapathSyntax;
  readonly parameters: readonly Parameter[];
  /** Its position in the file; it can call only those before it. */
  readonly index: number;
}

/** The datapaths of one file. */
export interface Program {
  readonly file: string;
  readonly datapaths: readonly Declared[];
  readonly byName: ReadonlyMap<string, Declared>;
}

export function programOf(file: string, datapaths: readonly Declared[]): Program {
  return { file, datapaths, byName: new Map(datapaths.map((one) => [one.syntax.name.text, one])) };
}
