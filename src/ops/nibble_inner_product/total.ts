import { clog2 } from '../../base/index.js';
import { scalar, type Datapath } from '../../builder/index.js';
import { bool, floats, int, uint } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { fixedToFloat } from '../float/index.js';
import { addFp32 } from './fp32.js';
import { sumFraction } from './accumulate.js';
import { gate, type Special } from './exponents.js';
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

/** A job's sum in the form in which sums of jobs are added. */
export function jobWord(datapath: Datapath, shape: IpuShape, sum: Id, tags: JobTags): Id {
  const { draft } = datapath;
  if (shape.accumulate === 'fixed') return fixedWord(draft, shape, sum, tags);
  const fraction = sumFraction(shape);
  const whole = draft.slice(sum, fraction, draft.widthOf(sum) - fraction);
  const width = integerWidth(shape);
  const float = draft.slice(sum, 0, floatWidth(shape));
  const rounded = fp32Of(datapath, float, {
    exponent: tags.exponent,
    offset: -22 - fraction - greatestBias(shape),
    special: tags,
  });
  draft.hint(rounded, 'job_fp32');
  return draft.mux(tags.floating, draft.extend(rounded, width, false), draft.extend(whole, width, true));
}

/** An integer times 2^(exponent + offset) as FP32, rounded to nearest, ties to even. */
export function fp32Of(
  datapath: Datapath,
  sum: Id,
  scale: { readonly exponent?: Id; readonly offset: number; readonly special: Special },
): Id {
  const { draft } = datapath;
  const { nan, infinite, negative } = scale.special;
  const { exponent } = scale;
  const flag = (id: Id) => scalar(bool, id);
  const value = scalar(int(draft.widthOf(sum)), sum);
  const rounded = fixedToFloat(
    datapath,
    value,
    floats['fp32']!,
    { rounding: 'nearest_even', overflow: 'ieee' },
    {
      ...(exponent !== undefined && { exponent: scalar(uint(draft.widthOf(exponent)), exponent) }),
      offset: scale.offset,
      nan: flag(nan),
      infinite: flag(infinite),
      infiniteSign: flag(negative),
    },
  );
  return rounded.word.id;
}

/**
 * The job's sum in units of the fixed-point sum's last bit. Nothing is lost: what a floating-point sum has below
 * that is zero, since every product is a multiple of the least one. Integers are in units of 1.
 */
function fixedWord(draft: Draft, shape: IpuShape, sum: Id, { floating, exponent }: JobTags): Id {
  const width = fixedWidth(shape);
  // Of the least exponent, that of two fields of 1, the sum's units are 2^below the last bit's.
  const below = fixedExponent(shape) - (2 - greatestBias(shape) - 22);
  const distance = draft.widthOf(exponent);
  const raise = draft.binary('sub', exponent, draft.constant(2n, distance));
  const by = draft.mux(floating, raise, draft.constant(BigInt(below), distance));
  const drop = sumFraction(shape) + below;
  const full = drop + width;
  const shifted = draft.shift('left', draft.extend(sum, full, true), by, false);
  const word = draft.slice(shifted, drop, width);
  draft.hint(word, 'job_fixed');
  return word;
}

/** The running sum, in registers. */
export interface Total {
  readonly word: Id;
  /** Whether it is a floating-point sum. */
  readonly floating: Id;
  /** Only fixed-point sums have it: in FP32 the word says so. */
  readonly special: Special;
}

/**
 * Adds jobs up. A job starts a new sum where it says so, and where the sum so far is of the other kind, of integers or
 * of floating-point numbers.
 */
export function runningTotal(
  datapath: Datapath,
  shape: IpuShape,
  job: { readonly word: Id; readonly tags: JobTags; readonly take: Id },
): Total {
  const { draft } = datapath;
  const reset = { by: draft.reset(), to: 0n };
  const state = (width: number, name: string, next: (held: Id) => Id): Id => {
    const reg = draft.reg(width, name);
    draft.connect(reg, next(reg), { enable: job.take, reset });
    return reg;
  };
  const { tags } = job;
  const floating = draft.reg(1, 'total_floating');
  draft.connect(floating, tags.floating, { enable: job.take, reset });
  const other = draft.binary('xor', floating, tags.floating);
  const start = draft.binary('or', tags.first, other);
  draft.hint(start, 'start_total');
  const word = state(draft.widthOf(job.word), 'total', (held) =>
    addJob(datapath, shape, held, { word: job.word, floating: tags.floating, start }),
  );
  if (shape.accumulate === 'fp32') return { word, floating, special: none(draft) };
  const keep = draft.not(start);
  const [nan, infinite, negative] = ['total_nan', 'total_infinite', 'total_negative'].map((name) =>
    draft.reg(1, name),
  ) as [Id, Id, Id];
  const joined = joinSpecial(draft, { nan, infinite, negative }, tags, keep);
  draft.connect(nan, joined.nan, { enable: job.take, reset });
  draft.connect(infinite, joined.infinite, { enable: job.take, reset });
  draft.connect(negative, joined.negative, { enable: job.take, reset });
  return { word, floating, special: { nan, infinite, negative } };
}

function none(draft: Draft): Special {
  const no = draft.constant(0n, 1);
  return { nan: no, infinite: no, negative: no };
}

function addJob(
  datapath: Datapath,
  shape: IpuShape,
  total: Id,
  job: { readonly word: Id; readonly floating: Id; readonly start: Id },
): Id {
  const { draft } = datapath;
  const plain = draft.binary('add', gate(draft, draft.not(job.start), total), job.word);
  if (shape.accumulate === 'fixed') return plain;
  const float = addFp32(datapath, draft.slice(total, 0, 32), draft.slice(job.word, 0, 32));
  draft.hint(float, 'total_fp32');
  const kept = draft.mux(job.start, job.word, draft.extend(float, draft.widthOf(total), false));
  return draft.mux(job.floating, kept, plain);
}

/** Infinities and NaNs of a sum of jobs: NaN stays, and infinities of both signs make one. */
function joinSpecial(draft: Draft, total: Special, job: Special, keep: Id): Special {
  const and = (a: Id, b: Id): Id => draft.binary('and', a, b);
  const or = (a: Id, b: Id): Id => draft.binary('or', a, b);
  const infinite = and(keep, total.infinite);
  const clash = and(and(infinite, job.infinite), draft.binary('xor', total.negative, job.negative));
  return {
    nan: or(or(and(keep, total.nan), job.nan), clash),
    infinite: or(infinite, job.infinite),
    negative: draft.mux(job.infinite, job.negative, total.negative),
  };
}

/** A fixed-point sum read out: rounded once to FP32, or the low bits of a sum of integers. */
export function readOut(datapath: Datapath, shape: IpuShape, { word, floating, special }: Total): Id {
  const { draft } = datapath;
  const width = integerWidth(shape);
  const rounded = fp32Of(datapath, word, { offset: fixedExponent(shape), special });
  return draft.mux(floating, draft.extend(rounded, width, false), draft.slice(word, 0, width));
}
