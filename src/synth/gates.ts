import { success, unreachable, type Result } from '../base/index.js';
import {
  compileBits,
  type BitExpression,
  type BitNetwork,
  type BitSimulator,
  type Gate,
} from '../sim/index.js';
import { parseExpression, type Expression } from './boolean.js';
import { clockNets, type Instance, type Netlist } from './netlist.js';
import { levelOrder } from './order.js';

/** What is fed to a netlist: for each input port but the clock, a word for each cycle and stream: `words[cycle][stream]`. */
export interface Stimulus {
  readonly cycles: number;
  readonly streams: number;
  readonly words: Readonly<Record<string, readonly (readonly bigint[])[]>>;
}

/** What came of it. */
export interface GateRun {
  /** By output port, `words[cycle][stream]`, as they stand at the end of the cycle, before the clock edge. */
  readonly words: Readonly<Record<string, readonly (readonly bigint[])[]>>;
  /** How often each net changed between the ends of one cycle and the next, over all streams. Clock nets count 0. */
  readonly toggles: Float64Array;
  /** How many pairs of neighbouring cycles were looked at: (cycles − 1) · streams. */
  readonly steps: number;
}

/** A netlist made ready for simulation, 128 streams at a time. */
export interface Gates {
  readonly netlist: Netlist;
  /** Takes and gives words in typed arrays, and forces the nets that may be forced; see there. */
  readonly simulator: BitSimulator;
}

export interface GateOptions {
  /** Nets that faults may be put on with `simulator.force`. Default: none. */
  readonly forced?: readonly number[];
}

/**
 * Compiles a netlist. Delays are not simulated, so hazards do not show. A combinational loop is a fault.
 */
export function compileGates(netlist: Netlist, options: GateOptions = {}): Result<Gates> {
  const network = bitNetwork(netlist);
  if (!network.ok) return network;
  return success({ netlist, simulator: compileBits(network.value, options.forced) });
}

/** A netlist as a circuit of single bits: a gate for each output of each cell, a state for each flip-flop. */
export function bitNetwork(netlist: Netlist): Result<BitNetwork> {
  const order = levelOrder(netlist);
  if (!order.ok) return order;
  const flipFlops = netlist.instances.filter(({ cell }) => cell.flipFlop);
  const states = new Map(flipFlops.map((instance, state) => [instance, state] as const));
  const clocks = clockNets(netlist);
  const ports = (direction: 'input' | 'output') =>
    netlist.ports.filter((port) => port.direction === direction && !port.bits.some((bit) => clocks.has(bit)));
  return success({
    nets: netlist.netNames.length,
    inputs: ports('input'),
    outputs: netlist.ports.filter((port) => port.direction === 'output'),
    gates: order.value.flatMap((instance) => gatesOf(instance, states.get(instance))),
    states: flipFlops.map((instance, state) => nextState(instance, state)),
  });
}

/** Runs a stimulus from all states at zero. A port that is not given reads as zero. */
export function simulateGates({ netlist, simulator }: Gates, stimulus: Stimulus): GateRun {
  const { cycles, streams } = stimulus;
  simulator.allocate({ cycles, streams, toggles: true });
  const clocks = clockNets(netlist);
  for (const { name, direction, bits } of netlist.ports)
    if (direction === 'input' && !bits.some((bit) => clocks.has(bit)))
      stimulus.words[name]?.forEach((row, cycle) =>
        row.forEach((word, stream) => simulator.setWord(name, cycle, stream, word)),
      );
  simulator.run();
  const outputs = netlist.ports.filter((port) => port.direction === 'output');
  const words = outputs.map(({ name }) => [
    name,
    Array.from({ length: cycles }, (_, cycle) =>
      Array.from({ length: streams }, (_, stream) => simulator.word(name, cycle, stream)),
    ),
  ]);
  return {
    words: Object.fromEntries(words) as GateRun['words'],
    toggles: simulator.toggles(),
    steps: (cycles - 1) * streams,
  };
}

function gatesOf(instance: Instance, state: number | undefined): Gate[] {
  const { cell, outputs } = instance;
  return outputs.flatMap((net, k) =>
    net === undefined ? [] : [{ net, value: read(instance, state, cell.outputs[k]!.function) }],
  );
}

/** A flip-flop's state as it shows, with clear and preset acting at once. */
function heldState(instance: Instance, held: BitExpression): BitExpression {
  const { clear, preset } = instance.cell.flipFlop!;
  const set: BitExpression =
    preset === undefined ? held : { kind: 'or', left: held, right: read(instance, undefined, preset) };
  if (clear === undefined) return set;
  return { kind: 'and', left: set, right: { kind: 'not', of: read(instance, undefined, clear) } };
}

function nextState(instance: Instance, state: number): BitExpression {
  const next = read(instance, state, instance.cell.flipFlop!.nextState);
  return heldState(instance, next);
}

/** A Liberty function over the nets at the instance's pins, and over its state. */
function read(instance: Instance, state: number | undefined, text: string): BitExpression {
  return connected(parseExpression(text)!, (pin) => pinValue(instance, state, pin));
}

function pinValue(instance: Instance, state: number | undefined, pin: string): BitExpression {
  const { cell, inputs } = instance;
  if (state !== undefined && cell.flipFlop) {
    const held = heldState(instance, { kind: 'state', state });
    if (pin === cell.flipFlop.state) return held;
    if (pin === cell.flipFlop.invertedState) return { kind: 'not', of: held };
  }
  const net = inputs[cell.inputs.findIndex((input) => input.name === pin)];
  return typeof net === 'number' ? { kind: 'net', net } : { kind: 'constant', value: net === 'one' };
}

function connected(expression: Expression, pin: (name: string) => BitExpression): BitExpression {
  switch (expression.kind) {
    case 'constant':
      return expression;
    case 'pin':
      return pin(expression.name);
    case 'not':
      return { kind: 'not', of: connected(expression.of, pin) };
    case 'and':
    case 'or':
    case 'xor':
      return {
        kind: expression.kind,
        left: connected(expression.left, pin),
        right: connected(expression.right, pin),
      };
    default:
      return unreachable(expression);
  }
}
