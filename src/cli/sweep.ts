import { basename, join } from 'node:path';
import { availableParallelism } from 'node:os';
import { failure, fault, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import type {
  FrontMember,
  Materials,
  Plan,
  PointRow,
  Progress,
  Runner,
  SweepDefinition,
  SweepReport,
} from '../explore/index.js';
import type { MeasurePlace } from '../flow/index.js';
import type { SweepForm } from '../lang/index.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { readText } from './files.js';
import { readMaterials, type Needs } from './materials.js';
import { fail, print, printJson, say, table } from './terminal.js';

interface Options {
  readonly store?: string;
  readonly name?: string;
  readonly jobs?: number;
  readonly queue?: string;
  readonly mode?: SweepDefinition['mode'];
  readonly points?: number;
  readonly seconds?: number;
  readonly timeLimit?: number;
  readonly memoryLimit?: number;
  readonly cache: boolean;
  readonly json?: boolean;
}

/** `bitloom sweep FILE`: many points, kept in a store, and the front among them. */
export const run: Run<Options> = async (file, options) => {
  const planned = await planIn(file!, options);
  if (!planned.ok) return fail(planned.diagnostics);
  const { plan, materials } = planned.value;
  const folder = options.store ?? join('.bitloom', plan.definition.name);
  const { openPoints, runSweep, sweepId } = await import('../explore/index.js');
  const stop = new AbortController();
  const onInterrupt = (): void => {
    if (stop.signal.aborted) process.exit(exit.checkFailed);
    say('\nfinishing the points under way; once more to end at once');
    stop.abort();
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  const store = await openPoints(folder, 'write');
  if (!store.ok) return fail(store.diagnostics);
  const runner = await runnerFor(materials, options);
  if (!runner.ok) return fail(runner.diagnostics);
  const line = progressLine(runner.value.slots);
  const id = sweepId(plan, materials);
  try {
    const report = await runSweep({
      ...{ plan, materials, store: store.value, id, runner: runner.value },
      ...{ signal: stop.signal, onProgress: line.update },
    });
    line.end(report);
    if (options.json) printJson(documentOf(plan, folder, id, report));
    else printReport(plan, folder, report);
    return report.complete || !stop.signal.aborted ? exit.done : exit.checkFailed;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
    await runner.value.close();
    store.value.close();
  }
};

/** The sweep of a file, with all that its points read. */
export async function planIn(
  file: string,
  options: Pick<Options, 'name' | 'mode' | 'points' | 'seconds'>,
): Promise<Result<{ readonly plan: Plan; readonly materials: Materials }>> {
  const text = await readText(file);
  if (!text.ok) return text;
  const { loadSweeps } = await import('../lang/index.js');
  const loaded = loadSweeps(text.value, file);
  if (!loaded.ok) return loaded;
  const { sweeps, datapaths } = loaded.value;
  const form = options.name === undefined ? sweeps[0] : sweeps.find(({ name }) => name === options.name);
  if (!form || (options.name === undefined && sweeps.length > 1))
    return failure(
      whichSweep(
        file,
        options.name,
        sweeps.map(({ name }) => name),
      ),
    );
  const { sweepOf, loadFormulas, planOf } = await import('../explore/index.js');
  const definition = sweepOf(form, basename(file), datapaths);
  if (!definition.ok) return definition;
  const measures = await wrongMeasures(form, definition.value);
  const plan = planOf(withOptions(definition.value, options), await loadFormulas());
  const needs = await needsOf(withOptions(definition.value, options));
  const materials = await readMaterials(file, needs);
  if (!plan.ok || !materials.ok || measures.length > 0)
    return failure(...measures, ...plan.diagnostics, ...materials.diagnostics);
  return success({ plan: plan.value, materials: materials.value });
}

/** What is wrong with the measures of a sweep, whatever their arguments take from its variables. */
async function wrongMeasures(
  form: SweepForm,
  { measures, variables }: SweepDefinition,
): Promise<Diagnostic[]> {
  const { measuresOver } = await import('../explore/index.js');
  const { checkMeasures, faultsOf } = await import('../flow/index.js');
  const placeOf: MeasurePlace = ({ as }, argument = '') => {
    const own = form.measures.findLast((one) => one.as === as);
    return own?.places[argument] ?? own?.place;
  };
  const first = measures.map((call) => measuresOver(call, variables)[0]!);
  const more = measures.flatMap((call) => measuresOver(call, variables).slice(1));
  const wrong = [
    ...checkMeasures(first, placeOf).diagnostics,
    ...more.flatMap((call) => faultsOf(call, placeOf)),
  ];
  return [...new Map(wrong.map((one) => [JSON.stringify(one), one])).values()];
}

function withOptions(
  definition: SweepDefinition,
  { mode, points, seconds }: Pick<Options, 'mode' | 'points' | 'seconds'>,
): SweepDefinition {
  return {
    ...definition,
    ...(mode !== undefined && { mode }),
    budget: { ...definition.budget, ...(points && { points }), ...(seconds && { seconds }) },
  };
}

/** Every file that some point may read. */
async function needsOf(definition: SweepDefinition): Promise<Needs[]> {
  const { measuresOver } = await import('../explore/index.js');
  const { variables, mode } = definition;
  const measures = definition.measures.flatMap((call) => measuresOver(call, variables));
  const valuesOf = (name: string): string[] => {
    const domain = variables.find((variable) => variable.name === name)?.domain;
    return domain?.kind === 'list' ? domain.values.map(String) : [];
  };
  const designs = valuesOf('design');
  const technologies = valuesOf('tech');
  const first = designs[0] ?? definition.design;
  return [
    ...(designs.length > 0 ? designs : [first]).map((design) => ({ design, measures, mode })),
    ...technologies.map((technology) => ({ design: first, technology, measures, mode })),
  ];
}

async function runnerFor(materials: Materials, options: Options): Promise<Result<Runner>> {
  const { processPool, queueRunner } = await import('../explore/index.js');
  if (options.queue !== undefined) return queueRunner(options.queue, materials);
  const { workerModule } = await import('../flow/index.js');
  return success(
    processPool({
      module: workerModule,
      jobs: options.jobs ?? availableParallelism(),
      ...{ materials, cache: options.cache },
      ...{ timeLimitSeconds: options.timeLimit, memoryLimitMb: options.memoryLimit },
    }),
  );
}

/** A line on a terminal that tells how far a sweep is. */
function progressLine(slots: number) {
  const isShown = process.stderr.isTTY === true;
  let last = 0;
  return {
    update(progress: Progress): void {
      const now = Date.now();
      if (!isShown || now - last < 200) return;
      last = now;
      process.stderr.write(`\r\x1b[K${describe(progress)}, ${slots} at a time`);
    },
    end(progress: Progress): void {
      if (isShown) process.stderr.write('\r\x1b[K');
      say(describe(progress));
    },
  };
}

function describe({ done, total, reused, failed, seconds, front }: Progress): string {
  const rate = (done - reused) / Math.max(seconds, 1e-3);
  const left =
    total === undefined || rate === 0 || total <= done ? '' : `, ${Math.ceil((total - done) / rate)} s left`;
  const of = total === undefined ? '' : ` of ${total}`;
  return `${done}${of} points, ${reused} reused, ${failed} failed, ${rate.toFixed(2)} /s${left}, ${front} on the front`;
}

function documentOf(plan: Plan, store: string, id: string, report: SweepReport) {
  const { done, failed, reused, total, seconds, complete, confirmed, stages, frontier, failures } = report;
  return {
    ...{ schema: 1, sweep: plan.definition.name, id, store, mode: plan.definition.mode },
    ...{ points: total ?? done, done, failed, reused, complete },
    ...(confirmed !== undefined && { confirmed }),
    front: frontier.map(memberOf),
    failures: failures.map(failureOf),
    run: { seconds, stages },
  };
}

/** A member of a front as JSON shows it. */
export function memberOf({ candidate, row, estimated }: FrontMember) {
  const { key, measures, intervals } = row;
  return { parameters: candidate, measures, ...(estimated && { estimated }), intervals, key };
}

function failureOf({ candidate, failure: why }: PointRow) {
  return {
    parameters: candidate,
    kind: why?.kind,
    reason: why?.diagnostics.map(({ message }) => message).join('; '),
  };
}

function printReport(plan: Plan, folder: string, { frontier, failures, failed, stages }: SweepReport): void {
  print(frontTable(plan.definition, frontier));
  print('');
  print(`${folder}; stages: ${stages.run} run, ${stages.reused} reused`);
  for (const row of failures.slice(0, 5)) {
    const { parameters, kind, reason } = failureOf(row);
    print(`failed (${kind}): ${JSON.stringify(parameters)}: ${reason}`);
  }
  if (failed > 5) print(`and ${failed - 5} more failed`);
}

/** The front as a table: variables, objectives, and whatever else was measured. */
export function frontTable(
  { variables, objectives, measures, derived }: SweepDefinition,
  front: readonly FrontMember[],
): string {
  const varied = variables.map(({ name }) => name);
  const good = objectives.map(({ measure }) => measure).filter((name) => !varied.includes(name));
  const all = [...measures.map(({ as }) => as), ...derived.map(({ name }) => name)];
  const names = [...good, ...all.filter((name) => !good.includes(name))];
  const rows = front.map(({ candidate, row }) => [
    ...variables.map(({ name }) => {
      const value = candidate[name] ?? '';
      return typeof value === 'boolean' ? String(value) : value;
    }),
    ...names.map((name) => {
      const value = row.measures[name];
      return typeof value === 'number' ? Number(value.toPrecision(5)) : '-';
    }),
  ]);
  return table([[...variables.map(({ name }) => name), ...names], ...rows]);
}

function whichSweep(file: string, name: string | undefined, known: readonly string[]): Diagnostic {
  if (known.length === 0)
    return fault('no-sweep', `there is no sweep in ${file}`, {
      hint: 'write `sweep NAME { N in [4, 8] … }`',
    });
  if (name === undefined)
    return fault('no-sweep', `${file} has several sweeps`, {
      hint: `choose one with --name: ${known.join(', ')}`,
    });
  return fault('unknown-name', `there is no sweep \`${name}\` in ${file}`, { hint: suggest(name, known) });
}
