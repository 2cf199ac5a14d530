import { planDocument, portUses, summaryOf, type Plan } from '../hbm/index.js';
import type { ReportPart } from './join.js';
import { plot, table, type Block, type Cell, type Figure } from './model.js';
import { numberText } from './numbers.js';
import type { Shape } from './shape.js';

const mebi = 2 ** 20;

/** A plan of embedding tables on memory channels. */
export function planPart(plan: Plan): ReportPart {
  const summary = summaryOf(plan);
  const uses = portUses(plan);
  const source = `closed form of the ${plan.planner} plan for ${plan.model.name} on ${plan.board.name}`;
  const document = planDocument(plan);
  const figures: Figure[] = [
    { label: 'Lookups of an item', value: `${summary.lookupNs} ns`, source },
    { label: 'No plan takes less than', value: `${summary.boundNs} ns`, source: 'lower bound' },
    {
      label: 'Items a second',
      value: numberText(summary.itemsPerSecond),
      source: `slowest: ${summary.slowest}`,
    },
    {
      label: 'Tables',
      value: `${summary.tables}`,
      source: `${summary.dramTables} in DRAM, ${summary.onChipTables} on the chip`,
    },
    {
      label: 'Storage',
      value: `${numberText(summary.storageBytes / mebi)} MiB`,
      source: `${summary.storagePercent} % beyond the plain tables`,
    },
  ];
  const rows = uses.map((use): Cell[] => [
    ...[use.name, use.ns, 100 * use.occupancy, use.reads, use.bytes / mebi, use.capacityBytes / mebi],
    use.tables.map((at) => document.stored[at]!.name).join(', ') || null,
  ]);
  const columns = ['channel', 'ns an item', 'occupancy %', 'reads', 'MiB', 'of MiB', 'tables'];
  const stored = document.stored.map(({ name, bytes, rows, columns, ports }): Cell[] => [
    ...[ports.join(', '), name, bytes / mebi, rows, columns],
  ]);
  const named = ['channel', 'table', 'MiB', 'rows', 'columns'];
  return {
    title: `${plan.model.name} on ${plan.board.name}`,
    verdict: { text: `planned; ${summary.abovePercent} % above the lower bound`, state: 'unknown' },
    sections: [
      {
        title: 'Memory channels',
        blocks: [
          { kind: 'figures', figures },
          plot(
            'Occupancy of channels',
            { columns, rows },
            { kind: 'bars', x: 0, yName: '% of the slowest', ys: [2] },
            source,
          ),
          table('Channels', { columns, rows }, source),
          plot(
            'Storage',
            { columns: named, rows: stored },
            { kind: 'treemap', group: 0, name: 1, value: 2 },
            source,
          ),
        ],
      },
    ],
    results: document,
  };
}

/** What `bitloom hbm simulate --json` prints, as far as it is shown. */
export interface SimulationResults {
  readonly items: number;
  readonly lookupNs: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly worstNs: number;
  readonly closedFormNs: number;
  readonly itemsPerSecond: number;
  readonly channels: readonly {
    readonly name: string;
    readonly reads: number;
    readonly occupancy: number;
    readonly dataOccupancy?: number | null;
  }[];
}

export const simulationShape: Shape = {
  ...{ items: 'number', lookupNs: 'number', p50Ns: 'number', p99Ns: 'number', worstNs: 'number' },
  ...{ closedFormNs: 'number', itemsPerSecond: 'number' },
  channels: [{ name: 'text', reads: 'number', occupancy: 'number', dataOccupancy: 'number?' }],
};

/** Items through a plan, on models of the channels. */
export function simulationPart(results: SimulationResults): ReportPart {
  const { items, lookupNs, p50Ns, p99Ns, worstNs, closedFormNs, itemsPerSecond, channels } = results;
  const source = `${items} items simulated, every burst on the model of its channel`;
  const latencies: Cell[][] = [
    ...[
      ['closed form', closedFormNs],
      ['mean', lookupNs],
      ['half within', p50Ns],
    ],
    ...[
      ['99 % within', p99Ns],
      ['all within', worstNs],
    ],
  ];
  const rows = channels.map(({ name, reads, occupancy, dataOccupancy }): Cell[] => [
    ...[name, 100 * occupancy, typeof dataOccupancy === 'number' ? 100 * dataOccupancy : null, reads],
  ]);
  const columns = ['channel', 'busy %', 'data pins %', 'reads'];
  const blocks: Block[] = [
    {
      kind: 'figures',
      figures: [
        { label: 'Lookups of an item', value: `${numberText(lookupNs)} ns`, source },
        { label: 'Items a second', value: numberText(itemsPerSecond), source },
      ],
    },
    plot(
      'Occupancy of channels',
      { columns, rows },
      { kind: 'bars', x: 0, yName: '% of the time', ys: [1, 2] },
      source,
    ),
    table('Channels', { columns, rows }, source),
    plot(
      'Latency',
      { columns: ['of items', 'ns'], rows: latencies },
      { kind: 'bars', x: 0, yName: 'ns', ys: [1] },
      source,
    ),
  ];
  return {
    title: 'Simulated lookups',
    verdict: { text: source, state: 'unknown' },
    sections: [{ title: 'Memory channels', blocks }],
    results,
  };
}
