import type { Argument } from '../builder/index.js';
import type { Diagnostic } from '../base/index.js';

/** What variables of a sweep and arguments of measures can be. */
export type Scalar = number | string | boolean;

export type Scalars = Readonly<Record<string, Scalar>>;

/** A measure that is wanted, with arguments where it takes some, and the name that its value goes by. */
export interface MeasureCall {
  readonly measure: string;
  readonly as: string;
  readonly args: Scalars;
}

/** How costs are found: by synthesis, or by the fast model that was fitted to synthesised samples. */
export type CostMode = 'synth' | 'model';

export type PointArithmetic = 'auto' | 'behavioural' | 'bitheap';

/**
 * One point of a design space: everything that its measures depend on, but for the contents of the files it names and the tools.
 */
export interface Point {
  /** The design's file, and its datapath there; the last of the file without one. */
  readonly design: string;
  readonly datapath?: string;
  readonly parameters: Readonly<Record<string, Argument>>;
  /** Values that measures have as arguments: parameters too of a design that has such. */
  readonly shared?: Readonly<Record<string, Argument>>;
  /** A technology of the package, or a file. Needed by the measures of cost. */
  readonly technology?: string;
  readonly clockPs?: number;
  readonly mode: CostMode;
  readonly arithmetic: PointArithmetic;
  /** Of random activity, calibration and whatever else is drawn. */
  readonly seed: number;
  readonly measures: readonly MeasureCall[];
}

/** Where a figure comes from. */
export interface Provenance {
  readonly origin: 'counted' | 'synthesised' | 'modelled' | 'simulated';
  readonly from: string;
}

/** One piece of work on the way to the measures; `key` is a digest of all that its result depends on. */
export interface StageRun {
  readonly stage: string;
  readonly key: string;
  /** Whether the result was at hand from before. */
  readonly reused: boolean;
  readonly seconds: number;
}

export type Measured = Readonly<Record<string, number | null>>;

/** What a point gave. All of it but `stages` follows from the point, the files it names and the tools. */
export interface Evaluation {
  readonly measures: Measured;
  /** 95 % intervals of measures that are estimates. */
  readonly intervals: Readonly<Record<string, readonly [low: number, high: number]>>;
  readonly provenance: Readonly<Record<string, Provenance>>;
  /** Digests of the contents that it depends on. */
  readonly contents: Readonly<Record<string, string>>;
  readonly tools: Readonly<Record<string, string>>;
  readonly stages: readonly StageRun[];
}

/** Why a point has no measures: it cannot be built or measured, it met a limit, or what computed it ended. */
export type FailureKind = 'invalid' | 'time' | 'memory' | 'crash';

export interface Failure {
  readonly kind: FailureKind;
  readonly diagnostics: readonly Diagnostic[];
}

export type Outcome =
  { readonly ok: true; readonly evaluation: Evaluation } | { readonly ok: false; readonly failure: Failure };
