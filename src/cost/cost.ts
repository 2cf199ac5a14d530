import type { PathKind, PathPoint } from '../synth/index.js';

/** What a circuit costs in a technology: plain JSON. Every figure's source stands in `sources`. */
export interface Cost {
  readonly technology: string;
  readonly areaUm2: number;
  /** The longest path, setup time included. */
  readonly delayPs: number;
  /** 10⁶ / delayPs; null for a circuit without any path. */
  readonly fmaxMhz: number | null;
  /** Without leakage. */
  readonly energyFjPerCycle: number;
  readonly leakageNw: number;
  readonly cells: number;
  readonly breakdown: readonly Share[];
  readonly energy: Energy;
  readonly paths: Readonly<Partial<Record<PathKind, number>>>;
  readonly critical: readonly PathPoint[];
  readonly sources: readonly FigureSource[];
  readonly activity: Activity;
}

/** A part of the circuit: the cells of one kind, of one module with all its instances, or of one instance in the top. */
export interface Share {
  readonly by: 'kind' | 'module' | 'instance';
  readonly name: string;
  readonly cells: number;
  readonly areaUm2: number;
  readonly leakageNw: number;
}

/** Parts of the energy of a cycle, in fJ. */
export interface Energy {
  /** ½·C·V² for each transition of a net that a cell drives. */
  readonly switchingFj: number;
  /** Inside the cells. */
  readonly internalFj: number;
  /** The clock: its net's two transitions, and inside the flip-flops. */
  readonly clockFj: number;
}

export type Origin = 'synthesised' | 'modelled' | 'simulated' | 'quoted';

export interface FigureSource {
  readonly figure: string;
  readonly origin: Origin;
  readonly from: string;
}

/** Where the transition counts behind the energy come from. */
export interface Activity {
  readonly source: string;
  /** The share of nets, the clock aside, whose transitions were counted. */
  readonly annotatedPercent: number;
  readonly vectors: number;
  /** The seed of random inputs; null where they were given. */
  readonly seed: number | null;
}
