import { random, type Random } from '../base/index.js';
import { resetName, type Port } from '../ir/index.js';
import { graphOf, type Bits } from './graph.js';
import { frame, startOf, type Machine } from './machine.js';

/** The words of bits in many runs at once: 32 runs to a word, the same number of words for every bit. */
export type Runs = readonly Uint32Array[];

/** What happened in every cycle of many random runs. */
export interface Trace {
  /** Words of 32 runs each. */
  readonly words: number;
  readonly inputs: readonly ReadonlyMap<string, Runs>[];
}

/** The states and outputs of a machine in the cycles of a trace. */
export interface History {
  readonly states: readonly Runs[];
  readonly outputs: readonly (readonly Runs[])[];
}

/**
 * Random inputs for those ports: the reset is held for the first `held` cycles and comes back now and then; other
 * bits are uniform, mostly 0, mostly 1, or as in the cycle before, by port and cycle.
 */
export function randomTrace(
  ports: readonly Port[],
  cycles: number,
  words: number,
  held: number,
  seed: number,
): Trace {
  const source = random(seed);
  const inputs: Map<string, Runs>[] = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    const before = inputs.at(-1);
    inputs.push(
      new Map(
        ports.map((port) => [
          port.name,
          port.name === resetName
            ? [resetRuns(source, words, cycle < held)]
            : portRuns(source, port, words, before?.get(port.name)),
        ]),
      ),
    );
  }
  return { words, inputs };
}

function resetRuns(source: Random, words: number, isHeld: boolean): Uint32Array {
  return Uint32Array.from({ length: words }, () =>
    isHeld ? 0 : source.uint32() | source.uint32() | mostly(source),
  );
}

function mostly(source: Random): number {
  return source.uint32() | source.uint32() | source.uint32();
}

/** Words for all bits of a port: at corners of its elements, uniform, mostly 0 or 1, or as in the cycle before. */
function portRuns(source: Random, port: Port, words: number, before: Runs | undefined): Runs {
  const kind = source.below(10);
  if (kind === 9 && before) return before;
  if (kind < 3) return cornerRuns(source, port, words);
  const word = (): number => {
    const uniform = source.uint32();
    if (kind === 7) return uniform & source.uint32() & source.uint32();
    return kind === 8 ? uniform | source.uint32() | source.uint32() : uniform;
  };
  return Array.from({ length: port.width }, () => Uint32Array.from({ length: words }, word));
}

/** Every element least, greatest, zero or all ones: its top bit by chance, all others equal by chance. */
function cornerRuns(source: Random, { width, lanes }: Port, words: number): Runs {
  const some = (): Uint32Array => Uint32Array.from({ length: words }, () => source.uint32());
  return Array.from({ length: lanes }, () => {
    const [top, rest] = [some(), some()];
    return Array.from({ length: width / lanes }, (_, bit) => (bit + 1 < width / lanes ? rest : top));
  }).flat();
}

/** Runs a machine from its power-up state through a trace; ports that the trace lacks get random words. */
export function runMachine(machine: Machine, trace: Trace, seed: number): History {
  const g = graphOf();
  const source = random(seed);
  const variables = (width: number): Bits => Array.from({ length: width }, () => g.variable());
  const state = variables(machine.stateBits);
  const inputs = new Map(machine.module.inputs.map((port) => [port.name, variables(port.width)]));
  const { outputs, next } = frame(g, machine, state, inputs);
  const fill = (bit: number): Uint32Array => new Uint32Array(trace.words).fill(-(bit & 1));
  const history: { states: Runs[]; outputs: Runs[][] } = {
    states: [startOf(machine).map(fill)],
    outputs: [],
  };
  for (const given of trace.inputs) {
    const values = new Map<number, Uint32Array>();
    const set = (bits: Bits, runs: Runs): void => bits.forEach((bit, i) => values.set(bit >> 1, runs[i]!));
    set(state, history.states.at(-1)!);
    for (const port of machine.module.inputs)
      set(inputs.get(port.name)!, given.get(port.name) ?? portRuns(source, port, trace.words, undefined));
    const all = g.evaluate(trace.words, (variable) => values.get(variable)!);
    const runsOf = (bits: Bits): Runs => bits.map((bit) => runsAt(all, bit, trace.words));
    history.outputs.push(outputs.map(runsOf));
    history.states.push(runsOf(next));
  }
  return history;
}

/** The runs of a bit among those of all nodes. */
export function runsAt(all: Uint32Array, bit: number, words: number): Uint32Array {
  const runs = all.slice((bit >> 1) * words, ((bit >> 1) + 1) * words);
  if (bit & 1) for (let k = 0; k < words; k++) runs[k] = ~runs[k]!;
  return runs;
}
