import type { Design } from '../../ir/index.js';
import type { HeapCells } from '../../pass/index.js';
import type { FigureSource } from '../cost.js';
import { delayOf, type Delays } from './delay.js';
import { featuresOf, type Features } from './features.js';
import type { Formula } from './formula.js';

/** The figures that are modelled. */
export const modelledFigures = ['areaUm2', 'delayPs', 'energyFjPerCycle', 'leakageNw'] as const;
export type ModelledFigure = (typeof modelledFigures)[number];

/** How far a figure is off designs that it was not fitted to, in percent of what synthesis gives. */
export interface ModelError {
  readonly designs: number;
  /** Mean of the absolute errors, mean of the errors, and the greatest absolute one. */
  readonly mean: number;
  readonly bias: number;
  readonly worst: number;
  /** Spearman's correlation of the ranks: whether the model tells which of two designs is the larger. */
  readonly rank: number;
}

/** A fitted model of a technology, of tech/model/<name>.json. */
export interface CostModel {
  readonly technology: string;
  readonly source: string;
  readonly formulas: Readonly<Record<Exclude<ModelledFigure, 'delayPs'>, Formula>>;
  readonly delays: Delays;
  /** What bit heaps are arranged by; undefined for a technology without full adders, which is given none. */
  readonly adders: HeapCells | undefined;
  readonly errorPercent: Readonly<Record<ModelledFigure, ModelError>>;
}

/** What a design costs by a model. Every figure is an estimate; `errorPercent` says how good a one. */
export interface ModelledCost {
  readonly technology: string;
  readonly areaUm2: number;
  /** The longest path, setup time included. */
  readonly delayPs: number;
  /** 10⁶ / delayPs; null for a circuit without any path. */
  readonly fmaxMhz: number | null;
  /** Without leakage, under uniform random words on every input. */
  readonly energyFjPerCycle: number;
  readonly leakageNw: number;
  /** Elements of one bit that were counted: gates before mapping, not cells. */
  readonly elements: number;
  readonly registers: number;
}

/**
 * Gives a function from designs as they are built (optimised, sums as they are written or as bit heaps) to what they cost. What
 * does not depend on the technology is kept by design, so that another technology or another look costs little.
 */
export function costModel(model: CostModel): (design: Design) => ModelledCost {
  return (design) => estimated(model, featuresOf(design));
}

/** The same of a design's features. */
export function estimated({ technology, formulas, delays }: CostModel, features: Features): ModelledCost {
  const { counts, paths, sketch } = features;
  const delayPs = delayOf(paths, delays);
  return {
    technology,
    areaUm2: formulas.areaUm2(counts),
    delayPs,
    fmaxMhz: delayPs > 0 ? 1e6 / delayPs : null,
    energyFjPerCycle: formulas.energyFjPerCycle(counts),
    leakageNw: formulas.leakageNw(counts),
    elements: sketch.count - 1 - sketch.inputs.length,
    registers: counts['register']!,
  };
}

/** Where modelled figures come from, each with the error to be expected. */
export function modelSources({ source, errorPercent }: CostModel): FigureSource[] {
  return modelledFigures.map((figure) => {
    const { mean, worst, designs } = errorPercent[figure];
    return {
      figure,
      origin: 'modelled',
      from: `${source}; mean error ${mean} %, at most ${worst} % on ${designs} designs that it was not fitted to`,
    };
  });
}
