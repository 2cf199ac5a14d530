import type { Draft, Id } from '../../ir/index.js';
import { modeBits, type ModeBits, type Step } from './control.js';
import { decodeOperand } from './decode.js';
import { alignLanes, any, distanceBits, type Special } from './exponents.js';
import { isNear, type Lane } from './lanes.js';
import { delayedAll } from './registers.js';
import { windowOf, type IpuShape } from './shape.js';

/** A job offered to the unit, as words of the circuit. */
export interface JobWords {
  readonly valid: Id;
  readonly mode: Id;
  /** 16 bits a lane. */
  readonly a: readonly Id[];
  readonly b: readonly Id[];
  readonly first: Id;
  readonly last: Id;
}

/** Registers of the lanes; `connectLanes` gives them their next values. */
export function laneRegisters(draft: Draft, shape: IpuShape): Lane[] {
  return Array.from({ length: shape.lanes }, (_, k) => ({
    a: draft.reg(16, `a_${k}`),
    b: draft.reg(16, `b_${k}`),
    negative: draft.reg(1, `negative_${k}`),
    distance: draft.reg(distanceBits(shape), `distance_${k}`),
    active: draft.reg(1, `active_${k}`),
  }));
}

/** Whether lanes wait for another alignment step behind the one that is on. */
export function lanesWait(draft: Draft, shape: IpuShape, lanes: readonly Lane[]): Id {
  if (shape.alignment === 'single') return draft.constant(0n, 1);
  const waiting = any(
    draft,
    lanes.map((lane) => draft.binary('and', lane.active, draft.not(isNear(draft, shape, lane.distance)))),
  );
  draft.hint(waiting, 'lanes_wait');
  return waiting;
}

/** What the job registers hold besides the lanes. */
export interface Held extends Special {
  readonly floating: Id;
  readonly greatest: Id;
  readonly first: Id;
  readonly last: Id;
}

/**
 * Decodes the job and works out its alignment on the way into the registers. For `multi`, lanes that were served do
 * not take part any more, and the others come nearer by what one alignment step bridges.
 */
export function loadJob(
  draft: Draft,
  shape: IpuShape,
  job: JobWords,
  lanes: readonly Lane[],
  step: Step,
  advance: Id,
): Held {
  const mode = modeBits(draft, shape, job.mode);
  const pairs = job.a.map((word, k) => ({
    a: decodeOperand(draft, word, mode.a, `a_${k}`),
    b: decodeOperand(draft, job.b[k]!, mode.b, `b_${k}`),
  }));
  const aligned = alignLanes(draft, shape, mode.floating, pairs);
  lanes.forEach((lane, k) => {
    const { a, b } = pairs[k]!;
    const once = { enable: step.load };
    draft.connect(lane.a, a.nibbles, once);
    draft.connect(lane.b, b.nibbles, once);
    draft.connect(lane.negative, draft.binary('xor', a.negative, b.negative), once);
    const { distance, active } = aligned.lanes[k]!;
    connectAlignment(draft, shape, lane, { distance, active }, step, advance);
  });
  const { floating } = mode;
  const { first, last } = job;
  const words = { floating, greatest: aligned.greatest, first, last, ...aligned.special };
  return delayedAll(draft, words, 1, step.load);
}

function connectAlignment(
  draft: Draft,
  shape: IpuShape,
  lane: Lane,
  fresh: Pick<Lane, 'distance' | 'active'>,
  step: Step,
  advance: Id,
): void {
  if (shape.alignment === 'single') {
    draft.connect(lane.distance, fresh.distance, { enable: step.load });
    draft.connect(lane.active, fresh.active, { enable: step.load });
    return;
  }
  const width = draft.widthOf(lane.distance);
  const nearer = draft.binary('sub', lane.distance, draft.constant(BigInt(windowOf(shape)), width));
  const waits = draft.binary('and', lane.active, draft.not(isNear(draft, shape, lane.distance)));
  const enable = draft.binary('or', step.load, draft.binary('and', advance, step.aligned));
  draft.connect(lane.distance, draft.mux(step.load, fresh.distance, nearer), { enable });
  draft.connect(lane.active, draft.mux(step.load, fresh.active, waits), { enable });
}

/** The greatest exponent with every field biased as the widest format of the unit biases its own. */
export function commonBias(draft: Draft, { a, b }: ModeBits, greatest: Id): Id {
  if (a.bf16 === undefined || b.bf16 === undefined) return greatest;
  const width = draft.widthOf(greatest);
  const more = (bf16: Id): Id => draft.mux(bf16, draft.constant(0n, width), draft.constant(112n, width));
  return draft.binary('add', greatest, draft.binary('add', more(a.bf16), more(b.bf16)));
}
