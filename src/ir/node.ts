import type { Place } from '../base/index.js';

/** A node's index in its module's `nodes`. */
export type Id = number;

interface Common {
  /** Bits of the node's word, at least 1; 0 only for `write` and `instance`, which have no word. */
  readonly width: number;
  /** What the designer called this word, if anything; the emitter builds the wire's name from it. */
  readonly name?: string;
  /** Where in the source the node came from. */
  readonly place?: Place;
}

/** The module's input port of that name. */
export interface Input extends Common {
  readonly kind: 'input';
  readonly name: string;
}

/** A constant word, 0 ≤ value < 2^width. */
export interface Const extends Common {
  readonly kind: 'const';
  readonly value: bigint;
}

/** Every bit of `a` inverted. Width: that of `a`. */
export interface Not extends Common {
  readonly kind: 'not';
  readonly a: Id;
}

export type BinaryOp = 'and' | 'or' | 'xor' | 'add' | 'sub';

/** `a op b` modulo 2^width. Both operands have the node's width. */
export interface Binary extends Common {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly a: Id;
  readonly b: Id;
}

/** The full product of `a` and `b`, both read as signed or both as unsigned. Width: the sum of theirs. */
export interface Mul extends Common {
  readonly kind: 'mul';
  readonly signed: boolean;
  readonly a: Id;
  readonly b: Id;
}

export type CompareOp = 'eq' | 'lt';

/** 1 if `a = b`, or `a < b` read as signed or unsigned; else 0. Operands have one width. Width 1. */
export interface Compare extends Common {
  readonly kind: 'compare';
  readonly op: CompareOp;
  readonly signed: boolean;
  readonly a: Id;
  readonly b: Id;
}

export type ShiftOp = 'left' | 'right';

/**
 * `a` shifted by the unsigned number `by`, of any width. Zeros come in; from the left, copies of the top bit if
 * `signed`. A shift by the width or more leaves only what came in. Width: that of `a`.
 */
export interface Shift extends Common {
  readonly kind: 'shift';
  readonly op: ShiftOp;
  readonly signed: boolean;
  readonly a: Id;
  readonly by: Id;
}

/** `yes` if the one-bit word `when` is 1, else `no`. Both have the node's width. */
export interface Mux extends Common {
  readonly kind: 'mux';
  readonly when: Id;
  readonly yes: Id;
  readonly no: Id;
}

/** The bits `low` to `low + width − 1` of `a`. */
export interface Slice extends Common {
  readonly kind: 'slice';
  readonly a: Id;
  readonly low: number;
}

/** The parts side by side, `parts[0]` in the least significant bits. Width: the sum of theirs. */
export interface Concat extends Common {
  readonly kind: 'concat';
  readonly parts: readonly Id[];
}

/** `a` widened by zeros, or by copies of its top bit if `signed`. Width: at least that of `a`. */
export interface Extend extends Common {
  readonly kind: 'extend';
  readonly signed: boolean;
  readonly a: Id;
}

export type ReduceOp = 'and' | 'or' | 'xor';

/** All bits of `a` combined into one. Width 1. */
export interface Reduce extends Common {
  readonly kind: 'reduce';
  readonly op: ReduceOp;
  readonly a: Id;
}

/**
 * A register. Its word is what it held at the start of the cycle. At the clock edge it takes `reset.to` while
 * the one-bit word `reset.by` is 0; else `next`, unless the one-bit word `enable` is 0, which holds it. `next`,
 * `enable` and `reset.by` may point forward. Before the first edge it holds `reset.to`, or 0.
 */
export interface Reg extends Common {
  readonly kind: 'reg';
  readonly next: Id;
  readonly enable?: Id;
  readonly reset?: { readonly by: Id; readonly to: bigint };
}

/**
 * The word of memory `memory` at the unsigned `address`; 0 beyond its depth. Where the memory is synchronous the
 * node gives the word addressed in the cycle before (as it stood before that cycle's writes), 0 in the first.
 */
export interface Read extends Common {
  readonly kind: 'read';
  readonly memory: number;
  readonly address: Id;
}

/**
 * Writes `data` to memory `memory` at the clock edge if the one-bit word `enable` is 1. All operands may point
 * forward. Addresses beyond the depth write nothing; of two writes to one address the later node wins. Width 0.
 */
export interface Write extends Common {
  readonly kind: 'write';
  readonly memory: number;
  readonly address: Id;
  readonly data: Id;
  readonly enable: Id;
}

/** An instance of the design's module `module`; `inputs` in the order of its input ports. Width 0. */
export interface Instance extends Common {
  readonly kind: 'instance';
  readonly module: string;
  readonly inputs: readonly Id[];
}

/** The output port number `port` of an instance. Width: that of the port. */
export interface Output extends Common {
  readonly kind: 'output';
  readonly instance: Id;
  readonly port: number;
}

/** Every kind of node there is. Datapath operators are not among them: they are built of these, in `ops/`. */
export type Node =
  | Input
  | Const
  | Not
  | Binary
  | Mul
  | Compare
  | Shift
  | Mux
  | Slice
  | Concat
  | Extend
  | Reduce
  | Reg
  | Read
  | Write
  | Instance
  | Output;
