import { clog2 } from '../../base/index.js';
import type { Datapath } from '../../builder/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { sumFraction } from './accumulate.js';
import { gate, type Special } from './exponents.js';
import { roundToFp32, type Magnitude } from './fp32.js';
import { fixedExponent, fixedWidth, greatestBias, integerWidth, type IpuShape } from './shape.js';

/** What is known of a finished job besides its sum. */
export interface JobTags extends Special {
  readonly floating: Id;
  /** The greatest sum of exponent fields, both biased as the unit's widest format is. */
  readonly exponent: Id;
  /** Whether it starts a sum, and whether it ends one. */
  readonly first: Id;
  readonly last: Id;
}

/** Bits of a job's sum that one of floating-point products needs: every lane's is less than 4 · 2^22 units. */
function floatWidth(shape: IpuShape): number {
  return 25 + clog2(shape.lanes) + sumFraction(shape);
}

/** A job's sum as FP32, from its magnitude; or as an integer. */
export function jobFp32(datapath: Datapath, shape: IpuShape, sum: Magnitude, tags: JobTags): Id {
  const { draft } = datapath;
  const fraction = sumFraction(shape);
  const whole = draft.slice(sum.magnitude, fraction, draft.widthOf(sum.magnitude) - fraction);
  const magnitude = draft.slice(sum.magnitude, 0, floatWidth(shape));
  const rounded = roundToFp32(
    datapath,
    { magnitude, minus: sum.minus },
    { exponent: tags.exponent, offset: -22 - fraction - greatestBias(shape), special: tags },
  );
  draft.hint(rounded, 'job_fp32');
  const width = integerWidth(shape);
  return draft.mux(tags.floating, draft.extend(rounded, width, false), draft.extend(whole, width, true));
}

/**
 * A job's sum in units of the fixed-point sum's last bit. Nothing is lost: what a floating-point sum has below that is
 * zero, since every product is a multiple of the least one. Integers are in units of 1.
 */
export function jobFixed(draft: Draft, shape: IpuShape, sum: Id, { floating, exponent }: JobTags): Id {
  const width = fixedWidth(shape);
  // Of the least exponent, that of two fields of 1, the sum's units are 2^below the last bit's.
  const below = fixedExponent(shape) - (2 - greatestBias(shape) - 22);
  const distance = draft.widthOf(exponent);
  const raise = draft.binary('sub', exponent, draft.constant(2n, distance));
  const by = draft.mux(floating, raise, draft.constant(BigInt(below), distance));
  const drop = sumFraction(shape) + below;
  const shifted = draft.shift('left', draft.extend(sum, drop + width, true), by, false);
  const word = draft.slice(shifted, drop, width);
  draft.hint(word, 'job_fixed');
  return word;
}

/** The running sum, in registers. */
export interface Total {
  readonly word: Id;
  /** Whether it is a floating-point sum. */
  readonly floating: Id;
}

/** Registers of the running sum, to be connected by `connectTotal`; they start at the integer 0. */
export function totalRegisters(draft: Draft, width: number): Total {
  return { word: draft.reg(width, 'total'), floating: draft.reg(1, 'total_floating') };
}

/**
 * Whether a job starts a new sum: where it says so, and where the sum so far is of the other kind, of integers or of
 * floating-point numbers.
 */
export function startsTotal(draft: Draft, total: Total, tags: JobTags): Id {
  const start = draft.binary('or', tags.first, draft.binary('xor', total.floating, tags.floating));
  draft.hint(start, 'start_total');
  return start;
}

/**
 * Adds a job's word to the running sum, or starts a new one with it.
 *
 * @param float what the sum becomes where both are FP32; undefined where they are added as the words they are
 */
export function connectTotal(
  draft: Draft,
  total: Total,
  job: { readonly word: Id; readonly tags: JobTags; readonly take: Id; readonly start: Id },
  float: Id | undefined,
): void {
  const { word, tags, take, start } = job;
  const plain = draft.binary('add', gate(draft, draft.not(start), total.word), word);
  const wide = float === undefined ? plain : draft.extend(float, draft.widthOf(word), false);
  const joined = draft.mux(start, word, wide);
  const next = float === undefined ? plain : draft.mux(tags.floating, joined, plain);
  const enable = { enable: take, reset: { by: draft.reset(), to: 0n } };
  draft.connect(total.word, next, enable);
  draft.connect(total.floating, tags.floating, enable);
}

/** What a fixed-point sum is if no number, in registers: NaN stays, and infinities of both signs make one. */
export function specialTotal(draft: Draft, job: Special, start: Id, take: Id): Special {
  const and = (a: Id, b: Id): Id => draft.binary('and', a, b);
  const or = (a: Id, b: Id): Id => draft.binary('or', a, b);
  const [nan, infinite, negative] = ['nan', 'infinite', 'negative'].map((name) =>
    draft.reg(1, `total_${name}`),
  ) as [Id, Id, Id];
  const keep = draft.not(start);
  const held = and(keep, infinite);
  const clash = and(and(held, job.infinite), draft.binary('xor', negative, job.negative));
  const enable = { enable: take, reset: { by: draft.reset(), to: 0n } };
  draft.connect(nan, or(or(and(keep, nan), job.nan), clash), enable);
  draft.connect(infinite, or(held, job.infinite), enable);
  draft.connect(negative, draft.mux(job.infinite, job.negative, negative), enable);
  return { nan, infinite, negative };
}
