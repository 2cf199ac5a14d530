import { clockNets, loadsOf, type GateRun, type Netlist, type Technology } from '../synth/index.js';
import type { Energy } from './cost.js';

/**
 * Energy of a mean cycle from transition counts: ½·C·V² on the nets that cells drive, and the libraries' internal
 * energies of output and input transitions. The clock rises and falls in every cycle. Nets that input ports drive are
 * left to whatever drives them outside.
 */
export function energyOf(netlist: Netlist, technology: Technology, run: GateRun): Energy {
  const perStep = (net: number): number => (run.steps > 0 ? run.toggles[net]! / run.steps : 0);
  const loads = loadsOf(netlist, technology);
  const clocks = clockNets(netlist);
  const perFf = 0.5 * technology.corner.voltage ** 2;
  let switchingFj = 0;
  let internalFj = 0;
  let clockFj = 0;
  for (const net of clocks) if (typeof net === 'number') clockFj += 2 * perFf * loads[net]!;
  for (const { cell, inputs, outputs } of netlist.instances) {
    const changes = Math.max(0, ...outputs.map((net) => (net === undefined ? 0 : perStep(net))));
    outputs.forEach((net, k) => {
      if (net !== undefined) switchingFj += perStep(net) * perFf * loads[net]!;
      // a flip-flop's open output changes with the other one
      const own = net !== undefined ? perStep(net) : cell.flipFlop ? changes : 0;
      internalFj += own * cell.outputs[k]!.energyFj;
    });
    inputs.forEach((net, k) => {
      if (typeof net !== 'number') return;
      if (clocks.has(net)) clockFj += 2 * cell.inputs[k]!.energyFj;
      else internalFj += perStep(net) * cell.inputs[k]!.energyFj;
    });
  }
  return { switchingFj, internalFj, clockFj };
}
