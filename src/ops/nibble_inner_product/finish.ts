import type { Datapath } from '../../builder/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { gate, type Special } from './exponents.js';
import { addFp32, magnitudeOf, orderFp32, roundFp32Sum, roundToFp32 } from './fp32.js';
import { connectValid, delayed, delayedAll } from './registers.js';
import { fixedExponent, integerWidth, resultWidth, type IpuShape } from './shape.js';
import {
  connectTotal,
  jobFixed,
  jobFp32,
  specialTotal,
  startsTotal,
  totalRegisters,
  type JobTags,
} from './total.js';

/** A job in a stage: whether there is one, its sum, and what else is known of it. */
export interface FinishedJob {
  readonly valid: Id;
  readonly sum: Id;
  readonly tags: JobTags;
}

export interface Outcome {
  readonly sum: Id;
  /** Of a fixed-point sum: 0 a number, 1 NaN, 2 infinity, 3 minus infinity. */
  readonly special: Id | undefined;
}

/** Stages behind the job's sum: `arriving` is the valid bit of the last one, to be connected here. */
export type Finish = (
  datapath: Datapath,
  shape: IpuShape,
  job: FinishedJob,
  arriving: Id,
  advance: Id,
) => Outcome & { readonly ends: Id };

/** The stages that a unit of those parameters has. */
export function finishOf(shape: IpuShape): Finish {
  if (shape.accumulate === 'fp32') return finishFp32;
  return shape.result === 'fp32' ? finishRounded : finishFixed;
}

/**
 * An FP32 sum: (4) magnitude; (5) rounded; (6) put in order with the sum of jobs; (7) aligned and added; (8) rounded. The
 * sum that stage 6 takes is one that stage 8 has made: floating-point jobs are four passes or more apart, and one
 * behind a job of integers starts a new sum.
 */
const finishFp32: Finish = (datapath, shape, job, arriving, advance) => {
  const { draft } = datapath;
  const at4 = delayedAll(draft, magnitudeOf(draft, job.sum, job.tags.floating), 4, advance);
  const tags4 = delayedAll(draft, job.tags, 4, advance);
  const word5 = delayed(draft, jobFp32(datapath, shape, at4, tags4), 'job_5', advance);
  const total = totalRegisters(draft, integerWidth(shape));
  const ordered = orderFp32(draft, draft.slice(total.word, 0, 32), draft.slice(word5, 0, 32));
  const at6 = delayedAll(draft, ordered, 6, advance);
  const at7 = delayedAll(draft, addFp32(datapath, at6), 7, advance);
  const float = roundFp32Sum(datapath, at7);
  draft.hint(float, 'total_fp32');
  const [word, tags] = [6, 7].reduce(
    ([before, known], stage) => [
      delayed(draft, before, `job_${stage}`, advance),
      tagsFor(draft, known, stage, advance),
    ],
    [word5, tagsFor(draft, tags4, 5, advance)] as [Id, JobTags],
  );
  validChain(draft, job.valid, [4, 5, 6], arriving, advance);
  const take = draft.binary('and', arriving, advance);
  const start = startsTotal(draft, total, tags);
  connectTotal(draft, total, { word, tags, take, start }, float);
  return { sum: total.word, special: undefined, ends: draft.binary('and', arriving, tags.last) };
};

/** A fixed-point sum as it is: (4) the job's sum in its units; (5) added. */
const finishFixed: Finish = (datapath, shape, job, arriving, advance) => {
  const { draft } = datapath;
  connectValid(draft, arriving, job.valid, advance);
  const { total, special, ends } = fixedTotal(draft, shape, job, arriving, advance);
  const infinity = draft.concat([draft.binary('and', special.infinite, special.negative), special.infinite]);
  const code = draft.mux(special.nan, draft.constant(1n, 2), infinity);
  return { sum: gate(draft, draft.not(draft.reduce('or', code)), total.word), special: code, ends };
};

/** A fixed-point sum read out as FP32: (4) the job's sum in its units; (5) added; (6) magnitude; (7) rounded. */
const finishRounded: Finish = (datapath, shape, job, arriving, advance) => {
  const { draft } = datapath;
  const valid4 = draft.reg(1, 'valid_4');
  connectValid(draft, valid4, job.valid, advance);
  const { total, special, ends } = fixedTotal(draft, shape, job, valid4, advance);
  validChain(draft, ends, [5], arriving, advance);
  const part = magnitudeOf(draft, total.word, total.floating);
  const at6 = delayedAll(draft, { ...part, floating: total.floating, ...special }, 6, advance);
  const rounded = roundToFp32(datapath, at6, { offset: fixedExponent(shape), special: at6 });
  const width = resultWidth(shape);
  const sum = draft.mux(
    at6.floating,
    draft.extend(rounded, width, false),
    draft.slice(at6.magnitude, 0, width),
  );
  const push = draft.binary('and', arriving, advance);
  return { sum: delayed(draft, sum, 'result', push), special: undefined, ends: arriving };
};

function fixedTotal(draft: Draft, shape: IpuShape, job: FinishedJob, valid4: Id, advance: Id) {
  const word = delayed(draft, jobFixed(draft, shape, job.sum, job.tags), 'job_4', advance);
  const tags = delayedAll(draft, job.tags, 4, advance);
  const take = draft.binary('and', valid4, advance);
  const total = totalRegisters(draft, draft.widthOf(word));
  const start = startsTotal(draft, total, tags);
  connectTotal(draft, total, { word, tags, take, start }, undefined);
  const special: Special = specialTotal(draft, tags, start, take);
  return { total, special, ends: draft.binary('and', valid4, tags.last) };
}

/** What of the tags still counts once a job's sum is rounded. */
function tagsFor(draft: Draft, tags: JobTags, stage: number, advance: Id): JobTags {
  const { floating, first, last } = tags;
  return { ...tags, ...delayedAll(draft, { floating, first, last }, stage, advance) };
}

/** Valid bits of the stages between the first one's and the last one's. */
function validChain(draft: Draft, valid: Id, stages: readonly number[], arriving: Id, advance: Id): void {
  const before = stages.reduce((previous, stage) => {
    const reg = draft.reg(1, `valid_${stage}`);
    connectValid(draft, reg, previous, advance);
    return reg;
  }, valid);
  connectValid(draft, arriving, before, advance);
}
