import { failure, success, type Random, type Result } from '../base/index.js';
import type { BlockFormat } from './block.js';
import type { Conversion } from './encode.js';
import { formatName, formatWidth, type NumberFormat } from './format.js';
import { greatestNumber } from './limits.js';
import { numberBits, numberDecoder } from './number.js';
import { badFormat, noPolicy, tooWide, whyNoSearch } from './problems.js';
import {
  defaultPolicy,
  scaleChooser,
  scalePolicies,
  scaleSearch,
  type BlockError,
  type BlockExtent,
  type ScalePolicy,
} from './scale.js';

/** What formats of single numbers can be scaled by: nothing, or the greatest magnitude. */
export const plainPolicies = ['none', 'max'] as const;

export type PlainPolicy = (typeof plainPolicies)[number];

/** The widest integer scales of which all are tried by the policy `search`. */
const mostSearchedBits = 12;

export interface QuantiseOptions extends Conversion {
  /**
   * For block formats see `ScalePolicy`; default as the format is defined. For formats of single numbers `none`
   * (default), or `max`: one scale, the greatest magnitude over the greatest number of the format.
   */
  readonly policy?: ScalePolicy | PlainPolicy;
  /** Length of the last dimension; blocks do not reach over its end. Default: all numbers. */
  readonly columns?: number;
  /** How many numbers in a row share a tensor scale, a multiple of `columns`. Default: all. */
  readonly group?: number;
  /**
   * Two-level scaling only: find elements by dividing by the product of the two scales as stored, as all other
   * formats do. Without it (default) by the vector's own scale before that was rounded, as the paper says.
   */
  readonly recompute?: boolean;
  /** For stochastic rounding. */
  readonly random?: Random;
}

/** How an array is quantised: what is the same for all of its blocks. */
export interface Plan {
  readonly element: NumberFormat;
  readonly policy: ScalePolicy | PlainPolicy;
  readonly conversion: Conversion;
  /** Elements to a block; Infinity where there are no block scales. */
  readonly block: number;
  readonly greatestScale: number;
  readonly tensorScale: boolean;
  readonly scale?: {
    readonly width: number;
    readonly bits: number;
    readonly choose: (extent: BlockExtent, error: BlockError) => number;
    readonly decode: (code: number) => number;
  };
  /** Elements are found before the scale is rounded. */
  readonly paper: boolean;
}

/** The plan for a format; diagnostics for options that do not go with it. */
export function planOf(format: NumberFormat | BlockFormat, options: QuantiseOptions): Result<Plan> {
  return format.kind === 'block' ? blockPlan(format, options) : plainPlan(format, options);
}

function plainPlan(format: NumberFormat, options: QuantiseOptions): Result<Plan> {
  const { policy = 'none' } = options;
  const [name, width] = [formatName(format), formatWidth(format)];
  if (policy !== 'none' && policy !== 'max') return failure(noPolicy(policy, name, plainPolicies));
  if (width > numberBits) return failure(tooWide(name, width, numberBits));
  if (policy === 'max' && greatestNumber(format) === 0)
    return failure(badFormat(name, 'it has no positive number to scale by', 'give it another bit'));
  return success({
    element: format,
    policy,
    conversion: options,
    block: Infinity,
    greatestScale: 1,
    tensorScale: policy === 'max',
    paper: false,
  });
}

function blockPlan(format: BlockFormat, options: QuantiseOptions): Result<Plan> {
  const { policy = defaultPolicy(format) } = options;
  if (policy === 'none' || policy === 'max') return failure(noPolicy(policy, format.name, scalePolicies));
  const { scale, tensorScale } = format;
  const integerScale = scale.kind === 'fixed';
  if (policy === 'search' && integerScale && scale.width > mostSearchedBits)
    return failure(whyNoSearch(format.name, mostSearchedBits));
  return success({
    element: format.element,
    policy,
    conversion: { ...options, symmetric: true },
    block: format.block,
    greatestScale: greatestNumber(scale),
    tensorScale,
    scale: {
      width: formatWidth(scale),
      bits: format.scaleBits,
      choose: policy === 'search' ? scaleSearch(format) : scaleChooser(format, policy),
      decode: numberDecoder(scale),
    },
    paper: integerScale && policy !== 'search' && options.recompute !== true,
  });
}
