import type { ReportPart } from './join.js';
import { plotsOf } from './baseline-plots.js';
import { table, text, type Block, type Cell, type Data, type Section } from './model.js';

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
  const labelled = columnsThatTell(flat);
  const nested = new Map<string, Fields[]>();
  for (const [i, record] of records.entries())
    for (const [key, part] of Object.entries(record))
      if (Array.isArray(part) && part.length > 0 && part.every(isFields)) {
        const labels = Object.fromEntries([...flat[i]!].slice(0, labelled));
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

/** How many of the first cells tell each record from the others. */
function columnsThatTell(records: readonly ReadonlyMap<string, Cell>[]): number {
  const most = Math.max(...records.map(({ size }) => size));
  const distinct = (count: number): number =>
    new Set(records.map((record) => JSON.stringify([...record].slice(0, count)))).size;
  for (let count = 1; count < most; count++) if (distinct(count) === records.length) return count;
  return most;
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
