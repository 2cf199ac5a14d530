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
  const keysOf = async (column: string): Promise<string[]> => {
    const found = await connection.runAndReadAll(
      `SELECT DISTINCT unnest(json_keys(${column}::JSON)) AS key FROM rows ORDER BY key`,
    );
    return found.getRows().map(([key]) => String(key));
  };
  const taken = new Set(['sweep', 'key', 'status', 'images', 'costs', 'seconds', 'failure']);
  const columns: string[] = [];
  for (const column of ['candidate', 'measures'])
    for (const key of await keysOf(column)) {
      if (taken.has(key.toLowerCase())) continue;
      taken.add(key.toLowerCase());
      columns.push(`${valueOf(column, key)} AS ${quoted(key)}`);
    }
  const failed = `json_extract_string(failure::JSON, '$.kind') AS failure`;
  const own = ['sweep', 'key', 'status', 'images', ...columns, costs, failed, 'seconds'];
  return `CREATE OR REPLACE TEMP VIEW points AS SELECT ${own.join(', ')}
    FROM rows LEFT JOIN evidence ON rows.evidence = evidence.id QUALIFY row_number() OVER (PARTITION BY sweep, key ORDER BY rows.rowid DESC) = 1`;
}

/** Where the costs of a point come from: the cost model, synthesis, or null where it has none. */
const costs = `CASE WHEN json_contains(json_keys(evidence.json::JSON, '$.contents')::JSON, '"${costModelContent}"') THEN 'model'
  WHEN json_contains(json_keys(evidence.json::JSON, '$.contents')::JSON, '"technology"') THEN 'synth' END AS costs`;

/** Numbers as numbers, so that they can be compared; a column of words stays as it is. */
function valueOf(column: string, key: string): string {
  const text = `json_extract_string(${column}::JSON, '$."${key.replaceAll("'", "''")}"')`;
  return column === 'measures' ? `TRY_CAST(${text} AS DOUBLE)` : `${text}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
