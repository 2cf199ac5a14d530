import type { Origin } from '../cost.js';
import type { Element, PartRole } from './element.js';
import type { PartFigures } from './part.js';

/** What a processing element costs, plain JSON. Parts add up to the whole; a whole with a part of null is null. */
export interface ElementCost {
  readonly element: string;
  readonly technology: string;
  readonly areaUm2: number | null;
  /** Of a cycle in which it works: switching, clock, clock tree and leakage. */
  readonly energyFjPerCycle: number | null;
  readonly energyFjPerMac: number | null;
  /** Of a cycle in which it does not work: clocks that run on, and leakage. */
  readonly idleFjPerCycle: number | null;
  readonly leakageNw: number | null;
  /** What of the area was synthesised, the rest is modelled. */
  readonly synthesisedPercent: number | null;
  /** How far the modelled parts are expected to make the sums be off, in percent, all of them in one direction. */
  readonly errorPercent: { readonly areaUm2: number; readonly energyFjPerCycle: number };
  readonly clock: {
    readonly periodPs: number;
    /** The part that sets the least period, of those that have a delay. */
    readonly slowest: string | null;
    readonly slowestPs: number | null;
    readonly met: boolean;
  };
  readonly macsPerCycle: number;
  readonly inference?: InferenceCost;
  readonly parts: readonly PartCost[];
  readonly missing: readonly string[];
}

export interface InferenceCost {
  readonly macs: number;
  readonly utilisation: number;
  readonly cycles: number;
  readonly timeUs: number;
  readonly energyUj: number | null;
}

/** All of a part together; `areaPercent` and `energyPercent` are of the whole. */
export interface PartCost {
  readonly name: string;
  readonly role: PartRole;
  readonly count: number;
  readonly areaUm2: number | null;
  readonly areaPercent: number | null;
  readonly energyFjPerCycle: number | null;
  readonly energyPercent: number | null;
  readonly energy: {
    readonly dynamicFj: number | null;
    readonly clockTreeFj: number;
    readonly leakageFj: number | null;
  };
  readonly leakageNw: number | null;
  readonly delayPs: number | null;
  readonly origin: Readonly<Record<'areaUm2' | 'leakageNw' | 'delayPs' | 'energyFjPerCycle', Origin>>;
  readonly errorPercent: PartFigures['errorPercent'];
  readonly notes: readonly string[];
}

/** Puts the figures of the parts, one of each in their order, together. */
export function elementCost(
  element: Element,
  technology: string,
  figures: readonly PartFigures[],
): ElementCost {
  const { clockPs, macsPerCycle } = element;
  const parts = element.parts.map((part, k) => partCost(part, figures[k]!, clockPs));
  const areaUm2 = total(parts, ({ areaUm2 }) => areaUm2);
  const energyFjPerCycle = total(parts, (part) => part.energyFjPerCycle);
  const leakageFj = total(parts, ({ energy }) => energy.leakageFj);
  const clocks = element.parts.reduce((sum, { count }, k) => sum + count * figures[k]!.idleFj, 0);
  const idleFjPerCycle = leakageFj === null ? null : clocks + leakageFj;
  const synthesised = parts.reduce(
    (sum, part) => sum + (part.origin.areaUm2 === 'synthesised' ? part.areaUm2! : 0),
    0,
  );
  return {
    element: element.name,
    technology,
    areaUm2,
    energyFjPerCycle,
    energyFjPerMac: energyFjPerCycle === null ? null : energyFjPerCycle / macsPerCycle,
    idleFjPerCycle,
    leakageNw: total(parts, ({ leakageNw }) => leakageNw),
    synthesisedPercent: percentOf(synthesised, areaUm2),
    errorPercent: {
      areaUm2: weighted(parts, 'areaUm2', areaUm2),
      energyFjPerCycle: weighted(parts, 'energyFjPerCycle', energyFjPerCycle),
    },
    clock: clockOf(clockPs, parts),
    macsPerCycle,
    ...(element.inference && { inference: inferenceCost(element, energyFjPerCycle, idleFjPerCycle) }),
    parts: parts.map((part) => ({
      ...part,
      areaPercent: percentOf(part.areaUm2, areaUm2),
      energyPercent: percentOf(part.energyFjPerCycle, energyFjPerCycle),
    })),
    missing: element.parts.flatMap(({ name }, k) => figures[k]!.missing.map((why) => `${name}: ${why}`)),
  };
}

function partCost(
  { name, role, count }: Element['parts'][number],
  one: PartFigures,
  clockPs: number,
): PartCost {
  const times = (figure: number | null): number | null => (figure === null ? null : count * figure);
  const leakageNw = times(one.leakageNw);
  const energy = {
    dynamicFj: times(one.dynamicFj),
    clockTreeFj: count * one.clockTreeFj,
    leakageFj: leakageNw === null ? null : leakageNw * clockPs * 1e-6,
  };
  return {
    name,
    role,
    count,
    areaUm2: times(one.areaUm2),
    areaPercent: null,
    energyFjPerCycle: total(Object.values(energy), (part) => part),
    energyPercent: null,
    energy,
    leakageNw,
    delayPs: one.delayPs,
    origin: one.origin,
    errorPercent: one.errorPercent,
    notes: one.notes,
  };
}

function clockOf(periodPs: number, parts: readonly PartCost[]): ElementCost['clock'] {
  const slowest = parts.reduce<PartCost | undefined>(
    (most, part) => ((part.delayPs ?? -1) > (most?.delayPs ?? -1) ? part : most),
    undefined,
  );
  const slowestPs = slowest?.delayPs ?? null;
  return {
    periodPs,
    slowest: slowestPs === null ? null : slowest!.name,
    slowestPs,
    met: (slowestPs ?? 0) <= periodPs,
  };
}

function inferenceCost(
  { inference, macsPerCycle, clockPs }: Element,
  workFj: number | null,
  idleFj: number | null,
): InferenceCost {
  const { macs, utilisation } = inference!;
  const work = macs / macsPerCycle;
  const cycles = Math.ceil(work / utilisation);
  return {
    macs,
    utilisation,
    cycles,
    timeUs: (cycles * clockPs) / 1e6,
    energyUj: workFj === null || idleFj === null ? null : (work * workFj + (cycles - work) * idleFj) * 1e-9,
  };
}

function total<T>(all: readonly T[], pick: (one: T) => number | null): number | null {
  return all.reduce<number | null>((sum, one) => {
    const figure = pick(one);
    return sum === null || figure === null ? null : sum + figure;
  }, 0);
}

function weighted(
  parts: readonly PartCost[],
  figure: 'areaUm2' | 'energyFjPerCycle',
  whole: number | null,
): number {
  if (!whole) return 0;
  return parts.reduce((sum, part) => sum + part.errorPercent[figure] * (part[figure] ?? 0), 0) / whole;
}

function percentOf(part: number | null, whole: number | null): number | null {
  return part === null || !whole ? null : (100 * part) / whole;
}
