import type { ReportPart } from './join.js';
import {
  plot,
  table,
  text,
  type Block,
  type Cell,
  type Data,
  type PlotBlock,
  type Section,
} from './model.js';

/** A document with published results and ours: a title, where they are from, and lists of records under any names. */
export interface BaselineFile {
  /** Without its ending. */
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A folder of such documents, a section each; every list of records is a table, and some are plots too. */
export function baselinePart(title: string, files: readonly BaselineFile[]): ReportPart {
  return {
    title,
    verdict: { text: `${files.length} documents`, state: 'unknown' },
    sections: files.map(sectionOf),
    results: Object.fromEntries(files.map(({ name, value }) => [name, value])),
  };
}

function sectionOf({ name, value }: BaselineFile): Section {
  const { title, source, measured } = value;
  const from = sourceText(name, source, measured);
  const intro = typeof source === 'string' ? [text(source)] : [];
  const data = recordsIn(value, []);
  const blocks = data.flatMap(([path, data]): Block[] => [
    ...plotsOf(name, path, data, from),
    table(path, data, from),
  ]);
  return { title: typeof title === 'string' ? title : name, blocks: [...intro, ...blocks] };
}

function sourceText(name: string, source: unknown, measured: unknown): string {
  const own = typeof measured === 'object' && measured !== null ? Object.entries(measured) : [];
  const facts = own.flatMap(([key, value]) =>
    typeof value === 'string' || typeof value === 'number'
      ? [key === 'what' ? String(value) : `${key} ${value}`]
      : [],
  );
  if (facts.length > 0) return `${name}.json: ${facts.join('; ')}`;
  return typeof source === 'string' ? `${name}.json: ${source}` : `${name}.json`;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All lists of records in a value, by their path; records' own objects are flattened, and their lists written out. */
function recordsIn(value: Fields, path: readonly string[]): (readonly [string, Data])[] {
  return Object.entries(value).flatMap(([key, part]) => {
    const at = [...path, key];
    if (Array.isArray(part) && part.length > 0 && part.every(isFields)) return [...rowsOf(part, at)];
    return isFields(part) ? recordsIn(part, at) : [];
  });
}

/** Lists of records within records are tables of their own, whose rows say which record they belong to. */
function rowsOf(records: readonly Fields[], path: readonly string[]): (readonly [string, Data])[] {
  const flat = records.map((record) => flattened(record, ''));
  const nested = new Map<string, Fields[]>();
  for (const [i, record] of records.entries())
    for (const [key, part] of Object.entries(record))
      if (Array.isArray(part) && part.length > 0 && part.every(isFields)) {
        const labels = Object.fromEntries([...flat[i]!].slice(0, 2));
        const rows = part.map((one) => ({ ...labels, ...one }));
        nested.set(key, [...(nested.get(key) ?? []), ...rows]);
      }
  const columns = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const rows = flat.map((row) => columns.map((column) => row.get(column) ?? null));
  return [
    ...(columns.length > 0 ? [[path.join(', '), { columns, rows }] as const] : []),
    ...[...nested].flatMap(([key, part]) => rowsOf(part, [...path, key])),
  ];
}

function flattened(record: Fields, prefix: string): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  for (const [key, value] of Object.entries(record)) {
    const name = prefix === '' ? key : `${prefix} ${key}`;
    if (isFields(value)) for (const [inner, cell] of flattened(value, name)) cells.set(inner, cell);
    else if (typeof value === 'number' || value === null) cells.set(name, value);
    else if (typeof value === 'string' || typeof value === 'boolean') cells.set(name, String(value));
    else if (Array.isArray(value) && !value.some(isFields)) cells.set(name, value.join(' to '));
  }
  return cells;
}

interface Drawn {
  readonly file: string;
  readonly list: RegExp;
  readonly mark: 'lines' | 'bars';
  readonly x: string;
  readonly ys: readonly string[];
  readonly yName: string;
}

/** Which lists are drawn too, and over what. */
const drawn: readonly Drawn[] = [
  {
    file: 'mc-ipu',
    list: /^cyclesPerPass$/,
    mark: 'lines',
    x: 'tree',
    ys: ['mean', 'expected', 'worst'],
    yName: 'cycles a pass',
  },
  {
    file: 'mc-ipu',
    list: /^clusters$/,
    mark: 'bars',
    x: 'tree',
    ys: ['lockStep', 'ideal'],
    yName: 'cycles a job',
  },
  {
    file: 'hbm',
    list: /^plans$/,
    mark: 'bars',
    x: 'plan',
    ys: ['publishedNs', 'closedNs', 'simulatedNs', 'boundNs'],
    yName: 'ns an item',
  },
  {
    file: 'hbm',
    list: /rows$/,
    mark: 'lines',
    x: 'elements',
    ys: ['publishedNs', 'closedNs', 'simulatedNs'],
    yName: 'ns',
  },
  { file: 'bit-selection', list: /selected$/, mark: 'lines', x: 'average', ys: ['sqnrDb'], yName: 'SQNR dB' },
  { file: 'adder-sharing', list: /forms$/, mark: 'bars', x: 'data', ys: ['adders'], yName: 'adders' },
];

function plotsOf(file: string, path: string, data: Data, source: string): PlotBlock[] {
  return drawn
    .filter((one) => one.file === file && one.list.test(path))
    .flatMap(({ mark, x, ys, yName }) => {
      const at = data.columns.indexOf(x);
      const known = ys.map((y) => data.columns.indexOf(y)).filter((y) => y >= 0);
      if (at < 0 || known.length === 0) return [];
      const name = `${yName} of ${path}`;
      const series = known.map((y) => ({ name: data.columns[y]!, y }));
      if (mark === 'lines') return [plot(name, data, { kind: 'lines', x: at, yName, series }, source)];
      return [plot(name, data, { kind: 'bars', x: at, yName, ys: known }, source)];
    });
}
