import { candidatesOf } from './candidate.js';
import { areEqual, isOver, type Effort } from './equal.js';
import type { Bit, Bits } from './graph.js';
import { frame, type Frame, type Inputs, type Machine } from './machine.js';
import { whichAreEqual } from './merge.js';
import { guessRelations, unrelated, withoutRelations, type Relation } from './relation.js';
import { substitute } from './substitute.js';
import type { History, Trace } from './trace.js';
import { freeInputs, windowOf, type Window } from './window.js';

/** Two machines of which the second gives the outputs of the first `latency` cycles later, as is to be shown. */
export interface Pair {
  readonly first: Machine;
  readonly second: Machine;
  readonly latency: number;
}

/** What happened to both in random runs. */
export interface Observed {
  readonly trace: Trace;
  readonly first: History;
  readonly second: History;
  /** Cycles behind which the second machine has forgotten what it held at power-up. */
  readonly settled: number;
}

/**
 * A correspondence that holds on: if at the start of a cycle every state bit of the second machine is what `state` says
 * in terms of the first machine's last cycles, and the first one's relations hold, then so it is in the next cycle,
 * and the outputs agree in this one.
 */
export interface Correspondence {
  readonly window: Window;
  readonly relations: readonly Relation[];
  /** For every state bit of the second machine the bit of the window that it equals; free where there is none. */
  readonly state: readonly (Bit | 'free')[];
  /** Output ports that could not be shown equal. */
  readonly open: readonly string[];
}

/** Rounds in which a candidate that failed may come back: it may have failed because another one was wrong. */
const forgiving = 8;

/** Rounds in which classes of state bits that seemed the same are split, before none is taken for another. */
const mostSplits = 24;

/**
 * Finds what the state bits of the second machine correspond to, by how they behave in random runs, and proves by
 * induction what of it holds (van Eijk, Sequential equivalence checking based on structural similarities, 2000).
 *
 * @param related whether relations among the first machine's own state bits are sought too
 */
export function follow(pair: Pair, observed: Observed, effort: Effort, related: boolean): Correspondence {
  const ends = sampledCycles(observed, pair.latency);
  const starts = ends.map((end) => end - pair.latency);
  let relations = related
    ? guessRelations(pair.first, observed.first, starts)
    : unrelated(pair.first.stateBits);
  for (let round = 1; ; round++) {
    const window = windowOf(pair.first, pair.latency, relations, effort);
    const wrong = brokenRelations(window, relations, effort);
    if (wrong.size === 0) return { ...settle(pair, window, observed, ends, effort), relations };
    relations = round < mostSplits ? withoutRelations(relations, wrong) : unrelated(pair.first.stateBits);
  }
}

/** The last cycles of the runs, at the start of which states are compared. */
function sampledCycles({ trace, settled }: Observed, latency: number): number[] {
  const last = trace.inputs.length - 1;
  return [0, 3, 7, 12].map((back) => last - back).filter((cycle) => cycle >= settled && cycle >= latency);
}

/** The state bits of the window's machine whose relation does not hold on in the next cycle. */
function brokenRelations(window: Window, relations: readonly Relation[], effort: Effort): Set<number> {
  const wrong = new Set<number>();
  const next = window.states[1]!;
  relations.forEach(({ to, flip }, bit) => {
    if (to === 'free') return;
    const due = to === 'constant' ? flip : next[to]! ^ flip;
    if (areEqual(window.g, next[bit]!, due, effort).kind !== 'equal') wrong.add(bit);
  });
  return wrong;
}

/** Tries candidates for every state bit until all that are left hold on. */
function settle(
  pair: Pair,
  window: Window,
  observed: Observed,
  ends: readonly number[],
  effort: Effort,
): Omit<Correspondence, 'relations'> {
  const { g } = window;
  const candidates = candidatesOf(pair, window, observed, ends);
  const own = new Map<number, Bit>();
  const stateNow = (): Bit[] =>
    candidates.map((list, bit) => {
      if (list.length > 0) return list[0]!;
      if (!own.has(bit)) own.set(bit, g.variable());
      return own.get(bit)!;
    });
  const inputs: Inputs = new Map([...freeInputs(g, pair.second), ...window.inputs.at(-1)!]);
  const run = (): Frame => frame(g, pair.second, stateNow(), inputs, window.sums.others);
  while (!isOver(effort) && promote(window, candidates, run())) continue;
  for (let round = 1; ; round++) {
    const made = run();
    const wrong = brokenCandidates(window, candidates, made, effort);
    if (wrong.length === 0) {
      const open = openOutputs(pair, window, made, effort);
      const state = candidates.map((list) => list[0] ?? ('free' as const));
      return { window, state, open };
    }
    for (const bit of wrong) {
      const failed = candidates[bit]!.shift()!;
      if (round <= forgiving) candidates[bit]!.push(failed);
    }
  }
}

/**
 * Puts first, for every state bit, a candidate that holds on by being made of the same nodes; whether any was not first.
 * What is found so without a search lets others be found, and keeps wrong candidates from being searched.
 */
function promote(window: Window, candidates: Bit[][], { next }: Frame): boolean {
  const due = aCycleLater(window, candidates.flat());
  let at = 0;
  let isChanged = false;
  candidates.forEach((list, bit) => {
    const found = list.findIndex((_, i) => due[at + i] === next[bit]);
    at += list.length;
    if (found > 0) {
      list.unshift(...list.splice(found, 1));
      isChanged = true;
    }
  });
  return isChanged;
}

function brokenCandidates(
  window: Window,
  candidates: readonly (readonly Bit[])[],
  { next }: Frame,
  effort: Effort,
): number[] {
  const due = aCycleLater(
    window,
    candidates.map((list) => list[0] ?? 0),
  );
  const tried = candidates.flatMap((list, bit) => (list.length > 0 ? [bit] : []));
  const pairs = tried.map((bit) => [next[bit]!, due[bit]!] as const);
  const isEqual = whichAreEqual(window.g, pairs, effort, window.sums);
  return tried.filter((_, i) => !isEqual[i]);
}

/** What bits of the window become a cycle later. */
function aCycleLater(window: Window, bits: Bits): Bits {
  return moved(window, bits, window.states[1]!, window.inputs.slice(1));
}

/** What bits of the window are when it starts from another state and has other inputs. */
export function moved(window: Window, bits: Bits, state: Bits, inputs: readonly Inputs[]): Bits {
  const to = new Map<number, Bit>();
  window.state.forEach((bit, i) => {
    if (bit > 1 && !to.has(bit >> 1)) to.set(bit >> 1, state[i]! ^ (bit & 1));
  });
  inputs.forEach((words, cycle) => {
    for (const [name, given] of window.inputs[cycle]!)
      given.forEach((bit, i) => to.set(bit >> 1, words.get(name)![i]!));
  });
  return substitute(window.g, bits, (variable) => {
    const bit = to.get(variable);
    if (bit === undefined) throw new Error('a correspondence depends on a cycle that is still to come');
    return bit;
  });
}

function openOutputs(pair: Pair, window: Window, made: Frame, effort: Effort): string[] {
  const due = window.frames[0]!.outputs;
  return pair.first.module.outputs.flatMap(({ name }, port) => {
    const pairs = due[port]!.map((bit, i) => [bit, made.outputs[port]![i]!] as const);
    return whichAreEqual(window.g, pairs, effort, window.sums).every((is) => is) ? [] : [name];
  });
}
