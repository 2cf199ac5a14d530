import {
  cellsByName,
  clockNets,
  loadsOf,
  sinksOf,
  type GateRun,
  type Instance,
  type Netlist,
  type Technology,
} from '../synth/index.js';
import type { Energy } from './cost.js';

/** Flip-flops, or buffers, that a buffer of the modelled clock tree drives. */
export const clockFanout = 16;

/**
 * Energy of a mean cycle from transition counts: ½·C·V² on the nets that cells drive, and the libraries' internal
 * energies of output and input transitions. The clock rises and falls in every cycle. Nets that input ports drive are
 * left to whatever drives them outside.
 */
export function energyOf(
  netlist: Netlist,
  technology: Technology,
  run: Pick<GateRun, 'toggles' | 'steps'>,
): Omit<Energy, 'leakageFj'> {
  const loads = loadsOf(netlist, technology);
  const wires = wireLoads(netlist, technology);
  const clocks = clockNets(netlist);
  const perFf = 0.5 * technology.corner.voltage ** 2;
  const sums = { switchingFj: 0, internalFj: 0, clockFj: 0, wiresFj: 0, registersFj: 0 };
  for (const net of clocks)
    if (typeof net === 'number') {
      sums.clockFj += 2 * perFf * loads[net]!;
      sums.wiresFj += 2 * perFf * wires[net]!;
    }
  const perStep = (net: number): number => (run.steps > 0 ? run.toggles[net]! / run.steps : 0);
  for (const instance of netlist.instances) {
    const { cell, inputs, outputs } = instance;
    let own = 0;
    outputs.forEach((net, k) => {
      if (net !== undefined) {
        const switching = perStep(net) * perFf;
        sums.switchingFj += switching * loads[net]!;
        sums.wiresFj += switching * wires[net]!;
        own += switching * loads[net]!;
      }
      const internal = outputChanges(instance, k, perStep) * cell.outputs[k]!.energyFj;
      sums.internalFj += internal;
      own += internal;
    });
    inputs.forEach((net, k) => {
      if (typeof net !== 'number') return;
      const isClock = clocks.has(net);
      const internal = (isClock ? 2 : perStep(net)) * cell.inputs[k]!.energyFj;
      if (isClock) sums.clockFj += internal;
      else {
        sums.internalFj += internal;
        own += internal;
      }
    });
    if (cell.flipFlop) sums.registersFj += own;
  }
  sums.registersFj += sums.clockFj;
  return { ...sums, clockTreeFj: clockTreeOf(netlist, technology) };
}

/** Changes of an output in a mean cycle; a flip-flop's open output changes with the other one. */
function outputChanges({ cell, outputs }: Instance, k: number, perStep: (net: number) => number): number {
  const net = outputs[k];
  if (net !== undefined) return perStep(net);
  return cell.flipFlop ? Math.max(0, ...outputs.map((one) => (one === undefined ? 0 : perStep(one)))) : 0;
}

function wireLoads(netlist: Netlist, { wire }: Technology): Float64Array {
  return sinksOf(netlist).map((sinks) => (sinks > 0 ? wire.fixedFf + wire.perSinkFf * sinks : 0));
}

/**
 * Two transitions a cycle of every buffer of a tree in which one of the technology's smallest buffers drives
 * `clockFanout` flip-flops, one such drives as many of these, and so on: its own energy, and the capacitance of its
 * input pin and of the wire to it. What the lowest buffers drive is the clock net, counted with the clock.
 */
function clockTreeOf(netlist: Netlist, technology: Technology): number {
  const buffer = cellsByName(technology).get(technology.roles.buffer ?? '');
  const flipFlops = netlist.instances.filter(({ cell }) => cell.flipFlop).length;
  if (!buffer || flipFlops <= 1) return 0;
  const [input, output] = [buffer.inputs[0]!, buffer.outputs[0]!];
  const perFf = 0.5 * technology.corner.voltage ** 2;
  const each = 2 * (input.energyFj + output.energyFj + perFf * (input.capFf + technology.wire.perSinkFf));
  let buffers = 0;
  for (let level = flipFlops; level > 1;) {
    level = Math.ceil(level / clockFanout);
    buffers += level;
  }
  return buffers * each;
}
