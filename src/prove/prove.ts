import { failure, success, type Result } from '../base/index.js';
import type { Emitted } from '../emit/index.js';
import { topOf, type Design } from '../ir/index.js';
import type { YosysOptions } from '../synth/index.js';
import { compareDesigns, type Outcome } from './link.js';
import { machineOf } from './machine.js';
import { tooMuchState } from './problems.js';
import { readBack } from './readback.js';

/** A design in all its forms. */
export interface Forms {
  /** As it was written. */
  readonly written: Design;
  /** Simplified: the same cycle by cycle. */
  readonly simplified: Design;
  /** Simplified and pipelined. */
  readonly optimised: Design;
  readonly emitted: Emitted;
}

/** A form that is compared with the design as written. */
export type Form = 'simplified' | 'optimised' | 'verilog';

/** What became of the comparison of one form with the design as written. */
export interface Link {
  readonly form: Form;
  /** Cycles that its outputs lag behind those of the design as written. */
  readonly latency: number;
  readonly outcome: Outcome;
  readonly seconds: number;
}

export interface Proof {
  /** Whether the Verilog was proven equal to the design as written. */
  readonly proved: boolean;
  /** Where it was not: the cycles behind the reset for which it was, starting as simulators start; null for none. */
  readonly bounded: number | null;
  readonly links: readonly Link[];
  /** The Yosys that read the Verilog; null where that took too long. */
  readonly yosys: string | null;
}

export interface ProveOptions extends YosysOptions {
  readonly seed: number;
  /**
   * Seconds after which a comparison gives up; all of them together, unless every form is asked for. Reading the Verilog
   * may take as long before.
   */
  readonly timeLimit: number;
  /** Cycles behind the reset to compare where induction does not close. */
  readonly cycles: number;
  /** Compare every form, not only the Verilog. The others are compared anyway where the Verilog is not equal. */
  readonly everyForm?: boolean;
}

/** Milliseconds that a timer can be set to. */
const longest = 2 ** 31 - 1;

/** Most state bits of a design that are followed. */
const mostState = 1 << 16;

/**
 * Whether the emitted Verilog, as Yosys reads it, equals the design as written: for all inputs, in every cycle behind a
 * reset. docs/verification.md says how it is shown, and what is taken for granted.
 */
export async function prove(forms: Forms, options: ProveOptions): Promise<Result<Proof>> {
  const { written } = forms;
  const { stateBits } = machineOf(written);
  if (stateBits > mostState) return failure(tooMuchState(stateBits, mostState));
  const limit = AbortSignal.timeout(Math.min(Math.ceil(options.timeLimit * 1000), longest));
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  const verilog = await readBack(forms.emitted, topOf(forms.optimised), { ...options, signal });
  const isLate = limit.aborted && options.signal?.aborted !== true;
  if (!verilog.ok && !isLate) return verilog;
  const lag = topOf(forms.optimised).latency - topOf(written).latency;
  const last = verilog.ok
    ? compare('verilog', written, verilog.value.design, lag, options)
    : unread(lag, options.timeLimit);
  const earlier = compareEarlier(forms, lag, last, options);
  const { outcome } = last;
  return success({
    proved: outcome.kind === 'proved',
    bounded: outcome.kind === 'bounded' ? outcome.cycles : null,
    links: [...earlier, last],
    yosys: verilog.ok ? verilog.value.yosys : null,
  });
}

function unread(latency: number, seconds: number): Link {
  const why = 'the time was used up by Yosys reading the Verilog';
  return { form: 'verilog', latency, outcome: { kind: 'unknown', why }, seconds };
}

/** The forms on the way to the Verilog: without being asked for, only where that was not proven and left time for them. */
function compareEarlier(forms: Forms, lag: number, last: Link, options: ProveOptions): Link[] {
  const { written, simplified, optimised } = forms;
  const { everyForm = false } = options;
  if (!everyForm && last.outcome.kind === 'proved') return [];
  let left = options.timeLimit - (everyForm ? 0 : last.seconds);
  const links: Link[] = [];
  for (const [form, other, latency] of [
    ['simplified', simplified, 0],
    ['optimised', optimised, lag],
  ] as const) {
    if (left <= 0) break;
    links.push(compare(form, written, other, latency, { ...options, timeLimit: left }));
    if (!everyForm) left -= links.at(-1)!.seconds;
  }
  return links;
}

function compare(form: Form, written: Design, other: Design, latency: number, options: ProveOptions): Link {
  const start = performance.now();
  const { seed, cycles } = options;
  const deadline = start + options.timeLimit * 1000;
  const outcome = compareDesigns(written, other, latency, { seed, cycles, deadline });
  return { form, latency, outcome, seconds: Math.round(performance.now() - start) / 1000 };
}
