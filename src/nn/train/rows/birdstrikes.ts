import { success, type Result } from '../../../base/index.js';
import type { Samples } from '../samples.js';
import { packageText } from './file.js';
import type { RowSet } from './sets.js';
import { splitRows } from './split.js';

/** Columns that are looked up in tables, with how many entries each has: the most frequent ones and one for the rest. */
const tables = {
  'Airport Name': 64,
  'Aircraft Make Model': 128,
  'Phase of flight': 8,
  'Wildlife Size': 4,
  'Time of day': 8,
} as const;

const operator = 'Aircraft Airline Operator';
const classes = 16;

/**
 * Which of 15 operators (or another one) an aircraft belongs to: 10,000 reports of the FAA's Wildlife Strike Database,
 * 1990 to 2002. A row has the year and the speed as numbers of about −1 to 1 (0 where the speed was not reported), then
 * an entry of each of five tables: airport (64), aircraft (128), phase of flight (8), size of the animal (4), time of day
 * (8).
 */
export const birdstrikes: RowSet = {
  about: 'aircraft that met birds, and which airline they belong to',
  sizes: { train: 8_000, test: 2_000 },
  shape: [7],
  classes,
  read(split): Result<Extract<Samples, { kind: 'rows' }>> {
    const text = packageText('birdstrikes', 'vega-datasets', 'data/birdstrikes.csv', (head) =>
      [...Object.keys(tables), operator, 'Flight Date'].every((name) => head.includes(name)),
    );
    if (!text.ok) return text;
    const records = recordsOf(text.value);
    const entries = Object.entries(tables).map(([name, size]) => entriesOf(records, name, size));
    const answer = entriesOf(records, operator, classes);
    const rows = records.map((record) => {
      const speed = Number(record['Speed IAS in knots']);
      const numbers = [
        (Number(record['Flight Date']!.slice(0, 4)) - 1996) / 6,
        speed > 0 ? speed / 150 - 1 : 0,
      ];
      return { numbers: [...numbers, ...entries.map((entry) => entry(record))], label: answer(record) };
    });
    return success(splitRows(rows, split, birdstrikes.sizes, classes));
  },
};

type Row = Readonly<Record<string, string>>;

/** The lines of a file without quoted fields. */
function recordsOf(text: string): Row[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = head.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, fields[i] ?? '']));
  });
}

/** Numbers the texts of a column by how often they occur, and by the text where that is the same; the last is the rest. */
function entriesOf(records: readonly Row[], name: string, size: number): (record: Row) => number {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(record[name]!, (counts.get(record[name]!) ?? 0) + 1);
  const order = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([text]) => text);
  const numbers = new Map(order.map((text, i) => [text, Math.min(i, size - 1)]));
  return (record) => numbers.get(record[name]!)!;
}
