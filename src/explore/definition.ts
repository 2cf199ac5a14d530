import type { FormulaText } from './formula.js';
import type { CostMode, MeasureCall, PointArithmetic, Scalar } from './point.js';

/** What a variable can be: one of a list, or `least`, `least + step`, … up to `most`. */
export type VariableDomain =
  | { readonly kind: 'list'; readonly values: readonly Scalar[] }
  | { readonly kind: 'range'; readonly least: number; readonly most: number; readonly step: number };

/**
 * What varies. `design` (a file), `datapath`, `tech` and `clockPs` say what they are; all other variables are parameters of the
 * design. A variable with `when` is there only where that formula over earlier variables holds.
 */
export interface Variable {
  readonly name: string;
  readonly domain: VariableDomain;
  readonly when?: FormulaText | undefined;
}

export interface Derived {
  readonly name: string;
  readonly formula: FormulaText;
}

export interface Objective {
  readonly measure: string;
  readonly direction: 'min' | 'max';
}

/** Which points are looked at. */
export type Search =
  | { readonly kind: 'grid' }
  | { readonly kind: 'random'; readonly points: number; readonly seed: number }
  | { readonly kind: 'latin'; readonly points: number; readonly seed: number }
  | { readonly kind: 'sobol'; readonly points: number; readonly seed: number }
  | {
      readonly kind: 'nsga2';
      readonly population: number;
      readonly generations: number;
      readonly seed: number;
    };

/**
 * How the costs of a sweep's points are found. With `model-first` the model ranks all points that the search looks at, and then synthesis
 * confirms those on the front and their neighbours.
 */
export type SweepMode = CostMode | 'model-first';

/** Where a run of a sweep ends though there are points left. */
export interface Budget {
  readonly points?: number | undefined;
  readonly seconds?: number | undefined;
}

/** A sweep: what varies, what is measured and what is good. Plain JSON. */
export interface SweepDefinition {
  readonly name: string;
  /** What is taken where no variable says it. */
  readonly design: string;
  readonly datapath?: string | undefined;
  readonly technology?: string | undefined;
  readonly variables: readonly Variable[];
  /** Formulas that hold for the points wanted; those over measures are looked at when a point was measured. */
  readonly where: readonly FormulaText[];
  readonly measures: readonly MeasureCall[];
  readonly derived: readonly Derived[];
  readonly objectives: readonly Objective[];
  readonly search: Search;
  /** Counts of images, rising: accuracies are measured on the first so many, and on more where a point may still reach the front. */
  readonly rungs: readonly number[];
  readonly budget: Budget;
  readonly mode: SweepMode;
  readonly arithmetic: PointArithmetic;
  readonly seed: number;
}

/** What a sweep has where nothing else is said. */
export const sweepDefaults = {
  where: [],
  derived: [],
  search: { kind: 'grid' },
  rungs: [],
  budget: {},
  mode: 'synth',
  arithmetic: 'auto',
  seed: 1,
} as const satisfies Partial<SweepDefinition>;

/** A sweep with the defaults filled in. */
export function sweep(
  definition: Omit<SweepDefinition, keyof typeof sweepDefaults> & Partial<SweepDefinition>,
): SweepDefinition {
  return { ...sweepDefaults, ...definition };
}

/** How many values a variable has. */
export function sizeOf(domain: VariableDomain): number {
  if (domain.kind === 'list') return domain.values.length;
  return Math.max(0, Math.floor((domain.most - domain.least) / domain.step + 1e-9) + 1);
}

/** The value at `index`, from 0. */
export function valueAt(domain: VariableDomain, index: number): Scalar {
  return domain.kind === 'list' ? domain.values[index]! : domain.least + index * domain.step;
}
