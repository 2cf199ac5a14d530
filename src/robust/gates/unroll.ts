import { unreachable } from '../../base/index.js';
import { graphOf, type Bit, type Graph } from '../../prove/index.js';
import { netsOf, type BitExpression, type BitNetwork } from '../../sim/index.js';
import type { Stimulus } from '../../synth/index.js';

/** The bits of one cycle of a circuit: of each net, and what each state becomes. */
interface Frame {
  readonly nets: Int32Array;
  readonly states: Int32Array;
  readonly next: Int32Array;
}

/** Bits that a fault makes others of, by net or state. */
type Changed = ReadonlyMap<number, Bit>;

/** A circuit over some cycles as a graph, and what faults make of it. */
export interface Unrolled {
  readonly graph: Graph;
  /**
   * Pairs of bits, right and wrong, that may differ with a line stuck: of outputs, cycle by cycle, and of the states behind
   * the last one.
   */
  readonly compare: (
    net: number,
    value: 0 | 1,
  ) => {
    readonly outputs: readonly (readonly [Bit, Bit])[];
    readonly states: readonly (readonly [Bit, Bit])[];
  };
  /** Words of the input ports by which variables have these values; other variables are 0. */
  readonly stimulus: (values: ReadonlyMap<number, boolean>) => Stimulus;
}

const zero: Bit = 0;
const one: Bit = 1;

/** One cycle from any state, with any inputs. */
export function anyCycle(network: BitNetwork): Unrolled {
  const graph = graphOf();
  const states = Int32Array.from(network.states, () => graph.variable());
  return unrolled(graph, network, states, [freeInputs(graph, network, {})]);
}

/**
 * Cycles from all states at zero: those of the stimulus at the start, then some with any inputs.
 *
 * @param held values of ports in the latter
 */
export function fromPowerUp(
  network: BitNetwork,
  { words }: Stimulus,
  warmUp: number,
  free: number,
  held: Readonly<Record<string, bigint>>,
): Unrolled {
  const graph = graphOf();
  const states = new Int32Array(network.states.length);
  const given = (cycle: number) => (name: string) => words[name]?.[cycle]?.[0] ?? 0n;
  const inputs = [
    ...Array.from({ length: warmUp }, (_, cycle) => fixedInputs(network, given(cycle))),
    ...Array.from({ length: free }, () => freeInputs(graph, network, held)),
  ];
  return unrolled(graph, network, states, inputs);
}

type Inputs = ReadonlyMap<number, Bit>;

function fixedInputs({ inputs }: BitNetwork, word: (name: string) => bigint): Inputs {
  return new Map(
    inputs.flatMap(({ name, bits }) =>
      bits.map((net, k) => [net as number, Number((word(name) >> BigInt(k)) & 1n)] as const),
    ),
  );
}

function freeInputs(graph: Graph, { inputs }: BitNetwork, held: Readonly<Record<string, bigint>>): Inputs {
  return new Map(
    inputs.flatMap(({ name, bits }) => {
      const word = held[name];
      const bit = (k: number): Bit =>
        word === undefined ? graph.variable() : Number((word >> BigInt(k)) & 1n);
      return bits.map((net, k) => [net as number, bit(k)] as const);
    }),
  );
}

function unrolled(
  graph: Graph,
  network: BitNetwork,
  states: Int32Array,
  inputs: readonly Inputs[],
): Unrolled {
  const frames: Frame[] = [];
  for (const given of inputs) frames.push(frameOf(graph, network, given, frames.at(-1)?.next ?? states));
  const step = faultyStep(graph, network);
  const outputNets = network.outputs.flatMap(({ bits }) => bits).filter((net) => typeof net === 'number');
  return {
    graph,
    compare(net, value) {
      const outputs: (readonly [Bit, Bit])[] = [];
      let changed: Changed = new Map();
      for (const frame of frames) {
        const found = step(frame, changed, net, value === 1 ? one : zero);
        for (const output of outputNets) {
          const bit = found.nets.get(output);
          if (bit !== undefined) outputs.push([frame.nets[output]!, bit]);
        }
        changed = found.next;
      }
      const last = frames.at(-1)!;
      return { outputs, states: [...changed].map(([state, bit]) => [last.next[state]!, bit] as const) };
    },
    stimulus: (values) => ({
      cycles: inputs.length,
      streams: 1,
      words: Object.fromEntries(
        network.inputs.map(({ name, bits }) => [
          name,
          inputs.map((given) => [wordOf(bits.map((net) => valueOf(given.get(net as number)!, values)))]),
        ]),
      ),
    }),
  };
}

function valueOf(bit: Bit, values: ReadonlyMap<number, boolean>): boolean {
  return (values.get(bit >> 1) ?? false) !== ((bit & 1) === 1);
}

function wordOf(bits: readonly boolean[]): bigint {
  return bits.reduceRight((word, bit) => (word << 1n) | BigInt(bit), 0n);
}

function frameOf(graph: Graph, { nets, gates, states }: BitNetwork, inputs: Inputs, from: Int32Array): Frame {
  const bits = new Int32Array(nets);
  for (const [net, bit] of inputs) bits[net] = bit;
  const net = (at: number): Bit => bits[at]!;
  const state = (at: number): Bit => from[at]!;
  for (const gate of gates) bits[gate.net] = made(graph, gate.value, net, state);
  return { nets: bits, states: from, next: Int32Array.from(states, (next) => made(graph, next, net, state)) };
}

/** Computes of a cycle only what a fault, and states that are wrong already, may change. */
function faultyStep(graph: Graph, { gates, states }: BitNetwork) {
  const reads = gates.map(({ value }) => ({ nets: netsOf(value), states: statesOf(value) }));
  const stateReads = states.map((next) => netsOf(next));
  return (frame: Frame, wrong: Changed, stuck: number, value: Bit) => {
    const nets = new Map<number, Bit>();
    if (frame.nets[stuck] !== value) nets.set(stuck, value);
    const next = new Map<number, Bit>();
    const net = (at: number): Bit => nets.get(at) ?? frame.nets[at]!;
    const state = (at: number): Bit => wrong.get(at) ?? frame.states[at]!;
    gates.forEach((gate, i) => {
      const read = reads[i]!;
      if (gate.net === stuck) return;
      if (!read.nets.some((at) => nets.has(at)) && !read.states.some((at) => wrong.has(at))) return;
      const bit = made(graph, gate.value, net, state);
      if (bit !== frame.nets[gate.net]) nets.set(gate.net, bit);
    });
    states.forEach((expression, i) => {
      if (!wrong.has(i) && !stateReads[i]!.some((at) => nets.has(at))) return;
      const bit = made(graph, expression, net, state);
      if (bit !== frame.next[i]) next.set(i, bit);
    });
    return { nets, next };
  };
}

function statesOf(expression: BitExpression): number[] {
  switch (expression.kind) {
    case 'state':
      return [expression.state];
    case 'not':
      return statesOf(expression.of);
    case 'and':
    case 'or':
    case 'xor':
      return [...statesOf(expression.left), ...statesOf(expression.right)];
    default:
      return [];
  }
}

function made(g: Graph, e: BitExpression, net: (at: number) => Bit, state: (at: number) => Bit): Bit {
  switch (e.kind) {
    case 'constant':
      return e.value ? one : zero;
    case 'net':
      return net(e.net);
    case 'state':
      return state(e.state);
    case 'not':
      return made(g, e.of, net, state) ^ 1;
    case 'and':
      return g.and(made(g, e.left, net, state), made(g, e.right, net, state));
    case 'or':
      return g.and(made(g, e.left, net, state) ^ 1, made(g, e.right, net, state) ^ 1) ^ 1;
    case 'xor':
      return exclusive(g, made(g, e.left, net, state), made(g, e.right, net, state));
    default:
      return unreachable(e);
  }
}

/** Whether two bits differ. */
export function exclusive(g: Graph, a: Bit, b: Bit): Bit {
  return g.and(g.and(a, b) ^ 1, g.and(a ^ 1, b ^ 1) ^ 1);
}
