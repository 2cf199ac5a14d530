import type { Design } from '../ir/index.js';
import { findBase, heldCycles, type Base } from './base.js';
import { checkCycles } from './bounded.js';
import { confirm, type Comparison, type Counterexample, type Sequence } from './counterexample.js';
import { isOver, type Effort } from './equal.js';
import { follow, type Correspondence, type Observed, type Pair } from './follow.js';
import { machineOf, type Machine } from './machine.js';
import { randomTrace, runMachine, type Trace } from './trace.js';

/** What became of one comparison of two forms of a design. */
export type Outcome =
  /** Equal for all inputs, in every cycle from `base` on. */
  | { readonly kind: 'proved'; readonly base: Base; readonly matched: number; readonly bits: number }
  | {
      readonly kind: 'refuted';
      readonly by: 'random runs' | 'search';
      readonly counterexample: Counterexample;
    }
  /** Equal for all inputs, in that many cycles behind the reset, starting as simulators start. */
  | { readonly kind: 'bounded'; readonly cycles: number; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

export interface LinkOptions {
  readonly seed: number;
  /** When to give up, in milliseconds as `performance.now()` counts them. */
  readonly deadline: number;
  /** Cycles to compare where induction does not close. */
  readonly cycles: number;
}

/** The part of the time that the induction may take; the rest is for comparing cycle by cycle. */
const inductive = 0.75;

/** Compares two designs of the same ports, of which the second lags by `latency` cycles. */
export function compareDesigns(
  first: Design,
  second: Design,
  latency: number,
  options: LinkOptions,
): Outcome {
  const pair = { first: machineOf(first), second: machineOf(second), latency };
  const comparison: Comparison = {
    first,
    second,
    latency,
    from: heldCycles(latency),
    deadline: options.deadline,
  };
  const observed = observe(pair, options.seed);
  const difference = differenceIn(pair, observed);
  const seen = difference && confirm(comparison, difference);
  if (seen) return { kind: 'refuted', by: 'random runs', counterexample: seen };
  const now = performance.now();
  const effort: Effort = { conflicts: 3000, deadline: now + inductive * (options.deadline - now) };
  let found = follow(pair, observed, effort, false);
  let base = found.open.length === 0 ? findBase(pair, found, effort) : undefined;
  if (!base && pair.first.stateBits > 0 && !isOver(effort)) {
    found = follow(pair, observed, effort, true);
    base = found.open.length === 0 ? findBase(pair, found, effort) : undefined;
  }
  if (base) return { kind: 'proved', base, matched: matchedBits(found), bits: pair.second.stateBits };
  const why = isOver(effort) ? 'the time for an induction over one cycle was used up' : whyOpen(found);
  return checkBounded(pair, comparison, why, options);
}

function matchedBits({ state }: Correspondence): number {
  return state.filter((bit) => bit !== 'free').length;
}

function whyOpen(found: Correspondence): string {
  if (found.open.length === 0)
    return 'no cycle behind power-up was found from which on the registers correspond';
  const free = found.state.length - matchedBits(found);
  const rest = free === 0 ? '' : `; ${free} register bits have no counterpart`;
  return `no induction over one cycle shows ${found.open.map((name) => `\`${name}\``).join(', ')}${rest}`;
}

function checkBounded(pair: Pair, comparison: Comparison, why: string, options: LinkOptions): Outcome {
  const checked = checkCycles(pair, options.cycles, { conflicts: 1e6, deadline: options.deadline });
  const counterexample = checked.difference && confirm(comparison, checked.difference);
  if (counterexample) return { kind: 'refuted', by: 'search', counterexample };
  if (checked.difference)
    return { kind: 'unknown', why: 'a counterexample was found that simulation does not confirm' };
  if (checked.cycles === 0)
    return { kind: 'unknown', why: `${why}; the search for a counterexample ran out of time` };
  return { kind: 'bounded', cycles: checked.cycles, why };
}

/** Cycles of random runs beyond those that fill a pipeline: a unit may take dozens of them for one output. */
const observedCycles = 64;

/** Words of 32 random runs each. */
const runWords = 8;

function observe({ first, second, latency }: Pair, seed: number): Observed {
  const held = heldCycles(latency);
  const cycles = held + 2 * latency + observedCycles;
  const trace = randomTrace(first.module.inputs, cycles, runWords, held, seed);
  const observed = {
    trace,
    first: runMachine(first, trace, seed),
    second: runMachine(second, trace, seed),
    settled: held + latency,
  };
  return observed;
}

/** The inputs of the random run that differs the earliest. */
function differenceIn({ first, latency }: Pair, observed: Observed): Sequence | undefined {
  const { trace } = observed;
  for (let cycle = heldCycles(latency); cycle + latency < trace.inputs.length; cycle++)
    for (const [port, due] of observed.first.outputs[cycle]!.entries())
      for (const [bit, runs] of due.entries()) {
        const found = observed.second.outputs[cycle + latency]![port]![bit]!;
        const word = runs.findIndex((run, k) => run !== found[k]);
        if (word < 0) continue;
        const lane = 31 - Math.clz32(runs[word]! ^ found[word]!);
        return runOf(trace, first, 32 * word + lane);
      }
  return undefined;
}

function runOf(trace: Trace, first: Machine, run: number): Sequence {
  return trace.inputs.map((inputs) =>
    Object.fromEntries(
      first.module.inputs.map(({ name }) => [
        name,
        inputs
          .get(name)!
          .reduce(
            (sum, runs, bit) => sum | (BigInt((runs[run >> 5]! >>> (run & 31)) & 1) << BigInt(bit)),
            0n,
          ),
      ]),
    ),
  );
}
