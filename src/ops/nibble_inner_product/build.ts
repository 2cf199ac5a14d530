import type { Datapath } from '../../builder/index.js';
import type { Id } from '../../ir/index.js';
import { sumSteps } from './accumulate.js';
import { sequence, type Step } from './control.js';
import { finishOf, type FinishedJob, type Outcome } from './finish.js';
import { commonBias, laneRegisters, lanesWait, loadJob, type Held, type JobWords } from './job.js';
import { sumLanes } from './lanes.js';
import { connectValid, delayed, delayedAll } from './registers.js';
import type { IpuShape } from './shape.js';

export interface IpuWords extends Outcome {
  /** Whether a job is taken in at the end of the cycle if one is offered; does not depend on the job. */
  readonly ready: Id;
  /** Whether there is a result. */
  readonly valid: Id;
}

/**
 * The unit, in stages: (1) job registers, behind decoders and exponent unit; (2) lanes, local shifters and tree; (3)
 * shared shifter and the job's sum; and those that add jobs up, see `finishOf`.
 *
 * A job follows the last one without a gap. All stages stand still together, and only while a result waits that would
 * be overwritten.
 */
export function buildIpu(datapath: Datapath, shape: IpuShape, job: JobWords, taken: Id): IpuWords {
  const { draft } = datapath;
  const arriving = draft.reg(1, 'valid_last');
  const valid = draft.reg(1, 'result_valid');
  const waits = draft.binary('and', valid, draft.not(taken));
  draft.hint(waits, 'result_waits');
  const advance = draft.not(draft.binary('and', waits, arriving));
  draft.hint(advance, 'advance');

  const lanes = laneRegisters(draft, shape);
  const step = sequence(draft, shape, job, lanesWait(draft, shape, lanes), advance);
  const held = loadJob(draft, shape, job, lanes, step, advance);
  const done = stepsToJob(datapath, shape, { lanes, step, held }, advance);
  const { ends, ...outcome } = finishOf(shape)(datapath, shape, done, arriving, advance);
  const arrives = draft.binary('and', ends, advance);
  connectValid(draft, valid, draft.binary('or', waits, arrives));
  return { ready: draft.binary('and', step.free, advance), valid, ...outcome };
}

/** Stages 2 and 3: the steps of a job, and their sum with what belongs to it once the last one is in. */
function stepsToJob(
  datapath: Datapath,
  shape: IpuShape,
  { lanes, step, held }: { lanes: ReturnType<typeof laneRegisters>; step: Step; held: Held },
  advance: Id,
): FinishedJob {
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
