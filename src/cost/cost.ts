import type { PathKind, PathPoint, Stage } from '../synth/index.js';
import type { Supply } from './voltage.js';

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
  /** The longest path that ends in each stage of the pipeline. */
  readonly stages: readonly Stage[];
  readonly critical: readonly PathPoint[];
  /** The clock that was asked for, and whether the critical path fits into it. */
  readonly clock?: ClockTarget;
  /** The supply voltage where it is not that of the technology's corner: the figures are scaled to it. */
  readonly supply?: Supply;
  readonly sources: readonly FigureSource[];
  readonly activity: Activity;
}

export interface ClockTarget {
  readonly targetPs: number;
  /** What is left of the period; negative where the target is missed. */
  readonly slackPs: number;
  readonly met: boolean;
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
  /** What of these three is spent on wires, as the technology models them. */
  readonly wiresFj: number;
  /** What of these three is spent in flip-flops and on the nets that they drive, and on the clock. */
  readonly registersFj: number;
  /** The buffers of a clock tree and their wires, modelled; not in the three above, as mapping makes none. */
  readonly clockTreeFj: number;
  /** Leakage over a cycle of the clock's target, or else of the critical path; not in the three above. */
  readonly leakageFj: number;
}

export type Origin = 'synthesised' | 'placed' | 'modelled' | 'simulated' | 'quoted';

export interface FigureSource {
  readonly figure: string;
  readonly origin: Origin;
  readonly from: string;
}

/** Where the transition counts behind the energy come from. */
export interface Activity {
  readonly source: string;
  /** The share of nets, the clock aside, that do not depend on an input for which no words were given. */
  readonly annotatedPercent: number;
  /** Input ports for which no words were given: they were 0. */
  readonly unannotated: readonly string[];
  readonly vectors: number;
  /** The seed of random inputs; null where they were given. */
  readonly seed: number | null;
}
