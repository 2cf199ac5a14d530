import { extname, resolve } from 'node:path';
import { failure, fault, type Result } from '../base/index.js';
import type { PointStore, QueryResult } from '../explore/index.js';
import { exit } from './exit.js';
import { readBytes, writeWhole } from './files.js';
import { fail, print, printJson, say, table } from './terminal.js';

interface Options {
  readonly o?: string;
  readonly json?: boolean;
}

const kinds: Readonly<Record<string, string>> = {
  '.parquet': 'FORMAT parquet',
  '.csv': 'FORMAT csv, HEADER',
  '.json': 'FORMAT json, ARRAY true',
};

/** `bitloom query STORE [SQL]`: what SQL gives over the points of a store, printed or written to a file. */
export async function query(folder: string, sql: string, options: Options): Promise<number> {
  const { openPoints } = await import('../explore/index.js');
  const store = await openPoints(folder, 'read');
  if (!store.ok) return fail(store.diagnostics);
  try {
    if (options.o !== undefined) return await exported(store.value, sql, options.o);
    const found = await store.value.query(sql);
    if (!found.ok) return fail(found.diagnostics);
    if (options.json) printJson({ schema: 1, ...found.value });
    else print(textOf(found.value));
    return exit.done;
  } finally {
    store.value.close();
  }
}

/** Writes what the query gives as Parquet, CSV or JSON, as the file's name says. */
async function exported(store: PointStore, sql: string, file: string): Promise<number> {
  const kind = kinds[extname(file).toLowerCase()];
  if (kind === undefined)
    return fail([fault('bad-file-name', `${file} must end in ${Object.keys(kinds).join(', ')}`)]);
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const beside = await mkdtemp(join(tmpdir(), 'bitloom-export-'));
  try {
    const draft = join(beside, 'rows');
    const made = await store.query(`COPY (${sql}) TO '${draft}' (${kind})`);
    const bytes: Result<Uint8Array> = made.ok ? await readBytes(draft) : failure(...made.diagnostics);
    if (!bytes.ok) return fail(bytes.diagnostics);
    const written = await writeWhole(file, bytes.value);
    if (!written.ok) return fail(written.diagnostics);
    say(resolve(file));
    return exit.done;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

function textOf({ columns, rows }: QueryResult): string {
  const cell = (value: unknown): string | number =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value === null ? '-' : String(value);
  return table([columns, ...rows.map((row) => row.map(cell))]);
}
