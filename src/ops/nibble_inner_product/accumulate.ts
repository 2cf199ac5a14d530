import { clog2 } from '../../base/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { mostBase } from './control.js';
import { gate } from './exponents.js';
import { windowOf, type IpuShape } from './shape.js';

/** Bits after the point of a job's sum: what the local and the shared shifter can move below the units. */
export function sumFraction(shape: IpuShape): number {
  return windowOf(shape) + mostBase(shape);
}

/** Bits of a job's sum: an integer one's, and those after the point. */
export function sumWidth(shape: IpuShape): number {
  return 33 + clog2(shape.lanes) + sumFraction(shape);
}

/**
 * The sum of a job's steps, exact: every tree output goes through the shared shifter, to the right by the alignment
 * step, to the left by the weight of its nibbles. In units of 2^−fraction for integers, and for floating point of
 * 2^(−22 − fraction) times two to the power of the job's greatest exponent.
 */
export function sumSteps(
  draft: Draft,
  shape: IpuShape,
  step: { readonly tree: Id; readonly base: Id | undefined; readonly weight: Id; readonly first: Id },
  enable: Id,
): Id {
  const width = sumWidth(shape);
  const most = mostBase(shape);
  const top = draft.concat([...(most > 0 ? [draft.constant(0n, most)] : []), step.tree]);
  const moved = step.base === undefined || most === 0 ? top : draft.shift('right', top, step.base, true);
  draft.hint(moved, 'aligned_sum');
  const by = draft.concat([draft.constant(0n, 2), step.weight]);
  const weighed = draft.shift('left', draft.extend(moved, width, true), by, false);
  draft.hint(weighed, 'weighed_sum');
  const sum = draft.reg(width, 'job_sum');
  const before = gate(draft, draft.not(step.first), sum);
  draft.connect(sum, draft.binary('add', before, weighed), { enable });
  return sum;
}
