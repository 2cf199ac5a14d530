import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { failure, fault, success, type Diagnostic, type Result } from '../base/index.js';
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
import type { Run } from './command.js';
import { exit } from './exit.js';
import { planIn, type PlanOptions } from './sweep-plan.js';
import { fail, print, printJson, say, table } from './terminal.js';

interface Options extends PlanOptions {
  readonly store?: string;
  readonly jobs?: number;
  readonly queue?: string;
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
  const runner = await runnerFor(materials, options);
  if (!runner.ok) return fail(runner.diagnostics);
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  const store = await openPoints(folder, 'write');
  if (!store.ok) {
    await runner.value.close();
    return fail(store.diagnostics);
  }
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

async function runnerFor(materials: Materials, options: Options): Promise<Result<Runner>> {
  const { processPool, queueRunner } = await import('../explore/index.js');
  if (options.queue !== undefined) {
    const wrong = ofWorkers(options);
    return wrong.length > 0 ? failure(...wrong) : queueRunner(options.queue, materials);
  }
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

/** Options that are those of workers, where these measure the points. */
function ofWorkers({ jobs, timeLimit, memoryLimit, cache }: Options): Diagnostic[] {
  const given = [
    ...(jobs === undefined ? [] : ['--jobs']),
    ...(timeLimit === undefined ? [] : ['--time-limit']),
    ...(memoryLimit === undefined ? [] : ['--memory-limit']),
    ...(cache ? [] : ['--no-cache']),
  ];
  return given.map((option) =>
    fault('sweep-option', `${option} does not go with --queue, as workers measure the points`, {
      hint: `give it to them: bitloom worker --queue URL ${option} …`.replace('cache …', 'cache'),
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
