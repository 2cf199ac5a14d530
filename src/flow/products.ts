import type { Arguments } from '../builder/index.js';
import type { FigureSource } from '../cost/index.js';
import { topOf, type Design } from '../ir/index.js';
import { operatorOf } from '../ops/index.js';

/** What a design costs by the product, where its operators say how many they make in a cycle. */
export interface PerProduct {
  /** Products that its operators make and add up in a cycle. Those that are written with `*` are not counted. */
  readonly macsPerCycle?: number;
  /** All energy of a cycle, divided among these; none for a design with streams, which may wait. */
  readonly energyFjPerMac?: number;
}

/** A cost with what it is by the product, and the source of that. */
export function perProduct<T extends { energyFjPerCycle: number; sources: readonly FigureSource[] }>(
  cost: T,
  design: Design,
): T & PerProduct {
  const counts = productsOf(design);
  const macsPerCycle = counts.reduce((sum, [, count]) => sum + count, 0);
  if (macsPerCycle === 0) return cost;
  if (topOf(design).streams) return { ...cost, macsPerCycle };
  const energyFjPerMac = cost.energyFjPerCycle / macsPerCycle;
  const origin = cost.sources.find(({ figure }) => figure === 'energyFjPerCycle')?.origin ?? 'simulated';
  const of = counts.map(([operator, count]) => `${count} of ${operator}`).join(', ');
  const from = `energyFjPerCycle, all of it, over the products that the operators make in a cycle: ${of}`;
  const sources = [...cost.sources, { figure: 'energyFjPerMac', origin, from }];
  return { ...cost, macsPerCycle, energyFjPerMac, sources };
}

/** Products in a cycle, by operator. */
function productsOf({ uses = [] }: Design): [operator: string, products: number][] {
  const counts = new Map<string, number>();
  for (const { operator, parameters, count } of uses) {
    const each = operatorOf(operator)?.macs?.(parameters as Arguments) ?? 0;
    if (each > 0) counts.set(operator, (counts.get(operator) ?? 0) + count * each);
  }
  return [...counts];
}
