import { failure, success, type Result } from '../base/index.js';
import type { Board } from './board.js';
import { lowerBoundNs } from './bound.js';
import { layerCycles } from './network.js';
import { copiesAt, portsOf, portTimesNs, type Port } from './ports.js';
import { planPublished, type Placement } from './published.js';
import { planSearched } from './search.js';
import { featuresOf, tableBytes, type EmbeddingModel } from './tables.js';

/** `published`: the heuristic as it was published; `search`: that, and a search for something better. */
export const planners = ['published', 'search'] as const;
export type Planner = (typeof planners)[number];

/** Where a model's tables lie on a board, and what that gives by the closed form. */
export interface Plan extends Placement {
  readonly model: EmbeddingModel;
  readonly board: Board;
  readonly planner: Planner;
  readonly ports: readonly Port[];
  /** A time that no plan for this model and board can undercut. */
  readonly boundNs: number;
}

/** What a plan comes to. */
export interface PlanSummary {
  /** Tables as stored: on the chip, in DRAM, and of these the products of several and the pieces of split ones. */
  readonly tables: number;
  readonly onChipTables: number;
  readonly dramTables: number;
  readonly products: number;
  readonly pieces: number;
  /** Reads of the busiest channel for an item. */
  readonly rounds: number;
  readonly storageBytes: number;
  readonly tableBytes: number;
  /** Storage beyond the plain tables, to a tenth of a percent. */
  readonly storagePercent: number;
  readonly features: number;
  readonly lookupNs: number;
  readonly boundNs: number;
  /** How much longer than the bound the lookups take; the optimum lies somewhere between. */
  readonly abovePercent: number;
  readonly lookupsPerSecond: number;
  /** Items a second of lookups and network in a pipeline: what its slowest stage allows. */
  readonly itemsPerSecond: number;
  readonly slowest: string;
}

/**
 * Plans a model's tables on a board.
 *
 * @returns the plan; or why there is none: tables that do not fit, and by how much
 */
export function plan(model: EmbeddingModel, board: Board, planner: Planner = 'published'): Result<Plan> {
  const published = planPublished(model, board);
  const placement =
    planner === 'published'
      ? published.ok && published.value
      : planSearched(model, board, published.ok ? published.value : undefined);
  if (!placement) return failure(...published.diagnostics);
  return success(planOf(model, board, placement, planner));
}

export function planOf(model: EmbeddingModel, board: Board, placement: Placement, planner: Planner): Plan {
  const boundNs = lowerBoundNs(model, board);
  return { ...placement, model, board, planner, ports: portsOf(board), boundNs };
}

export function summaryOf(plan: Plan): PlanSummary {
  const { model, ports, stored, homes } = plan;
  const offChip = homes.filter((copies) => copies.some((port) => !ports[port]!.onChip)).length;
  const reads = copiesAt(stored, homes, ports.length).map((copies, at) =>
    ports[at]!.onChip ? 0 : copies.reduce((sum, copy) => sum + copy.reads, 0),
  );
  const plain = tableBytes(model);
  const network = model.network && layerCycles(model.network, featuresOf(model), model.elementBits);
  const stages = [
    { name: 'lookups', ns: plan.lookupNs },
    ...(network ?? []).map((cycles, at) => ({
      name: `layer ${at + 1}`,
      ns: (cycles * 1000) / model.clockMhz,
    })),
  ];
  const slowest = stages.reduce((a, b) => (b.ns > a.ns ? b : a));
  return {
    tables: stored.length,
    onChipTables: stored.length - offChip,
    dramTables: offChip,
    products: stored.filter(({ parts }) => parts.length > 1).length,
    pieces: stored.filter(({ parts }) =>
      parts.some((part) => part.columns < model.tables[part.table]!.columns),
    ).length,
    rounds: Math.max(...reads),
    storageBytes: plan.bytes,
    tableBytes: plain,
    storagePercent: tenth(100 * (plan.bytes / plain - 1)),
    features: featuresOf(model),
    lookupNs: tenth(plan.lookupNs),
    boundNs: tenth(plan.boundNs),
    abovePercent: tenth(100 * (plan.lookupNs / plan.boundNs - 1)),
    lookupsPerSecond: Math.round(1e9 / plan.lookupNs),
    itemsPerSecond: Math.round(1e9 / slowest.ns),
    slowest: slowest.name,
  };
}

/** What each port holds and how long it is busy for an item, by the closed form. */
export interface PortUse {
  readonly name: string;
  readonly tables: readonly number[];
  readonly reads: number;
  readonly bytes: number;
  readonly capacityBytes: number;
  readonly ns: number;
  /** Its share of the time that the slowest port takes. */
  readonly occupancy: number;
}

export function portUses({ ports, stored, homes, model, lookupNs }: Plan): readonly PortUse[] {
  const times = portTimesNs(ports, stored, homes, model.clockMhz);
  return copiesAt(stored, homes, ports.length).map((copies, at) => ({
    name: ports[at]!.name,
    tables: copies.map((copy) => copy.stored),
    reads: copies.reduce((sum, copy) => sum + copy.reads, 0),
    bytes: copies.reduce((sum, copy) => sum + stored[copy.stored]!.bytes, 0),
    capacityBytes: ports[at]!.bytes,
    ns: tenth(times[at]!),
    occupancy: Math.round((1000 * times[at]!) / lookupNs) / 1000,
  }));
}

function tenth(value: number): number {
  return Math.round(10 * value) / 10;
}
