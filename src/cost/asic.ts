import { success, type Result } from '../base/index.js';
import {
  clockNets,
  compileGates,
  simulateGates,
  synthesize,
  timingOf,
  type Effort,
  type NetBit,
  type Netlist,
  type Source,
  type Synthesis,
  type Technology,
  type YosysOptions,
} from '../synth/index.js';
import { breakdownOf } from './breakdown.js';
import type { Activity, Cost, FigureSource } from './cost.js';
import { clockFanout, energyOf } from './energy.js';
import { defaultInputs, randomStimulus, type Inputs } from './stimulus.js';

export interface CostOptions extends YosysOptions {
  readonly effort?: Effort;
  readonly inputs?: Inputs;
  /** The period that the critical path is to fit into. */
  readonly clockPs?: number | undefined;
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
  return synthesis.ok
    ? costOfNetlist(synthesis.value, technology, options.inputs, options.clockPs)
    : synthesis;
}

/** The same from a netlist that is already mapped. */
export function costOfNetlist(
  synthesis: Synthesis,
  technology: Technology,
  inputs: Inputs = defaultInputs,
  clockPs?: number,
): Result<Cost> {
  const { netlist } = synthesis;
  const timing = timingOf(netlist, technology);
  if (!timing.ok) return timing;
  const gates = compileGates(netlist);
  if (!gates.ok) return gates;
  const stimulus =
    inputs.kind === 'given'
      ? inputs.stimulus
      : randomStimulus(netlist, inputs.seed, inputs.cycles, inputs.streams, inputs.density);
  const energy = energyOf(netlist, technology, simulateGates(gates.value, stimulus));
  const breakdown = breakdownOf(netlist, technology, synthesis.effort.hierarchy ?? false);
  const sum = (key: 'areaUm2' | 'leakageNw'): number =>
    netlist.instances.reduce((total, { cell }) => total + cell[key], 0);
  const leakageNw = sum('leakageNw');
  const { delayPs, fmaxMhz, paths, stages, critical } = timing.value;
  return success({
    technology: technology.name,
    areaUm2: sum('areaUm2'),
    delayPs,
    fmaxMhz: delayPs > 0 ? fmaxMhz : null,
    energyFjPerCycle: energy.switchingFj + energy.internalFj + energy.clockFj,
    leakageNw,
    cells: netlist.instances.length,
    breakdown,
    energy: { ...energy, leakageFj: leakageNw * (clockPs ?? delayPs) * 1e-6 },
    paths,
    stages,
    critical,
    ...(clockPs !== undefined && {
      clock: { targetPs: clockPs, slackPs: clockPs - delayPs, met: delayPs <= clockPs },
    }),
    sources: sourcesOf(synthesis, technology),
    activity: activityOf(netlist, inputs, stimulus.cycles * stimulus.streams),
  });
}

function activityOf(netlist: Netlist, inputs: Inputs, vectors: number): Activity {
  const fed = new Set(
    inputs.kind === 'random' ? netlist.ports.map((port) => port.name) : Object.keys(inputs.stimulus.words),
  );
  const clocks = clockNets(netlist);
  const silent = netlist.ports.filter(
    (port) => port.direction === 'input' && !fed.has(port.name) && !port.bits.some((net) => clocks.has(net)),
  );
  const touched = reachedFrom(
    netlist,
    silent.flatMap((port) => port.bits),
  );
  const nets = netlist.netNames.length - [...clocks].filter((net) => typeof net === 'number').length;
  return {
    source: inputs.kind === 'random' ? randomSource(inputs.density) : inputs.source,
    annotatedPercent: nets === 0 ? 100 : (100 * (nets - touched)) / nets,
    unannotated: silent.map((port) => port.name),
    vectors,
    seed: inputs.kind === 'random' ? inputs.seed : null,
  };
}

function randomSource(density = 0.5): string {
  return density === 0.5
    ? 'uniform random words on every input'
    : `random words on every input, each bit changing with a chance of ${density} a cycle`;
}

/** How many nets depend on the given ones, these included. */
function reachedFrom(netlist: Netlist, bits: readonly NetBit[]): number {
  const readers = new Map<NetBit, number[]>();
  for (const { inputs, outputs } of netlist.instances)
    for (const net of inputs) {
      const known = readers.get(net);
      const next = outputs.filter((one) => one !== undefined);
      if (known) known.push(...next);
      else readers.set(net, next);
    }
  const reached = new Set(bits.filter((bit) => typeof bit === 'number'));
  for (const net of reached) readers.get(net)?.forEach((next) => reached.add(next));
  return reached.size;
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
    {
      figure: 'energy.clockTreeFj',
      origin: 'modelled',
      from: `a tree of the library's smallest buffers, ${clockFanout} sinks each, with a wire of the same model to each; not in energyFjPerCycle; ${library}`,
    },
  ];
}
