import { failure, fault, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import type { FrontMember, Plan, PointRow, PointStore, SweepDefinition } from '../explore/index.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { frontTable, memberOf } from './sweep.js';
import { fail, print, printJson } from './terminal.js';

interface Options {
  readonly sweep?: string;
  readonly where?: readonly string[];
  readonly min?: readonly string[];
  readonly max?: readonly string[];
  readonly json?: boolean;
}

/** `bitloom pareto STORE`: the front among the points of a store. */
export const run: Run<Options> = async (folder, options) => {
  const found = await frontIn(folder!, options);
  if (!found.ok) return fail(found.diagnostics);
  const { id, definition, rows, front } = found.value;
  const members = front.map((row): FrontMember => ({ candidate: row.candidate, row }));
  const failed = rows.filter(({ status }) => status === 'failed').length;
  const { name } = definition;
  if (options.json)
    printJson({ schema: 1, sweep: name, id, points: rows.length, failed, front: members.map(memberOf) });
  else print(frontTable(definition, members));
  return exit.done;
};

/** The points of a sweep in a store, and those on the front by rising first objective. */
export interface StoredFront {
  readonly id: string;
  readonly definition: SweepDefinition;
  readonly rows: readonly PointRow[];
  readonly front: readonly PointRow[];
}

/** Reads a store and finds the front, with the objectives and constraints of the command line. */
export async function frontIn(folder: string, options: Options): Promise<Result<StoredFront>> {
  const { openPoints, frontOf, isEstimated, objectivesOf } = await import('../explore/index.js');
  const store = await openPoints(folder, 'read');
  if (!store.ok) return store;
  try {
    const chosen = await chosenFrom(store.value, folder, options);
    if (!chosen.ok) return chosen;
    const { id, plan } = chosen.value;
    // What the model ranked is not on the front beside what synthesis confirmed.
    const isRanking = plan.definition.mode === 'model-first';
    const rows: PointRow[] = [];
    for await (const row of store.value.rows(id))
      if (row.images === null && !(isRanking && isEstimated(row))) rows.push(row);
    const measured = rows.flatMap((row) => {
      const objectives = objectivesOf(plan, row);
      return objectives ? [{ row, objectives }] : [];
    });
    const front = frontOf(measured.map(({ objectives }) => objectives)).map((i) => measured[i]!);
    front.sort((a, b) => a.objectives[0]! - b.objectives[0]! || (a.row.key < b.row.key ? -1 : 1));
    return success({ id, definition: plan.definition, rows, front: front.map(({ row }) => row) });
  } finally {
    store.value.close();
  }
}

/** The sweep that is meant, with the objectives and constraints of the command line. */
async function chosenFrom(
  store: PointStore,
  folder: string,
  options: Options,
): Promise<Result<{ readonly id: string; readonly plan: Plan }>> {
  const { sweeps } = store;
  const found = sweeps.filter(
    ({ id, name }) => options.sweep === undefined || [id, name].includes(options.sweep),
  );
  if (found.length !== 1)
    return failure(
      whichSweep(
        folder,
        options.sweep,
        sweeps.map(({ id }) => id),
        found.length,
      ),
    );
  const { loadFormulas, planOf } = await import('../explore/index.js');
  const definition = withOptions(JSON.parse(found[0]!.definition) as SweepDefinition, options);
  const plan = planOf(definition, await loadFormulas());
  return plan.ok ? success({ id: found[0]!.id, plan: plan.value }) : plan;
}

function withOptions(
  definition: SweepDefinition,
  { where = [], min = [], max = [] }: Options,
): SweepDefinition {
  const objectives = [
    ...min.map((measure) => ({ measure, direction: 'min' as const })),
    ...max.map((measure) => ({ measure, direction: 'max' as const })),
  ];
  return {
    ...definition,
    where: [...definition.where, ...where.map((text) => ({ text }))],
    ...(objectives.length > 0 && { objectives }),
  };
}

function whichSweep(
  folder: string,
  name: string | undefined,
  known: readonly string[],
  count: number,
): Diagnostic {
  if (known.length === 0) return fault('no-sweep', `the store ${folder} holds no sweep`);
  if (count === 0)
    return fault('unknown-name', `there is no sweep \`${name}\` in ${folder}`, {
      hint: suggest(name!, known),
    });
  return fault(
    'no-sweep',
    `${folder} holds several sweeps, as a sweep, what it reads or the tools have changed`,
    {
      hint: `choose one with --sweep: ${known.join(', ')}`,
    },
  );
}
