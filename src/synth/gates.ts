import { success, type Result } from '../base/index.js';
import { parseExpression, toScript } from './boolean.js';
import type { Instance, NetBit, Netlist } from './netlist.js';
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

/** A netlist made ready for simulation. */
export interface Gates {
  readonly netlist: Netlist;
  /** Brings all nets to rest, from the inputs and the states; 32 streams in each word. */
  readonly settle: (nets: Int32Array, states: Int32Array) => void;
  /** The clock edge: takes the next states. */
  readonly clock: (nets: Int32Array, states: Int32Array) => void;
  readonly flipFlops: number;
}

type Step = (nets: Int32Array, states: Int32Array) => void;

/**
 * Compiles a netlist to functions on 32 streams at a time. Delays are not simulated, so hazards do not show. A
 * combinational loop is a fault.
 */
export function compileGates(netlist: Netlist): Result<Gates> {
  const order = levelOrder(netlist);
  if (!order.ok) return order;
  const states = new Map<Instance, number>();
  for (const instance of netlist.instances) if (instance.cell.flipFlop) states.set(instance, states.size);
  const settle = order.value.flatMap((instance) => outputLines(instance, states.get(instance)));
  const clock = [...states].flatMap(([instance, state]) => clockLines(instance, state));
  return success({ netlist, settle: compile(settle), clock: compile(clock), flipFlops: states.size });
}

/** Runs a stimulus from all states at zero. A port that is not given reads as zero. */
export function simulateGates(gates: Gates, stimulus: Stimulus): GateRun {
  const { netlist } = gates;
  const { cycles, streams } = stimulus;
  const outputs = netlist.ports.filter((port) => port.direction === 'output');
  const inputs = netlist.ports.filter((port) => port.direction === 'input' && stimulus.words[port.name]);
  const words = Object.fromEntries(
    outputs.map((port) => [port.name, Array.from({ length: cycles }, () => [] as bigint[])]),
  );
  const toggles = new Float64Array(netlist.netNames.length);

  for (let first = 0; first < streams; first += 32) {
    const count = Math.min(32, streams - first);
    const nets = new Int32Array(netlist.netNames.length);
    const before = new Int32Array(netlist.netNames.length);
    const states = new Int32Array(gates.flipFlops);
    for (let cycle = 0; cycle < cycles; cycle++) {
      for (const port of inputs)
        spread(stimulus.words[port.name]![cycle]!.slice(first, first + count), port.bits, nets);
      gates.settle(nets, states);
      if (cycle > 0) countToggles(nets, before, count, toggles);
      before.set(nets);
      for (const port of outputs) words[port.name]![cycle]!.push(...gather(port.bits, nets, count));
      gates.clock(nets, states);
    }
  }
  return { words, toggles, steps: (cycles - 1) * streams };
}

/** JavaScript that computes the outputs of an instance; a flip-flop's from its state, with clear and preset acting at once. */
function outputLines(instance: Instance, state: number | undefined): string[] {
  const { cell, outputs } = instance;
  const held = state === undefined ? '' : heldState(instance, state);
  return outputs.flatMap((net, k) => {
    if (net === undefined) return [];
    const value = toScript(parseExpression(cell.outputs[k]!.function)!, (pin) =>
      pin === cell.flipFlop?.state
        ? held
        : pin === cell.flipFlop?.invertedState
          ? `~${held}`
          : read(instance, pin),
    );
    return [`n[${net}] = ${value};`];
  });
}

function heldState(instance: Instance, state: number): string {
  const { clear, preset } = instance.cell.flipFlop!;
  const set = preset === undefined ? `s[${state}]` : `(s[${state}] | ${pinScript(instance, preset)})`;
  return clear === undefined ? set : `(${set} & ~${pinScript(instance, clear)})`;
}

function clockLines(instance: Instance, state: number): string[] {
  const next = pinScript(instance, instance.cell.flipFlop!.nextState);
  return [`s[${state}] = ${next};`, `s[${state}] = ${heldState(instance, state)};`];
}

function pinScript(instance: Instance, text: string): string {
  return toScript(parseExpression(text)!, (pin) => read(instance, pin));
}

function read({ cell, inputs }: Instance, pin: string): string {
  const net = inputs[cell.inputs.findIndex((input) => input.name === pin)];
  return typeof net === 'number' ? `n[${net}]` : net === 'one' ? '-1' : '0';
}

/** In pieces, as engines do not optimise very long functions. The text holds only net numbers and operators. */
function compile(lines: readonly string[]): Step {
  const steps: Step[] = [];
  for (let at = 0; at < lines.length; at += 400)
    steps.push(new Function('n', 's', lines.slice(at, at + 400).join('\n')) as Step);
  return (nets, states) => {
    for (const step of steps) step(nets, states);
  };
}

function spread(words: readonly bigint[], bits: readonly NetBit[], nets: Int32Array): void {
  bits.forEach((net, k) => {
    if (typeof net !== 'number') return;
    let packed = 0;
    for (let stream = 0; stream < words.length; stream++)
      if ((words[stream]! >> BigInt(k)) & 1n) packed |= 1 << stream;
    nets[net] = packed;
  });
}

function gather(bits: readonly NetBit[], nets: Int32Array, count: number): bigint[] {
  const words = Array.from({ length: count }, () => 0n);
  bits.forEach((net, k) => {
    const packed = typeof net === 'number' ? nets[net]! : net === 'one' ? -1 : 0;
    for (let stream = 0; stream < count; stream++)
      if ((packed >> stream) & 1) words[stream]! |= 1n << BigInt(k);
  });
  return words;
}

function countToggles(nets: Int32Array, before: Int32Array, count: number, toggles: Float64Array): void {
  const mask = count === 32 ? -1 : (1 << count) - 1;
  for (let net = 0; net < nets.length; net++) {
    const changed = (nets[net]! ^ before[net]!) & mask;
    if (changed !== 0) toggles[net]! += ones(changed);
  }
}

function ones(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
