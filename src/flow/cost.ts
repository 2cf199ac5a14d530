import { success, type Result } from '../base/index.js';
import { costOf, costOfNetlist, defaultInputs, type Cost, type Inputs } from '../cost/index.js';
import type { Store } from '../cache/index.js';
import { adderCells, synthesize, type Technology } from '../synth/index.js';
import { formsOf, type Arithmetic, type Built } from './design.js';

export interface CostDesignOptions {
  /** A native Yosys instead of the one that comes with the package. */
  readonly yosys?: string | undefined;
  /** Where mapped modules are remembered; nowhere by default. */
  readonly cache?: Store | undefined;
  /** Map the design as one; by default its modules are mapped one by one. */
  readonly flatten?: boolean | undefined;
  /** What the netlist sees while its transitions are counted; random words by default. */
  readonly inputs?: Inputs;
  /** How sums of products are made: as they are written by default; `auto` takes the way of the smaller area × delay. */
  readonly arithmetic?: 'auto' | Arithmetic['kind'];
}

/** What a design costs, and in which ways its sums of products were tried. */
export type DesignCost = Cost & { readonly arithmetic: ArithmeticChoice };

export interface ArithmeticChoice {
  readonly chosen: Arithmetic['kind'];
  readonly tried: readonly {
    readonly kind: Arithmetic['kind'];
    readonly areaUm2: number;
    readonly delayPs: number;
  }[];
}

/**
 * Area, delay, energy and leakage of a design's Verilog in a technology, by synthesis. With `auto`, bit heaps are tried too where
 * the technology has full adders and the design has sums that become heaps.
 */
export async function costDesign(
  built: Built,
  technology: Technology,
  { yosys, cache, flatten, inputs = defaultInputs, arithmetic = 'behavioural' }: CostDesignOptions = {},
): Promise<Result<DesignCost>> {
  const costs = formsToTry(built, technology, arithmetic).map(async ([kind, verilog]) => {
    const files = Object.fromEntries(verilog.map((file) => [file.name, file.text]));
    const effort = { hierarchy: flatten !== true };
    const options = { executable: yosys, cache, inputs, effort };
    return { kind, cost: await costOf({ files, top: built.emitted.top }, technology, options) };
  });
  const found: { readonly kind: Arithmetic['kind']; readonly cost: Cost }[] = [];
  for (const { kind, cost } of await Promise.all(costs)) {
    if (!cost.ok) return cost;
    found.push({ kind, cost: cost.value });
  }
  const product = ({ cost }: (typeof found)[number]): number => cost.areaUm2 * cost.delayPs;
  const best = found.reduce((least, other) => (product(other) < product(least) ? other : least));
  const tried = found.map(({ kind, cost: { areaUm2, delayPs } }) => ({ kind, areaUm2, delayPs }));
  return success({ ...best.cost, arithmetic: { chosen: best.kind, tried } });
}

type Verilog = Built['emitted']['verilog'];

function formsToTry(
  { written, emitted }: Built,
  technology: Technology,
  arithmetic: NonNullable<CostDesignOptions['arithmetic']>,
): (readonly [Arithmetic['kind'], Verilog])[] {
  const plain = () => formsOf(written).emitted.verilog;
  const cells = adderCells(technology);
  const heap = (): Verilog => formsOf(written, undefined, { kind: 'bitheap', cells }).emitted.verilog;
  if (arithmetic === 'behavioural') return [['behavioural', plain()]];
  if (arithmetic === 'bitheap') return [['bitheap', heap()]];
  const other = cells ? heap() : emitted.verilog;
  const hasAdders = other.some(({ name }) => /^(full|half)_adder/.test(name));
  return [['behavioural', plain()], ...(cells && hasAdders ? [['bitheap', other] as const] : [])];
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
