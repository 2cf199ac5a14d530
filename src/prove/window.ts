import { graphOf, type Bit, type Bits, type Graph } from './graph.js';
import type { Effort } from './equal.js';
import { frame, type Frame, type Holder, type Inputs, type Machine } from './machine.js';
import type { Sums } from './value.js';
import type { Relation } from './relation.js';
import type { History, Runs, Trace } from './trace.js';

/**
 * A machine unrolled over as many cycles as another one lags behind it, and one more, from any state that its relations
 * allow and under any inputs: all words that the other one's registers may hold are among its nodes.
 */
export interface Window {
  readonly g: Graph;
  /** The first state, by state bit. */
  readonly state: Bits;
  /** The inputs of every cycle. */
  readonly inputs: readonly Inputs[];
  /** The states at the start of every cycle, and behind the last. */
  readonly states: readonly Bits[];
  readonly frames: readonly Frame[];
  /** The sums and products of all cycles; those of another machine may be added. */
  readonly sums: Sums;
  /** Nodes from here on belong to the last cycle, which the other machine's registers have not seen. */
  readonly seen: number;
  /** What the state bits belong to. */
  readonly holders: readonly Holder[];
}

/** Unrolls the machine over `latency` + 1 cycles. */
export function windowOf(
  machine: Machine,
  latency: number,
  relations: readonly Relation[],
  effort: Effort,
): Window {
  const g = graphOf({ effort });
  // What the machine itself computes twice is of no use: only the other one's nodes are compared with its own.
  g.sweep(false);
  const state: Bit[] = [];
  for (const { to, flip } of relations)
    state.push(to === 'free' ? g.variable() : to === 'constant' ? flip : state[to]! ^ flip);
  const inputs: Inputs[] = [];
  const states: Bits[] = [state];
  const frames: Frame[] = [];
  const sums: Sums = { own: [], others: [] };
  let seen = g.size();
  for (let cycle = 0; cycle <= latency; cycle++) {
    if (cycle === latency) seen = g.size();
    inputs.push(freeInputs(g, machine));
    frames.push(frame(g, machine, states.at(-1)!, inputs.at(-1)!, sums.own));
    states.push(frames.at(-1)!.next);
  }
  g.keep();
  return {
    g,
    state,
    inputs,
    states,
    frames,
    sums,
    seen,
    holders: machine.holders,
  };
}

/** New variables for all inputs of a machine. */
export function freeInputs(g: Graph, machine: Machine): Inputs {
  return new Map(
    machine.module.inputs.map((port) => [port.name, Array.from({ length: port.width }, () => g.variable())]),
  );
}

/** The runs of all nodes of a window at the end of each of those cycles of a trace, side by side. */
export function sampleWindow(
  window: Window,
  trace: Trace,
  history: History,
  ends: readonly number[],
): { readonly words: number; readonly all: Uint32Array } {
  const words = trace.words * ends.length;
  const values = new Map<number, Uint32Array>();
  const latency = window.frames.length - 1;
  const set = (bits: Bits, of: (end: number) => Runs): void => {
    const runs = ends.map(of);
    bits.forEach((bit, i) => {
      if (bit > 1 && !values.has(bit >> 1)) values.set(bit >> 1, joined(runs.map((run) => run[i]!)));
    });
  };
  window.inputs.forEach((inputs, cycle) => {
    for (const [name, bits] of inputs) set(bits, (end) => trace.inputs[end - latency + cycle]!.get(name)!);
  });
  // A relation's first bit is its own variable, not flipped, and comes first.
  set(window.state, (end) => history.states[end - latency]!);
  return { words, all: window.g.evaluate(words, (variable) => values.get(variable)!) };
}

/** Pieces of runs as one. */
export function joined(pieces: readonly Uint32Array[]): Uint32Array {
  const length = pieces[0]!.length;
  const all = new Uint32Array(length * pieces.length);
  pieces.forEach((piece, i) => all.set(piece, i * length));
  return all;
}
