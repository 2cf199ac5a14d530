import { success, type Result } from '../base/index.js';
import { costOf, costOfNetlist, defaultInputs, type Cost, type Inputs } from '../cost/index.js';
import { synthesize, type Technology } from '../synth/index.js';
import type { Built } from './design.js';

export interface CostDesignOptions {
  /** A native Yosys instead of the one that comes with the package. */
  readonly yosys?: string | undefined;
  /** What the netlist sees while its transitions are counted; random words by default. */
  readonly inputs?: Inputs;
}

/** Area, delay, energy and leakage of a design's Verilog in a technology, by synthesis. */
export function costDesign(
  built: Built,
  technology: Technology,
  { yosys, inputs = defaultInputs }: CostDesignOptions = {},
): Promise<Result<Cost>> {
  const files = Object.fromEntries(built.emitted.verilog.map((file) => [file.name, file.text]));
  return costOf({ files, top: built.emitted.top }, technology, { executable: yosys, inputs });
}

/** The same under several activities, `undefined` standing for random words; synthesised once. */
export async function costsDesign(
  built: Built,
  technology: Technology,
  activities: readonly (Inputs | undefined)[],
): Promise<Result<Cost[]>> {
  const files = Object.fromEntries(built.emitted.verilog.map((file) => [file.name, file.text]));
  const synthesis = await synthesize({ files, top: built.emitted.top }, technology);
  if (!synthesis.ok) return synthesis;
  const costs: Cost[] = [];
  for (const inputs of activities) {
    const cost = costOfNetlist(synthesis.value, technology, inputs ?? defaultInputs);
    if (!cost.ok) return cost;
    costs.push(cost.value);
  }
  return success(costs);
}

/** Words of input ports, a cycle each, as inputs for counting transitions. */
export function givenInputs(source: string, words: Readonly<Record<string, readonly bigint[]>>): Inputs {
  const cycles = Object.values(words)[0]?.length ?? 0;
  const streams = 1;
  const stacked = Object.entries(words).map(([name, list]) => [name, list.map((word) => [word])] as const);
  return { kind: 'given', source, stimulus: { cycles, streams, words: Object.fromEntries(stacked) } };
}
