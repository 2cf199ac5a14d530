import { success, type Result } from '../base/index.js';
import {
  costAt,
  costOf,
  defaultInputs,
  supplyAt,
  type Cost,
  type Inputs,
  type Supply,
} from '../cost/index.js';
import { getJson, keyOf, putJson, type Store } from '../cache/index.js';
import { adderCells, type Goal, type Technology } from '../synth/index.js';
import { formsOf, type Arithmetic, type Built } from './design.js';
import { perProduct, type PerProduct } from './products.js';
import { codeStamp } from './version.js';

export interface CostDesignOptions {
  /** A native Yosys instead of the one that comes with the package. */
  readonly yosys?: string | undefined;
  /** Where mapped modules are remembered; nowhere by default. */
  readonly cache?: Store | undefined;
  /** Map the design as one; by default its modules are mapped one by one. */
  readonly flatten?: boolean | undefined;
  /**
   * The period that the critical path is to fit into. Where it does with slack, mapping for area is tried too, and where
   * it does not, mapping for delay; the least area that meets it is taken, or else the least delay.
   */
  readonly clockPs?: number | undefined;
  /** What the netlist sees while its transitions are counted; random words by default. */
  readonly inputs?: Inputs;
  /** The supply in V, within the range of the technology; that of its corner by default. */
  readonly voltage?: number | undefined;
  /** How sums of products are made: as they are written by default; `auto` takes the way of the smaller area × delay. */
  readonly arithmetic?: 'auto' | Arithmetic['kind'];
}

/** What a design costs, and in which ways its sums of products were tried. */
export type DesignCost = Cost & PerProduct & { readonly arithmetic: ArithmeticChoice };

export interface ArithmeticChoice {
  readonly chosen: Arithmetic['kind'];
  /** What mapping looked for. */
  readonly goal: Goal;
  readonly tried: readonly {
    readonly kind: Arithmetic['kind'];
    readonly goal: Goal;
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
  options: CostDesignOptions = {},
): Promise<Result<DesignCost>> {
  const cost = await costSupplied(built, technology, options);
  return cost.ok ? success(perProduct(cost.value, built.written)) : cost;
}

async function costSupplied(
  built: Built,
  technology: Technology,
  options: CostDesignOptions,
): Promise<Result<DesignCost>> {
  const { voltage, clockPs, ...rest } = options;
  if (voltage === undefined) return costNominal(built, technology, options);
  const supply = supplyAt(technology, voltage);
  if (!supply.ok) return supply;
  // mapped at the corner, for the clock that is as hard to meet there
  const nominal = clockPs === undefined ? undefined : clockPs / supply.value.delayFactor;
  const cost = await costNominal(built, technology, { ...rest, clockPs: nominal });
  return cost.ok ? success(atSupply(cost.value, supply.value)) : cost;
}

function atSupply(cost: DesignCost, supply: Supply): DesignCost {
  const { arithmetic } = cost;
  const tried = arithmetic.tried.map((one) => ({ ...one, delayPs: one.delayPs * supply.delayFactor }));
  return { ...costAt(cost, supply), arithmetic: { ...arithmetic, tried } };
}

async function costNominal(
  built: Built,
  technology: Technology,
  options: Omit<CostDesignOptions, 'voltage'>,
): Promise<Result<DesignCost>> {
  const { cache, ...rest } = options;
  if (!cache) return costNow(built, technology, options);
  const { top, verilog } = built.emitted;
  const key = keyOf({ code: codeStamp(), top, verilog, technology, ...rest });
  const known = await getJson<DesignCost>(cache, key);
  if (known) return success(known);
  const cost = await costNow(built, technology, options);
  if (cost.ok) await putJson(cache, key, cost.value);
  return cost;
}

async function costNow(
  built: Built,
  technology: Technology,
  { yosys, cache, flatten, inputs = defaultInputs, arithmetic = 'behavioural', clockPs }: CostDesignOptions,
): Promise<Result<DesignCost>> {
  const forms = formsToTry(built, technology, arithmetic);
  const tryForm = async ([kind, verilog]: (typeof forms)[number], goal: Goal): Promise<Result<Tried>> => {
    const files = Object.fromEntries(verilog.map((file) => [file.name, file.text]));
    const effort = { hierarchy: flatten !== true, goal };
    const options = { executable: yosys, cache, inputs, effort, clockPs };
    const cost = await costOf({ files, top: built.emitted.top }, technology, options);
    return cost.ok ? success({ kind, goal, cost: cost.value }) : cost;
  };
  const balanced = await Promise.all(forms.map((form) => tryForm(form, 'balanced')));
  const next = clockPs === undefined ? undefined : nextGoal(balanced, clockPs);
  const further = next === undefined ? [] : await Promise.all(forms.map((form) => tryForm(form, next)));
  const found: Tried[] = [];
  for (const tried of [...balanced, ...further]) {
    if (!tried.ok) return tried;
    found.push(tried.value);
  }
  const best = found.reduce((least, other) => (isBetter(other.cost, least.cost, clockPs) ? other : least));
  const tried = found.map(({ kind, goal, cost: { areaUm2, delayPs } }) => ({ kind, goal, areaUm2, delayPs }));
  return success({ ...best.cost, arithmetic: { chosen: best.kind, goal: best.goal, tried } });
}

interface Tried {
  readonly kind: Arithmetic['kind'];
  readonly goal: Goal;
  readonly cost: Cost;
}

/** Where the clock is met there may be area to save, and else delay. */
function nextGoal(balanced: readonly Result<Tried>[], clockPs: number): Goal {
  return balanced.some((one) => one.ok && one.value.cost.delayPs <= clockPs) ? 'area' : 'delay';
}

/** Without a clock the smaller area × delay; with one the least area that meets it, or the least delay. */
function isBetter(a: Cost, b: Cost, clockPs: number | undefined): boolean {
  if (clockPs === undefined) return a.areaUm2 * a.delayPs < b.areaUm2 * b.delayPs;
  const [meets, other] = [a.delayPs <= clockPs, b.delayPs <= clockPs];
  if (meets !== other) return meets;
  return meets ? a.areaUm2 < b.areaUm2 : a.delayPs < b.delayPs;
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

/**
 * The same under several activities, `undefined` standing for random words. Without a cache it is synthesised anew for
 * each.
 */
export async function costsDesign(
  built: Built,
  technology: Technology,
  activities: readonly (Inputs | undefined)[],
  options: Omit<CostDesignOptions, 'inputs'> = {},
): Promise<Result<DesignCost[]>> {
  const costs: DesignCost[] = [];
  for (const inputs of activities) {
    const cost = await costDesign(built, technology, { ...options, ...(inputs && { inputs }) });
    if (!cost.ok) return cost;
    costs.push(cost.value);
  }
  return success(costs);
}
