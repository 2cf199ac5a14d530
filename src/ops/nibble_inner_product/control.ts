import { clog2 } from '../../base/index.js';
import type { Draft, Id } from '../../ir/index.js';
import type { Reading } from './decode.js';
import { gate } from './exponents.js';
import { modeWidth } from './mode.js';
import { windowOf, type IpuShape } from './shape.js';
import type { Chosen } from './lanes.js';

/** The nibbles of one side that the passes go over, as words of two bits, and whether the highest is signed. */
interface Side {
  readonly low: Id;
  readonly high: Id;
  readonly signed: Id;
}

/** A mode word taken apart. */
export interface ModeBits {
  readonly floating: Id;
  readonly a: Reading;
  readonly b: Reading;
  readonly sides: { readonly a: Side; readonly b: Side };
}

/** What a mode word says; see `modeWord` for its bits. */
export function modeBits(draft: Draft, shape: IpuShape, mode: Id): ModeBits {
  const bit = (k: number): Id => draft.slice(mode, k, 1);
  const floating = bit(6);
  const reading = (k: number): Reading => ({
    floating,
    bf16: shape.floats === 'fp16' ? undefined : bit(k),
  });
  const side = (low: number, sign: number): Side => ({
    low: draft.extend(lowest(draft, reading(low)), 2, false),
    high: draft.mux(floating, draft.constant(2n, 2), draft.slice(mode, low, 2)),
    signed: draft.binary('and', draft.not(floating), bit(sign)),
  });
  return { floating, a: reading(0), b: reading(2), sides: { a: side(0, 4), b: side(2, 5) } };
}

/** The lowest nibble of BF16 is always zero and takes no pass. */
function lowest(draft: Draft, { floating, bf16 }: Reading): Id {
  return bf16 === undefined ? draft.constant(0n, 1) : draft.binary('and', floating, bf16);
}

/** What the unit does with its job in a cycle. */
export interface Step {
  readonly mode: ModeBits;
  /** Whether there is a job; the rest means nothing if there is none. */
  readonly busy: Id;
  readonly a: Chosen;
  readonly b: Chosen;
  /** The sum of both nibbles' numbers: the product weighs 16 to the power of it. */
  readonly weight: Id;
  /** How far the lanes served in this step are shifted behind the tree: a multiple of sp. Absent for `single`. */
  readonly base: Id | undefined;
  /** The job's first step. */
  readonly first: Id;
  /** The last pass of an alignment step, after which the lanes served are done. */
  readonly aligned: Id;
  /** The job's last step. */
  readonly last: Id;
  /** Whether a new job is taken in at the end of the cycle. */
  readonly load: Id;
  /** Whether a new job could be. */
  readonly free: Id;
}

/** The greatest shift behind the tree. */
export function mostBase(shape: IpuShape): number {
  const window = windowOf(shape);
  return shape.alignment === 'single' ? 0 : Math.floor(shape.precision / window) * window;
}

/**
 * The steps of a job: for every alignment step, outer, all passes of nibbles, inner, so that the lanes' shifts change
 * least often. A job follows the last one without a gap.
 *
 * @param more whether lanes wait for another alignment step
 * @param advance whether the unit moves on at the end of the cycle
 */
export function sequence(
  draft: Draft,
  shape: IpuShape,
  job: { readonly valid: Id; readonly mode: Id },
  more: Id,
  advance: Id,
): Step {
  const busy = draft.reg(1, 'busy');
  const held = draft.reg(modeWidth, 'mode');
  const [i, j] = [draft.reg(2, 'nibble_a'), draft.reg(2, 'nibble_b')];
  const first = draft.reg(1, 'first_step');
  const mode = modeBits(draft, shape, held);
  const { a, b } = mode.sides;
  const [endA, endB] = [draft.compare('eq', i, a.high, false), draft.compare('eq', j, b.high, false)];
  const aligned = draft.binary('and', endA, endB);
  draft.hint(aligned, 'passes_end');
  const last = draft.binary('and', aligned, draft.not(more));
  const free = draft.binary('or', draft.not(busy), last);
  draft.hint(free, 'free');
  const load = draft.binary('and', draft.binary('and', free, job.valid), advance);
  draft.hint(load, 'load');

  const fresh = modeBits(draft, shape, job.mode).sides;
  const next = (x: Id): Id => draft.binary('add', x, draft.constant(1n, 2));
  const nextJ = draft.mux(endB, b.low, next(j));
  const nextI = draft.mux(aligned, a.low, draft.mux(endB, next(i), i));
  const enable = { enable: advance };
  const starting = { by: draft.reset(), to: 0n };
  draft.connect(busy, draft.mux(free, job.valid, draft.constant(1n, 1)), { ...enable, reset: starting });
  draft.connect(held, job.mode, { enable: load });
  draft.connect(j, draft.mux(load, fresh.b.low, nextJ), enable);
  draft.connect(i, draft.mux(load, fresh.a.low, nextI), enable);
  draft.connect(first, load, enable);
  return {
    mode,
    busy,
    a: { index: i, signed: draft.binary('and', a.signed, endA) },
    b: { index: j, signed: draft.binary('and', b.signed, endB) },
    weight: draft.binary('add', draft.extend(i, 3, false), draft.extend(j, 3, false)),
    base: shape.alignment === 'single' ? undefined : baseOf(draft, shape, load, aligned, advance),
    first,
    aligned,
    last,
    load,
    free,
  };
}

/** Counts the alignment steps in units of what one of them bridges. */
function baseOf(draft: Draft, shape: IpuShape, load: Id, aligned: Id, advance: Id): Id {
  const width = Math.max(1, clog2(mostBase(shape) + 1));
  const base = draft.reg(width, 'base');
  const up = draft.binary('add', base, draft.constant(BigInt(windowOf(shape)), width));
  const next = draft.mux(aligned, up, base);
  draft.connect(base, gate(draft, draft.not(load), next), { enable: advance });
  return base;
}
