import { dominates, type Objectives } from './pareto.js';
import type { Plan } from './plan.js';
import type { PointRow } from './row.js';

/**
 * Which points may still reach the front when they are measured better: those that, at the good ends of their intervals, are not dominated by
 * any point at the bad ends of its own. So a point whose interval reaches the front is never dropped. (After successive halving, Jamieson and
 * Talwalkar, 2016, with intervals in place of a fixed share.)
 *
 * @returns positions in `rows`
 */
export function hopeful(plan: Plan, rows: readonly (PointRow | undefined)[]): number[] {
  const ends = rows.map((row) => (row?.status === 'done' ? endsOf(plan, row) : undefined));
  const worst = ends.flatMap((one) => (one?.bad ? [one.bad] : [])).reduce(nonDominated, []);
  return rows.flatMap((_, i) => {
    const good = ends[i]?.good;
    return good && !worst.some((other) => dominates(other, good)) ? [i] : [];
  });
}

function nonDominated(kept: readonly Objectives[], one: Objectives): readonly Objectives[] {
  if (kept.some((other) => dominates(other, one))) return kept;
  return [...kept.filter((other) => !dominates(one, other)), one];
}

/** The objectives at the good and at the bad ends of a point's intervals; undefined where they cannot be, or not surely, within the budgets. */
function endsOf(plan: Plan, row: PointRow): { readonly good?: Objectives; readonly bad?: Objectives } {
  const variants = ([0, 1] as const).map((end) => {
    const moved = Object.entries(intervalsOf(plan, row)).map(([name, ends]) => [name, ends[end]] as const);
    return plan.measuresOf(row.candidate, { measures: { ...row.measures, ...Object.fromEntries(moved) } });
  });
  const found = variants.flatMap((measures) => [plan.objectivesOf(row.candidate, measures) ?? []]);
  const whole = found.filter((one) => one.length > 0);
  if (whole.length === 0) return {};
  const extreme = (pick: (...values: number[]) => number): Objectives =>
    whole[0]!.map((_, k) => pick(...whole.map((one) => one[k]!)));
  const good = extreme(Math.min);
  return whole.length === variants.length ? { good, bad: extreme(Math.max) } : { good };
}

/** The intervals of a row; counts of what happened on few images are at least as great on more. */
function intervalsOf({ definition: { measures } }: Plan, row: PointRow): PointRow['intervals'] {
  const counts = measures.filter(({ measure }) => measure === 'overflows');
  const open = counts.flatMap(({ as }) => {
    const count = row.measures[as];
    return typeof count === 'number' ? [[as, [count, Number.MAX_VALUE]] as const] : [];
  });
  return { ...row.intervals, ...Object.fromEntries(open) };
}
