import type { Diagnostic } from '../base/index.js';
import type { Draft, Id } from '../ir/index.js';

/** A net by its number, or a constant: '0', '1', 'x' or 'z'. */
export type NetBit = number | string;

/** A cell of Yosys' JSON netlists. */
export interface YosysCell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly NetBit[]>>;
}

/** A module of Yosys' JSON netlists, as far as it is read. */
export interface YosysModule {
  readonly ports: Readonly<Record<string, { readonly direction: string; readonly bits: readonly NetBit[] }>>;
  readonly cells: Readonly<Record<string, YosysCell>>;
  readonly netnames: Readonly<
    Record<string, { readonly hide_name: number; readonly bits: readonly NetBit[] }>
  >;
}

/** A parameter of a cell: a number written as bits. */
export function numberOf(cell: YosysCell, name: string): number {
  return parseInt(cell.parameters[name] ?? '0', 2);
}

/** Where the words of nets come from while a netlist becomes nodes. */
export interface Wiring {
  readonly draft: Draft;
  /** Makes the bits of `nets` the bits of node `id`. */
  drive(nets: readonly NetBit[], id: Id): void;
  /** The word on those nets; what is undefined comes from inputs of its own. */
  word(nets: readonly NetBit[]): Id;
  /** A word about which nothing is known. */
  undefinedWord(width: number): Id;
  report(fault: Diagnostic): void;
}

/** A piece of work that needs the nets it reads to be driven, and drives others. */
export interface Job {
  readonly reads: readonly NetBit[];
  readonly drives: readonly NetBit[];
  run(): void;
}
