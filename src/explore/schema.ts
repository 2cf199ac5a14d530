import { costModelContent } from './materials.js';

type Connection = import('@duckdb/node-api').DuckDBConnection;

/** The tables of a store. What is JSON is kept as its text. */
export const schema = `
CREATE TABLE IF NOT EXISTS sweeps (id VARCHAR PRIMARY KEY, name VARCHAR, definition VARCHAR);
CREATE TABLE IF NOT EXISTS evidence (id VARCHAR PRIMARY KEY, json VARCHAR);
CREATE TABLE IF NOT EXISTS rows (
  sweep VARCHAR, key VARCHAR, status VARCHAR, images INTEGER, candidate VARCHAR, measures VARCHAR,
  intervals VARCHAR, stages VARCHAR, failure VARCHAR, evidence VARCHAR, seconds DOUBLE
);`;

/** A view of the rows with a column for each variable and each measure that any of them has. */
export async function viewOf(connection: Connection): Promise<string> {
  const taken = new Set(['sweep', 'key', 'status', 'images', 'costs', 'seconds', 'failure', 'reason']);
  const columns: string[] = [];
  for (const column of ['candidate', 'measures'])
    for (const [key, types] of await typesIn(connection, column)) {
      if (taken.has(key.toLowerCase())) continue;
      taken.add(key.toLowerCase());
      columns.push(`${valueOf(column, key, types)} AS ${quoted(key)}`);
    }
  const failed = `json_extract_string(failure::JSON, '$.kind') AS failure,
    array_to_string(json_extract_string(failure::JSON, '$.diagnostics[*].message'), '; ') AS reason`;
  const own = ['sweep', 'key', 'status', 'images', ...columns, costs, failed, 'seconds'];
  return `CREATE OR REPLACE TEMP VIEW points AS SELECT ${own.join(', ')}
    FROM rows LEFT JOIN evidence ON rows.evidence = evidence.id QUALIFY row_number() OVER (PARTITION BY sweep, key ORDER BY rows.rowid DESC) = 1`;
}

/** Where the costs of a point come from: the cost model, synthesis, or null where it has none. */
const costs = `CASE WHEN json_contains(json_keys(evidence.json::JSON, '$.contents')::JSON, '"${costModelContent}"') THEN 'model'
  WHEN json_contains(json_keys(evidence.json::JSON, '$.contents')::JSON, '"technology"') THEN 'synth' END AS costs`;

/** The JSON types of the values of each key that a column has. */
async function typesIn(connection: Connection, column: string): Promise<Map<string, string[]>> {
  const found = await connection.runAndReadAll(
    `WITH pairs AS (SELECT ${column}::JSON AS content, unnest(json_keys(${column}::JSON)) AS key FROM rows)
     SELECT key, list(DISTINCT json_type(json_extract(content, '$."' || key || '"'))) FROM pairs GROUP BY key ORDER BY key`,
  );
  return new Map(found.getRowsJson().map(([key, types]) => [String(key), types as string[]]));
}

/** Numbers as numbers, so that they can be compared and ordered; a variable that is a word somewhere is a column of words. */
function valueOf(column: string, key: string, types: readonly string[]): string {
  const text = `json_extract_string(${column}::JSON, '$."${key.replaceAll("'", "''")}"')`;
  const areAll = (...allowed: string[]): boolean => types.every((type) => allowed.includes(type));
  if (column === 'candidate' && areAll('UBIGINT', 'BIGINT')) return `CAST(${text} AS BIGINT)`;
  if (column === 'candidate' && areAll('BOOLEAN')) return `CAST(${text} AS BOOLEAN)`;
  return column === 'measures' || areAll('UBIGINT', 'BIGINT', 'DOUBLE')
    ? `TRY_CAST(${text} AS DOUBLE)`
    : text;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
