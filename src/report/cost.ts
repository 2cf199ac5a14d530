import type { Cost, Share } from '../cost/index.js';
import {
  plot,
  table,
  text,
  type Block,
  type Cell,
  type Figure,
  type PlotBlock,
  type Section,
} from './model.js';
import { numberText } from './numbers.js';
import { timingBlocks } from './timing.js';

/** A cost and, where several were tried, how the sums of products behind it are made. */
export type MadeCost = Cost & { readonly arithmetic?: { readonly chosen: string } };

/** What a cycle does, where its energy is told for that too. */
export interface Work {
  readonly operation: string;
  readonly perCycle: number;
}

/** Costs in several technologies or under several activities, and where every figure is from. */
export function costSection(costs: readonly MadeCost[], work?: Work): Section {
  const parts = firstOfEach(costs);
  const said = work && `One ${work.operation} is 1/${work.perCycle} of a cycle's energy, leakage left out.`;
  return {
    title: 'Cost',
    blocks: [
      ...(said === undefined ? [] : [text(said)]),
      costTable(costs, work),
      ...parts.flatMap((cost) => [
        areaTreemap(cost),
        areaTable(cost),
        energyPlot(costs.filter(({ technology }) => technology === cost.technology)),
      ]),
      energyTable(costs),
      ...timingBlocks(parts),
      activityTable(costs),
      sourceTable(costs),
    ],
  };
}

/** The figures of a cost that are looked at first. */
export function costFigures(cost: MadeCost): readonly Figure[] {
  const origin = (figure: string): string =>
    `${cost.sources.find((source) => source.figure === figure)?.origin ?? 'synthesised'}, ${cost.technology}`;
  return [
    { label: 'Area', value: `${numberText(cost.areaUm2)} um²`, source: origin('areaUm2') },
    { label: 'Critical path', value: `${numberText(cost.delayPs)} ps`, source: origin('delayPs') },
    ...(cost.fmaxMhz === null
      ? []
      : [{ label: 'Fmax', value: `${cost.fmaxMhz.toFixed(0)} MHz`, source: origin('delayPs') }]),
    {
      label: 'Energy a cycle',
      value: `${numberText(cost.energyFjPerCycle)} fJ`,
      source: `${origin('energyFjPerCycle')}; ${cost.activity.source}`,
    },
  ];
}

/** The first cost of each technology: area and paths are the same under all activities. */
function firstOfEach(costs: readonly MadeCost[]): MadeCost[] {
  return costs.filter(
    ({ technology }, at) => costs.findIndex((other) => other.technology === technology) === at,
  );
}

function costTable(costs: readonly MadeCost[], work: Work | undefined): Block {
  const columns = [
    ...['technology', 'sums of products', 'activity', 'area um2', 'critical path ps', 'Fmax MHz'],
    ...['fJ per cycle', ...(work ? [`fJ per ${work.operation}`] : []), 'leakage nW', 'cells'],
  ];
  const rows = costs.map((cost): Cell[] => [
    ...[cost.technology, cost.arithmetic?.chosen ?? null, cost.activity.source],
    ...[cost.areaUm2, cost.delayPs, cost.fmaxMhz, cost.energyFjPerCycle],
    ...[...(work ? [cost.energyFjPerCycle / work.perCycle] : []), cost.leakageNw, cost.cells],
  ]);
  return table('Costs', { columns, rows }, 'each figure rests on what the last table of this section says');
}

/** How a cost's area is divided: by instances where the hierarchy was kept and there are several, else by kinds of cells. */
function sharesOf({ breakdown }: Cost): readonly Share[] {
  const instances = breakdown.filter(({ by }) => by === 'instance');
  const parts = withoutLeaves(instances);
  return parts.length > 1 ? parts : breakdown.filter(({ by }) => by === 'kind');
}

/** Instances of one cell, as the adders of bit heaps, are a part of the top as other cells are. */
function withoutLeaves(instances: readonly Share[]): Share[] {
  const isPart = ({ name, cells }: Share): boolean => name !== '(top)' && cells > 1;
  const rest = instances.filter((share) => !isPart(share));
  const sum = (key: 'cells' | 'areaUm2' | 'leakageNw'): number =>
    rest.reduce((total, share) => total + share[key], 0);
  const own = { areaUm2: sum('areaUm2'), leakageNw: sum('leakageNw'), cells: sum('cells') };
  const top: Share = { by: 'instance', name: '(top)', ...own };
  const parts = [...instances.filter(isPart), ...(rest.length > 0 ? [top] : [])];
  return parts.sort((a, b) => b.areaUm2 - a.areaUm2);
}

function areaTreemap(cost: MadeCost): PlotBlock {
  const rows = sharesOf(cost).map(({ by, name, areaUm2 }) => [`by ${by}`, name, areaUm2]);
  const mark = { kind: 'treemap', group: 0, name: 1, value: 2 } as const;
  const source = `cells of the mapped netlist and their areas in ${cost.technology}`;
  return plot(`Area in ${cost.technology}`, { columns: ['divided', 'part', 'area um2'], rows }, mark, source);
}

function areaTable(cost: MadeCost): Block {
  const rows = sharesOf(cost).map((share): Cell[] => [
    ...[share.name, share.cells, share.areaUm2],
    ...[(100 * share.areaUm2) / cost.areaUm2, share.leakageNw],
  ]);
  const columns = ['part', 'cells', 'area um2', 'share %', 'leakage nW'];
  const source = `cells of the mapped netlist in ${cost.technology}`;
  return table(`Area and leakage in ${cost.technology}, part by part`, { columns, rows }, source);
}

const energyParts = {
  switching: 'switchingFj',
  'inside cells': 'internalFj',
  clock: 'clockFj',
} as const;

/** The energy of a cycle in one technology, under each activity. */
function energyPlot(costs: readonly MadeCost[]): Block {
  const rows = costs.flatMap(({ activity, energy }) =>
    Object.entries(energyParts).map(([name, part]): Cell[] => [activity.source, name, energy[part]]),
  );
  const mark = { kind: 'treemap', group: 0, name: 1, value: 2 } as const;
  const name = `Energy of a cycle in ${costs[0]!.technology}`;
  return plot(name, { columns: ['activity', 'part', 'fJ per cycle'], rows }, mark, energySource);
}

const energySource = 'transitions counted on the mapped netlist';

function energyTable(costs: readonly MadeCost[]): Block {
  const columns = [
    ...['technology', 'activity', ...Object.keys(energyParts), 'of these wires', 'of these registers'],
    ...['clock tree, modelled', 'leakage'],
  ];
  const rows = costs.map(({ technology, activity, energy }): Cell[] => [
    ...[technology, activity.source, ...Object.values(energyParts).map((part) => energy[part])],
    ...[energy.wiresFj, energy.registersFj, energy.clockTreeFj, energy.leakageFj],
  ]);
  const source = `${energySource}; clock tree and leakage are not in the energy a cycle`;
  return table('Energy of a cycle, part by part, in fJ', { columns, rows }, source);
}

function activityTable(costs: readonly MadeCost[]): Block {
  const rows = costs.map(({ technology, activity }): Cell[] => [
    ...[technology, activity.source, activity.vectors, activity.annotatedPercent],
    activity.unannotated.join(', ') || 'none',
  ]);
  const columns = ['technology', 'activity', 'vectors', 'nets annotated %', 'inputs without words'];
  const source = 'the words that the mapped netlist saw while its transitions were counted';
  return table('Coverage by activity', { columns, rows }, source);
}

/** What figures rest on, said once for all figures of a technology that rest on it. */
function sourceTable(costs: readonly Cost[]): Block {
  const figures = new Map<string, { technology: string; from: string; figures: Set<string> }>();
  for (const { technology, sources } of costs)
    for (const { figure, origin, from } of sources)
      for (const part of from.split('; ')) {
        const key = `${technology}; ${part}`;
        const entry = figures.get(key) ?? { technology, from: part, figures: new Set<string>() };
        figures.set(key, entry);
        entry.figures.add(`${figure} (${origin})`);
      }
  const rows = [...figures.values()].map((entry) => [
    ...[entry.technology, [...entry.figures].join(', '), entry.from],
  ]);
  return table(
    'What the figures rest on',
    { columns: ['technology', 'figures', 'rest on'], rows },
    'the tools and libraries named',
  );
}
