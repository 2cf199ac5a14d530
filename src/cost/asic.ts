import { success, type Result } from '../base/index.js';
import {
  clockNets,
  compileGates,
  simulateGates,
  synthesize,
  timingOf,
  type Effort,
  type Netlist,
  type Source,
  type Synthesis,
  type Technology,
  type YosysOptions,
} from '../synth/index.js';
import { breakdownOf } from './breakdown.js';
import type { Activity, Cost, FigureSource } from './cost.js';
import { energyOf } from './energy.js';
import { defaultInputs, randomStimulus, type Inputs } from './stimulus.js';

export interface CostOptions extends YosysOptions {
  readonly effort?: Effort;
  readonly inputs?: Inputs;
}

/**
 * Area, delay and energy of Verilog in a standard-cell technology: synthesis, static timing of the mapped netlist, and
 * transition counts from its simulation. Faults are those of synthesis, and combinational loops.
 */
export async function costOf(
  source: Source,
  technology: Technology,
  options: CostOptions = {},
): Promise<Result<Cost>> {
  const synthesis = await synthesize(source, technology, options.effort, options);
  return synthesis.ok ? costOfNetlist(synthesis.value, technology, options.inputs) : synthesis;
}

/** The same from a netlist that is already mapped. */
export function costOfNetlist(
  synthesis: Synthesis,
  technology: Technology,
  inputs: Inputs = defaultInputs,
): Result<Cost> {
  const { netlist } = synthesis;
  const timing = timingOf(netlist, technology);
  if (!timing.ok) return timing;
  const gates = compileGates(netlist);
  if (!gates.ok) return gates;
  const stimulus =
    inputs.kind === 'given'
      ? inputs.stimulus
      : randomStimulus(netlist, inputs.seed, inputs.cycles, inputs.streams);
  const energy = energyOf(netlist, technology, simulateGates(gates.value, stimulus));
  const breakdown = breakdownOf(netlist, technology, synthesis.effort.hierarchy ?? false);
  const sum = (key: 'areaUm2' | 'leakageNw'): number =>
    netlist.instances.reduce((total, { cell }) => total + cell[key], 0);
  const { delayPs, fmaxMhz, paths, critical } = timing.value;
  return success({
    technology: technology.name,
    areaUm2: sum('areaUm2'),
    delayPs,
    fmaxMhz: delayPs > 0 ? fmaxMhz : null,
    energyFjPerCycle: energy.switchingFj + energy.internalFj + energy.clockFj,
    leakageNw: sum('leakageNw'),
    cells: netlist.instances.length,
    breakdown,
    energy,
    paths,
    critical,
    sources: sourcesOf(synthesis, technology),
    activity: activityOf(netlist, inputs, stimulus.cycles * stimulus.streams),
  });
}

function activityOf(netlist: Netlist, inputs: Inputs, vectors: number): Activity {
  const fed = new Set(
    inputs.kind === 'random' ? netlist.ports.map((port) => port.name) : Object.keys(inputs.stimulus.words),
  );
  const clocks = clockNets(netlist);
  const ports = netlist.ports.filter(
    (port) => port.direction === 'input' && !port.bits.some((net) => clocks.has(net)),
  );
  const bits = ports.reduce((total, port) => total + port.bits.length, 0);
  const silent = ports
    .filter((port) => !fed.has(port.name))
    .reduce((total, port) => total + port.bits.length, 0);
  return {
    source: inputs.kind === 'random' ? 'uniform random words on every input' : inputs.source,
    annotatedPercent: bits === 0 ? 100 : (100 * (bits - silent)) / bits,
    vectors,
    seed: inputs.kind === 'random' ? inputs.seed : null,
  };
}

function sourcesOf({ yosys, effort }: Synthesis, technology: Technology): FigureSource[] {
  const { corner, source, wire, conditions } = technology;
  const library = `${source.library}, ${corner.name} (${corner.voltage} V, ${corner.temperature} °C), ${source.url}`;
  const mapped = `cells mapped by Yosys ${yosys} for ${effort.goal ?? 'balanced'}; ${library}`;
  const outside = `inputs with a slew of ${conditions.inputSlewPs} ps, outputs loaded with ${conditions.outputLoadFf} fF, an ideal clock`;
  return [
    { figure: 'areaUm2', origin: 'synthesised', from: `sum of cell areas; ${mapped}` },
    {
      figure: 'delayPs',
      origin: 'synthesised',
      from: `static timing with the library's delays reduced to a small table; ${outside}; wires: ${wire.source}; ${mapped}`,
    },
    { figure: 'leakageNw', origin: 'synthesised', from: `sum of mean leakage; ${mapped}` },
    {
      figure: 'energyFjPerCycle',
      origin: 'simulated',
      from: `transitions counted in zero-delay simulation of the netlist, so without hazards; ½CV² of nets and the library's internal energies; wires: ${wire.source}; ${mapped}`,
    },
  ];
}
