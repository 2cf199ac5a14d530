import type { PointRow, SweepDefinition } from '../explore/index.js';
import type { ReportPart } from './join.js';
import { plot, table, text, type Block, type Cell, type Data, type Figure } from './model.js';

/** The points of a sweep, and which of them are on the front. */
export interface SweepResults {
  readonly id: string;
  readonly definition: SweepDefinition;
  readonly rows: readonly PointRow[];
  readonly front: readonly PointRow[];
}

/** A sweep's points against each other. */
export function sweepPart({ id, definition, rows, front }: SweepResults): ReportPart {
  const done = rows.filter(({ status }) => status === 'done');
  const failed = rows.filter(({ status }) => status === 'failed');
  const data = pointData(definition, done, new Set(front.map(({ key }) => key)));
  const onFront = {
    columns: data.columns.slice(0, -1),
    rows: data.rows.filter((row) => row.at(-1) === 'yes').map((row) => row.slice(0, -1)),
  };
  const source = `sweep ${id}; the figures rest on what the last table of this section says`;
  const figures: Figure[] = [
    { label: 'Points measured', value: String(done.length), source: `sweep ${id}` },
    { label: 'On the front', value: String(front.length), source: aims(definition) },
    { label: 'Failed', value: String(failed.length), source: 'points that cannot be built or measured' },
  ];
  const blocks: Block[] = [
    { kind: 'figures', figures },
    text(`${aims(definition)}. Drag a frame over points to list them; other axes can be chosen.`),
    ...frontPlot(definition, data, source),
    table('The front', onFront, source),
    ...intervalTable(definition, done),
    ...failureTable(failed),
    sourceTable(done),
  ];
  return {
    title: `Sweep ${definition.name}`,
    verdict: {
      text: `${done.length} points measured, ${failed.length} failed`,
      state: failed.length > 0 ? 'unknown' : 'good',
    },
    sections: [{ title: 'Design space', blocks }],
    results: { id, definition, rows: done.length, failed: failed.length, front },
  };
}

function aims({ objectives }: SweepDefinition): string {
  const words = objectives.map(
    ({ measure, direction }) => `${direction === 'min' ? 'least' : 'most'} ${measure}`,
  );
  return `The front has the ${words.join(' and the ')}`;
}

function pointData(
  { variables }: SweepDefinition,
  rows: readonly PointRow[],
  front: ReadonlySet<string>,
): Data {
  const names = variables.map(({ name }) => name);
  const measures = [...new Set(rows.flatMap((row) => Object.keys(row.measures)))];
  const cell = (value: unknown): Cell =>
    typeof value === 'number' ? value : value === undefined || value === null ? null : String(value);
  return {
    columns: [...names, ...measures, 'front'],
    rows: rows.map((row) => [
      ...names.map((name) => cell(row.candidate[name])),
      ...measures.map((name) => cell(row.measures[name])),
      front.has(row.key) ? 'yes' : 'no',
    ]),
  };
}

function frontPlot({ objectives, variables }: SweepDefinition, data: Data, source: string): Block[] {
  const isNumber = (at: number): boolean => at >= 0 && data.rows.some((row) => typeof row[at] === 'number');
  const wished = [...objectives.map(({ measure }) => measure), ...variables.map(({ name }) => name)];
  const [first, second] = wished.map((name) => data.columns.indexOf(name)).filter(isNumber);
  if (first === undefined) return [];
  // The first objective upwards, as what is paid for it lies along the bottom.
  const [x, y] = second === undefined ? [first, first] : [second, first];
  const mark = {
    kind: 'points',
    x,
    y,
    front: data.columns.length - 1,
    joined: objectives.length === 2,
  } as const;
  return [plot('Points and the front', data, mark, source)];
}

/** Measures that are estimates, with the ends of their intervals. */
function intervalTable({ variables }: SweepDefinition, rows: readonly PointRow[]): Block[] {
  const names = variables.map(({ name }) => name);
  const found = rows.flatMap((row) =>
    Object.entries(row.intervals).map(([measure, [low, high]]): Cell[] => [
      names.map((name) => `${name} ${row.candidate[name] ?? '–'}`).join(', '),
      ...[measure, row.measures[measure] ?? null, low, high],
    ]),
  );
  if (found.length === 0) return [];
  const columns = ['point', 'measure', 'estimate', '95 % from', 'to'];
  return [
    table(
      'Estimates and their intervals',
      { columns, rows: found },
      'intervals over the images, and with bit errors over the chips too',
    ),
  ];
}

function failureTable(failed: readonly PointRow[]): Block[] {
  if (failed.length === 0) return [];
  const rows = failed.map(({ candidate, failure }): Cell[] => [
    Object.entries(candidate)
      .map((pair) => pair.join(' '))
      .join(', '),
    failure?.kind ?? null,
    failure?.diagnostics.map(({ message }) => message).join('; ') ?? null,
  ]);
  return [table('Failed points', { columns: ['point', 'why', 'what was said'], rows }, 'the sweep')];
}

function sourceTable(rows: readonly PointRow[]): Block {
  const found = new Map<string, Cell[]>();
  for (const { evidence } of rows)
    for (const [measure, { origin, from }] of Object.entries(evidence?.provenance ?? {}))
      found.set(`${measure}\n${origin}\n${from}`, [measure, origin, from]);
  const tools = new Map(rows.flatMap(({ evidence }) => Object.entries(evidence?.tools ?? {})));
  const made = [...tools].map((pair) => pair.join(' ')).join(', ');
  return table(
    'What the figures rest on',
    { columns: ['measure', 'origin', 'from'], rows: [...found.values()] },
    made === '' ? 'the tools of the sweep' : made,
  );
}
