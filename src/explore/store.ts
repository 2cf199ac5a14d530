import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, success, type Result } from '../base/index.js';
import { keyOf } from '../cache/index.js';
import type { PointRow } from './row.js';
import { noDuckdb, notAStore, storeInUse, storeUnusable, badQuery } from './problems.js';
import { schema, viewOf } from './schema.js';

type Connection = import('@duckdb/node-api').DuckDBConnection;

/** A sweep in a store: `id` differs where its definition, its files or the tools do. */
export interface StoredSweep {
  readonly id: string;
  readonly name: string;
  /** The definition, as JSON. */
  readonly definition: string;
}

/** What a query gave. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * Points of sweeps in a folder, in a DuckDB database. Rows are only ever added; those of one call are added together or, if the process
 * ends before, not at all. One process at a time has it open.
 */
export interface PointStore {
  readonly sweeps: readonly StoredSweep[];
  /** Makes sure that the sweep is in the store. */
  begin(sweep: StoredSweep): Promise<void>;
  /** Adds rows; they are on the disk when this returns. */
  append(sweep: string, rows: readonly PointRow[]): Promise<void>;
  /** The rows of a sweep, the last one of each key, in any order. Rows with equal evidence share one object. */
  rows(sweep: string): AsyncIterable<PointRow>;
  /** Runs SQL over the view `points` (a column for each variable and measure, and `costs`, which is `model`, `synth` or null), and the tables `rows`, `sweeps` and `evidence`. */
  query(sql: string): Promise<Result<QueryResult>>;
  close(): void;
}

const fileName = 'sweep.duckdb';

/** Opens the store in a folder; made if it is not there, unless it is opened to be read only. */
export async function openPoints(folder: string, mode: 'read' | 'write'): Promise<Result<PointStore>> {
  const duckdb = await import('@duckdb/node-api').catch(() => undefined);
  if (!duckdb) return failure(noDuckdb());
  const file = join(folder, fileName);
  try {
    if (mode === 'write') await mkdir(folder, { recursive: true });
    const instance = await duckdb.DuckDBInstance.create(
      file,
      mode === 'read' ? { access_mode: 'READ_ONLY' } : {},
    );
    const connection = await instance.connect();
    if (mode === 'write') await connection.run(schema);
    const sweeps = await sweepsIn(connection);
    return success(
      storeOn(connection, sweeps, () => {
        connection.closeSync();
        instance.closeSync();
      }),
    );
  } catch (error) {
    const { message } = error as Error;
    if (/lock on file/.test(message)) return failure(storeInUse(folder));
    if (mode === 'read' && /does not exist|No such file/i.test(message)) return failure(notAStore(folder));
    return failure(storeUnusable(folder, message.split('\n')[0]!));
  }
}

function storeOn(connection: Connection, known: StoredSweep[], close: () => void): PointStore {
  const evidence = new Set<string>();
  const evidenceId = identity();
  return {
    sweeps: known,
    async begin(sweep) {
      if (known.some(({ id }) => id === sweep.id)) return;
      await connection.run('INSERT INTO sweeps VALUES ($1, $2, $3)', [
        sweep.id,
        sweep.name,
        sweep.definition,
      ]);
      known.push(sweep);
    },
    async append(sweep, rows) {
      await connection.run('BEGIN');
      try {
        for (const row of rows) await insertEvidence(connection, evidence, row, evidenceId);
        await insertRows(connection, sweep, rows, evidenceId);
        await connection.run('COMMIT');
      } catch (error) {
        await connection.run('ROLLBACK').catch(() => undefined);
        throw error;
      }
    },
    rows: (sweep) => rowsOf(connection, sweep),
    async query(sql) {
      try {
        await connection.run(await viewOf(connection));
        const found = await connection.runAndReadAll(sql);
        return success({
          columns: found.deduplicatedColumnNames(),
          rows: found.getRowsJson().map(withNumbers),
        });
      } catch (error) {
        return failure(badQuery((error as Error).message));
      }
    },
    close,
  };
}

async function sweepsIn(connection: Connection): Promise<StoredSweep[]> {
  const found = await connection.runAndReadAll('SELECT id, name, definition FROM sweeps');
  return found.getRowObjects() as unknown as StoredSweep[];
}

type Identity = (evidence: object) => string;

/** Digests of objects, each made once: most rows of a sweep have the same evidence. */
function identity(): Identity {
  const known = new WeakMap<object, string>();
  return (evidence) => {
    const id = known.get(evidence) ?? keyOf(evidence);
    known.set(evidence, id);
    return id;
  };
}

async function insertEvidence(
  connection: Connection,
  known: Set<string>,
  row: PointRow,
  idOf: Identity,
): Promise<void> {
  if (!row.evidence) return;
  const id = idOf(row.evidence);
  if (known.has(id)) return;
  await connection.run('INSERT OR IGNORE INTO evidence VALUES ($1, $2)', [id, JSON.stringify(row.evidence)]);
  known.add(id);
}

async function insertRows(
  connection: Connection,
  sweep: string,
  rows: readonly PointRow[],
  idOf: Identity,
): Promise<void> {
  const appender = await connection.createAppender('rows');
  for (const row of rows) {
    const { key, status, images, candidate, measures, intervals, stages, failure: failed } = row;
    appender.appendVarchar(sweep);
    appender.appendVarchar(key);
    appender.appendVarchar(status);
    if (images === null) appender.appendNull();
    else appender.appendInteger(images);
    for (const value of [candidate, measures, intervals, stages])
      appender.appendVarchar(JSON.stringify(value));
    if (failed) appender.appendVarchar(JSON.stringify(failed));
    else appender.appendNull();
    if (row.evidence) appender.appendVarchar(idOf(row.evidence));
    else appender.appendNull();
    appender.appendDouble(row.seconds);
    appender.endRow();
  }
  appender.closeSync();
}

async function* rowsOf(connection: Connection, sweep: string): AsyncIterable<PointRow> {
  const texts = await connection.runAndReadAll('SELECT id, json FROM evidence');
  const evidence = new Map(
    texts.getRows().map(([id, json]) => [id, JSON.parse(String(json)) as PointRow['evidence']]),
  );
  const found = await connection.stream(
    `SELECT * FROM rows WHERE rowid IN (SELECT max(rowid) FROM rows WHERE sweep = $1 GROUP BY key)`,
    [sweep],
  );
  for await (const chunk of found.yieldRowObjects())
    for (const row of chunk) yield rowOf(row, evidence.get(row['evidence'] ?? null) ?? null);
}

function rowOf(found: Readonly<Record<string, unknown>>, evidence: PointRow['evidence']): PointRow {
  const json = (name: string): unknown => {
    const text = found[name];
    return typeof text === 'string' ? (JSON.parse(text) as unknown) : null;
  };
  return {
    key: String(found['key']),
    status: found['status'] === 'done' ? 'done' : 'failed',
    images: found['images'] === null ? null : Number(found['images']),
    candidate: json('candidate') as PointRow['candidate'],
    measures: json('measures') as PointRow['measures'],
    intervals: json('intervals') as PointRow['intervals'],
    stages: json('stages') as PointRow['stages'],
    failure: json('failure') as PointRow['failure'],
    evidence,
    seconds: Number(found['seconds']),
  };
}

/** Counts come as text, as they may be beyond 2^53. */
function withNumbers(row: readonly unknown[]): unknown[] {
  return row.map((value) => {
    const isCount = typeof value === 'string' && /^-?\d{1,15}$/.test(value);
    return isCount ? Number(value) : value;
  });
}
