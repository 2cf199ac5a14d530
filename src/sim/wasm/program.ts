import type { Graph, Ref } from './graph.js';
import type { MemoryLayout, PortLayout } from './layout.js';
import type { Lane } from './needs.js';

/** What one cycle does to the world: everything else is computed for one of these. */
export type Effect =
  | { readonly kind: 'store'; readonly port: number; readonly row: number; readonly value: Ref }
  | { readonly kind: 'next'; readonly slot: number; readonly value: Ref }
  | { readonly kind: 'write'; readonly memory: number; readonly offset: Ref; readonly data: readonly Ref[] };

/** A design as vectors: one cycle of a few streams. */
export interface Program {
  readonly graph: Graph;
  readonly inputs: readonly PortLayout[];
  readonly outputs: readonly PortLayout[];
  readonly memories: readonly MemoryLayout[];
  /** What each slot of the state holds at power-up. */
  readonly powerUp: readonly number[];
  readonly slotLanes: readonly Lane[];
  readonly stores: readonly (Effect & { kind: 'store' })[];
  /** One a slot, in order. */
  readonly nexts: readonly (Effect & { kind: 'next' })[];
  /** In the order in which they take place. */
  readonly writes: readonly (Effect & { kind: 'write' })[];
}

/** What a kernel is compiled for besides its design. */
export interface Setting {
  /** Input ports that are given once for all streams. */
  readonly broadcast: ReadonlySet<string>;
  /** Whether `rst_n` is a port to be filled; otherwise it is 1. */
  readonly drivenReset: boolean;
  /** Whether all elements of input ports are numbers of their lanes, so that none needs to be cut to its width. */
  readonly inRange: boolean;
}

/** The vectors an effect reads. */
export function effectOperands(effect: Effect): readonly Ref[] {
  return effect.kind === 'write' ? [effect.offset, ...effect.data] : [effect.value];
}
