import type { Observed, Pair } from './follow.js';
import type { Bit, Bits, Graph } from './graph.js';
import { frame, type Holder, type Inputs } from './machine.js';
import { keyOf } from './relation.js';
import { runsAt } from './trace.js';
import { freeInputs, joined, sampleWindow, type Window } from './window.js';

/** A bit of the first machine's state that a state bit of the second seems to be, some cycles later. */
interface Anchor {
  readonly bit: number;
  readonly delay: number;
}

/** The runs of both machines at the cycles where they are compared. */
interface Samples {
  readonly ofSecond: (bit: number) => Uint32Array;
  readonly ofWindow: (bit: Bit) => Uint32Array;
}

/** How many bits of the window are tried for a state bit that looks like all of them. */
const mostTries = 4;

/**
 * For every state bit of the second machine the bits of the window that it may equal, the likeliest first: a register of
 * the first machine that behaves the same; else what the second machine itself makes of the window's inputs and of such
 * registers in as many cycles as it lags; else whatever was the same in all runs.
 */
export function candidatesOf(
  pair: Pair,
  window: Window,
  observed: Observed,
  ends: readonly number[],
): Bit[][] {
  const { words, all } = sampleWindow(window, observed.trace, observed.first, ends);
  const samples: Samples = {
    ofSecond: (bit) => joined(ends.map((end) => observed.second.states[end]![bit]!)),
    ofWindow: (bit) => runsAt(all, bit, words),
  };
  window.g.sweep(false);
  const byInputs = unrolled(pair, window, []);
  const anchors = anchorsOf(pair, window, samples, byInputs);
  const byState = unrolled(
    pair,
    window,
    anchors.map((list) => list[0]),
  );
  const candidates = anchors.map((list, bit) => {
    const anchored = list.map((anchor) => anchorBit(window, anchor, pair.latency)!);
    const made = byInputs[bit] ?? (list.length === 0 ? byState[bit] : undefined);
    return made === undefined ? anchored : [made];
  });
  return withLookalikes(pair, window, samples, candidates);
}

/** The window's bit that an anchor stands for at the start of that cycle, if it is in the window yet. */
function anchorBit(window: Window, { bit, delay }: Anchor, cycle: number): Bit | undefined {
  return window.states[cycle - delay]?.[bit];
}

/**
 * The state of the second machine at the end of the window, as it follows from the window's inputs and from anchors;
 * undefined for bits that depend on what the machine held before.
 */
function unrolled(
  { second, latency }: Pair,
  window: Window,
  anchors: readonly (Anchor | undefined)[],
): (Bit | undefined)[] {
  const { g } = window;
  const free = new Set<number>();
  const unknown = (): Bit => {
    const bit = g.variable();
    free.add(bit >> 1);
    return bit;
  };
  const anchored = (state: Bits, cycle: number): Bits =>
    state.map((bit, i) => (anchors[i] && anchorBit(window, anchors[i], cycle)) ?? bit);
  let state = anchored(Array.from({ length: second.stateBits }, unknown), 0);
  for (let cycle = 0; cycle < latency; cycle++) {
    const inputs: Inputs = new Map([...freeInputs(g, second), ...window.inputs[cycle]!]);
    for (const [name, bits] of inputs)
      if (!window.inputs[cycle]!.has(name)) bits.forEach((bit) => free.add(bit >> 1));
    state = anchored(frame(g, second, state, inputs, window.sums.others).next, cycle + 1);
  }
  const dependent = dependents(g, free);
  return state.map((bit) => (dependent[bit >> 1] ? undefined : bit));
}

/** By node, whether it depends on any of those variables. */
function dependents(g: Graph, variables: ReadonlySet<number>): Uint8Array {
  const found = new Uint8Array(g.size());
  for (let node = 1; node < found.length; node++) {
    if (g.isVariable(node)) found[node] = Number(variables.has(node));
    else {
      const [a, b] = g.operandsOf(node);
      found[node] = found[a >> 1]! | found[b >> 1]!;
    }
  }
  return found;
}

/** Anchors for the bits that inputs alone do not decide, register by register. */
function anchorsOf(
  { second, latency }: Pair,
  window: Window,
  samples: Samples,
  decided: readonly (Bit | undefined)[],
): Anchor[][] {
  const anchors: Anchor[][] = decided.map(() => []);
  for (const holder of second.holders) {
    if (decided.slice(holder.at, holder.at + holder.width).every((bit) => bit !== undefined)) continue;
    const runs = Array.from({ length: holder.width }, (_, i) => samples.ofSecond(holder.at + i));
    for (const partner of likeliest(holder, window.holders))
      for (let delay = 0; delay <= latency; delay++) {
        const state = window.states[latency - delay]!;
        const width = Math.min(holder.width, partner.width);
        if (!runs.slice(0, width).every((run, i) => same(run, samples.ofWindow(state[partner.at + i]!))))
          continue;
        for (let i = 0; i < width; i++) {
          const list = anchors[holder.at + i]!;
          if (list.length < mostTries) list.push({ bit: partner.at + i, delay });
        }
      }
  }
  return anchors;
}

/** The registers that one may correspond to, those of its name and then those of its width first. */
function likeliest(holder: Holder, others: readonly Holder[]): Holder[] {
  const isMemory = holder.kind === 'memory';
  const rank = (other: Holder): number =>
    (plainName(other.name) === plainName(holder.name) ? 2 : 0) + (other.width === holder.width ? 1 : 0);
  return others
    .filter((other) => (other.kind === 'memory') === isMemory && (!isMemory || other.width === holder.width))
    .sort((a, b) => rank(b) - rank(a));
}

/** A register's name without what the emitter adds to it: `u_unit.total_q` is `unit.total`. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .split('.')
    .map((part) => part.replace(/[^a-z0-9_]/g, '_').replace(/^u_/, ''))
    .join('.')
    .replace(/_q(_\d+)?$/, '');
}

function same(a: Uint32Array, b: Uint32Array): boolean {
  return a.every((word, k) => word === b[k]);
}

/** For bits without a candidate, those of the window that were the same in all runs, the oldest first. */
function withLookalikes(pair: Pair, window: Window, samples: Samples, candidates: Bit[][]): Bit[][] {
  const isMemory = new Uint8Array(candidates.length);
  for (const { kind, at, width } of pair.second.holders)
    if (kind === 'memory') isMemory.fill(1, at, at + width);
  const keys = candidates.map((list, bit) =>
    list.length > 0 || isMemory[bit] ? undefined : keyOf(samples.ofSecond(bit)),
  );
  const byRuns = new Map<string, Bit[]>();
  for (const key of keys) if (key) byRuns.set(key.key, []);
  if (byRuns.size === 0) return candidates;
  for (let node = 0; node < window.seen; node++) {
    const { key, flip } = keyOf(samples.ofWindow(2 * node));
    const list = byRuns.get(key);
    if (list && list.length < mostTries) list.push((2 * node) ^ flip);
  }
  return candidates.map((list, bit) => {
    const key = keys[bit];
    return key ? byRuns.get(key.key)!.map((other) => other ^ key.flip) : list;
  });
}
