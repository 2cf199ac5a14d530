import type { Datapath } from '../../builder/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { sumSteps } from './accumulate.js';
import { sequence, type Step } from './control.js';
import { gate } from './exponents.js';
import { commonBias, laneRegisters, lanesWait, loadJob, type Held, type JobWords } from './job.js';
import { sumLanes } from './lanes.js';
import { connectValid, delayed, delayedAll } from './registers.js';
import type { IpuShape } from './shape.js';
import { jobWord, readOut, runningTotal, type JobTags, type Total } from './total.js';

export interface IpuWords {
  /** Whether a job is taken in at the end of the cycle if one is offered; does not depend on the job. */
  readonly ready: Id;
  /** Whether there is a result. */
  readonly valid: Id;
  readonly sum: Id;
  /** Of a fixed-point sum: 0 a number, 1 NaN, 2 infinity, 3 minus infinity. */
  readonly special: Id | undefined;
}

/**
 * The unit, in stages: (1) job registers, behind decoders and exponent unit; (2) lanes, local shifters and tree; (3)
 * shared shifter and the job's sum; (4) the job's sum in the form in which it is added to others; (5) the sum of jobs;
 * and (6) where a fixed-point sum is read out as FP32, that.
 *
 * A job follows the last one without a gap. All stages stand still together, and only while a result waits that would
 * be overwritten.
 */
export function buildIpu(datapath: Datapath, shape: IpuShape, job: JobWords, taken: Id): IpuWords {
  const { draft } = datapath;
  const rounds = shape.accumulate === 'fixed' && shape.result === 'fp32';
  const arriving = draft.reg(1, rounds ? 'valid_5' : 'valid_4');
  const valid = draft.reg(1, 'result_valid');
  const waits = draft.binary('and', valid, draft.not(taken));
  draft.hint(waits, 'result_waits');
  const advance = draft.not(draft.binary('and', waits, arriving));
  draft.hint(advance, 'advance');

  const lanes = laneRegisters(draft, shape);
  const step = sequence(draft, shape, job, lanesWait(draft, shape, lanes), advance);
  const held = loadJob(draft, shape, job, lanes, step, advance);
  const done = stepsToJob(datapath, shape, { lanes, step, held }, advance);

  const word = delayed(draft, jobWord(datapath, shape, done.sum, done.tags), 'job_word', advance);
  const tags = delayedAll(draft, done.tags, 4, advance);
  const valid4 = rounds ? draft.reg(1, 'valid_4') : arriving;
  connectValid(draft, valid4, done.valid, advance);
  const total = runningTotal(datapath, shape, { word, tags, take: draft.binary('and', valid4, advance) });
  const ends = draft.binary('and', valid4, tags.last);
  const ready = draft.binary('and', step.free, advance);
  const keep = (next: Id): void =>
    connectValid(draft, valid, draft.binary('or', waits, draft.binary('and', next, advance)));
  if (!rounds) {
    keep(ends);
    return { ready, valid, ...readOutPlain(draft, shape, total) };
  }
  connectValid(draft, arriving, ends, advance);
  keep(arriving);
  const push = draft.binary('and', arriving, advance);
  const sum = delayed(draft, readOut(datapath, shape, total), 'result', push);
  return { ready, valid, sum, special: undefined };
}

/** Stages 2 and 3: the steps of a job, and their sum with what belongs to it once the last one is in. */
function stepsToJob(
  datapath: Datapath,
  shape: IpuShape,
  { lanes, step, held }: { lanes: ReturnType<typeof laneRegisters>; step: Step; held: Held },
  advance: Id,
): { readonly valid: Id; readonly sum: Id; readonly tags: JobTags } {
  const { draft } = datapath;
  const valid2 = draft.reg(1, 'valid_2');
  const valid3 = draft.reg(1, 'valid_3');
  const tree = delayed(draft, sumLanes(datapath, shape, lanes, step.a, step.b), 'tree', advance);
  const { greatest, ...others } = held;
  const exponent = commonBias(draft, step.mode, greatest);
  const tags2 = delayedAll(draft, { ...others, exponent }, 2, advance);
  const { weight, first: start, last: end } = step;
  const at2 = delayedAll(draft, { weight, start, end }, 2, advance);
  const base = step.base === undefined ? undefined : delayed(draft, step.base, 'base_2', advance);
  connectValid(draft, valid2, step.busy, advance);
  const enable = draft.binary('and', advance, valid2);
  const sum = sumSteps(draft, shape, { tree, base, weight: at2.weight, first: at2.start }, enable);
  connectValid(draft, valid3, draft.binary('and', valid2, at2.end), advance);
  return { valid: valid3, sum, tags: delayedAll(draft, tags2, 3, advance) };
}

/** The sum as it is held; a fixed-point sum that is no number is 0. */
function readOutPlain(draft: Draft, shape: IpuShape, total: Total): Pick<IpuWords, 'sum' | 'special'> {
  if (shape.result === 'fp32') return { sum: total.word, special: undefined };
  const { nan, infinite, negative } = total.special;
  const infinity = draft.concat([draft.binary('and', infinite, negative), infinite]);
  const special = draft.mux(nan, draft.constant(1n, 2), infinity);
  return { sum: gate(draft, draft.not(draft.reduce('or', special)), total.word), special };
}
