import { failure, fault, success, type Result } from '../base/index.js';
import type { Store } from '../cache/index.js';
import { randomStimulus, type Inputs } from '../cost/index.js';
import { faultCampaign, type FaultReport } from '../robust/index.js';
import { synthesize, type Netlist, type Technology } from '../synth/index.js';
import type { Built } from './design.js';
import { networkFaults, type NetworkFaults, type NetworkWish } from './faults-network.js';

export interface DesignFaultOptions {
  /** What the netlist sees: words of `activityInputs`, or random ones for so many cycles behind the reset. */
  readonly inputs: Extract<Inputs, { kind: 'given' }> | { readonly kind: 'random'; readonly cycles: number };
  /** Of random inputs and of the sampled faults. */
  readonly seed: number;
  readonly samples: number;
  /** Numbers of faults at once, beside single ones. */
  readonly multiples: readonly number[];
  /** How hard it is sought what the stuck lines are that no output shows; they are only counted without it. */
  readonly missed?: { readonly conflicts: number } | undefined;
  /** A network that runs on the cells with stuck lines. */
  readonly network?: NetworkWish | undefined;
  /** Map the design as one; by default its modules are mapped one by one, which tells where faults are masked. */
  readonly flatten?: boolean | undefined;
  readonly yosys?: string | undefined;
  readonly cache?: Store | undefined;
}

/** A campaign on the netlist of a design. */
export interface DesignFaults extends FaultReport {
  readonly technology: string;
  readonly cells: number;
  readonly flipFlops: number;
  readonly inputs: { readonly source: string; readonly cycles: number };
  readonly network?: NetworkFaults;
}

const resetCycles = 2;

/** Cycles beyond the latency that a sequence of inputs may have to show a fault. */
const moreCycles = 3;

/**
 * Faults in the cells that a design is mapped to, and what its outputs show of them; see `faultCampaign`. Faults of the
 * user's: those of synthesis, combinational loops, and fewer cycles than the design's latency.
 */
export async function designFaults(
  built: Built,
  technology: Technology,
  options: DesignFaultOptions,
): Promise<Result<DesignFaults>> {
  const { top, verilog, latency } = built.emitted;
  const { inputs, seed, samples, multiples, yosys, cache } = options;
  const files = Object.fromEntries(verilog.map(({ name, text }) => [name, text]));
  const effort = { hierarchy: options.flatten !== true };
  const mapped = await synthesize({ files, top }, technology, effort, { executable: yosys, cache });
  if (!mapped.ok) return mapped;
  const { netlist } = mapped.value;
  const warmUp = hasReset(netlist) ? resetCycles : 0;
  const stimulus =
    inputs.kind === 'given' ? inputs.stimulus : randomStimulus(netlist, seed, warmUp + inputs.cycles, 1);
  const { cycles } = stimulus;
  if (cycles <= warmUp + latency) return failure(tooShort(cycles - warmUp, latency));
  const missed = options.missed && { ...options.missed, cycles: latency + moreCycles, seed };
  const held = { [built.emitted.resetPort]: 1n };
  const campaign = { stimulus, warmUp, tail: latency, samples, seed, multiples, missed, held };
  const report = faultCampaign(netlist, campaign);
  if (!report.ok) return report;
  const network = options.network && (await networkFaults(built, netlist, options.network, seed));
  if (network && !network.ok) return network;
  const found = {
    technology: technology.name,
    cells: netlist.instances.length,
    flipFlops: netlist.instances.filter(({ cell }) => cell.flipFlop).length,
    inputs: { source: inputs.kind === 'given' ? inputs.source : 'uniform random words', cycles },
    ...report.value,
    ...(network && { network: network.value }),
  };
  return success(found, network?.diagnostics);
}

function hasReset({ ports }: Netlist): boolean {
  return ports.some(({ name }) => name === 'rst_ni');
}

function tooShort(cycles: number, latency: number) {
  return fault('faults-cycles', `${cycles} cycles are not enough for a latency of ${latency}`, {
    hint: `give at least ${latency + 1}: flips in the last ${latency} would have no time to show`,
  });
}
