import { planOf, type Plan } from './plan.js';
import { portsOf, portTimesNs } from './ports.js';
import { combined } from './stored.js';

/** The plan with the same tables in the same places, but of at most so many rows each: for trials of its engine. */
export function scaledDown(plan: Plan, mostRows: number): Plan {
  const { board, homes, planner } = plan;
  const tables = plan.model.tables.map((table) => ({ ...table, rows: Math.min(table.rows, mostRows) }));
  const model = { ...plan.model, tables };
  const stored = plan.stored.map(({ parts }) => combined(model, parts));
  const lookupNs = Math.max(...portTimesNs(portsOf(board), stored, homes, model.clockMhz));
  const bytes = stored.reduce((sum, one, at) => sum + one.bytes * homes[at]!.length, 0);
  return planOf(model, board, { stored, homes, lookupNs, bytes }, planner);
}
