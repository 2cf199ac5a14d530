import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, success, type Result } from '../base/index.js';
import type { Materials, Plan, PointRow, SweepDefinition } from '../explore/index.js';
import type { BenchModule } from './benches.js';
import { cpuSecondsOf, ended, startRedis, startWorker } from './bench-workers.js';
import { packageFolder } from './data.js';
import { planIn } from './sweep-plan.js';
import { say, table } from './terminal.js';

const example = `${packageFolder}examples/vs-mac.sweep.dp`;
const workers = 8;

type Values = Readonly<Record<string, readonly number[]>>;

/** How many workers measure which points, in order; those that are timed differ from the example's in V alone. */
const passes: readonly (readonly [count: number, points: Values])[] = [
  [1, { V: [4, 8] }],
  [workers, { V: [4, 8, 16] }],
  [1, { V: [16] }],
];
/** Of these every worker measures one before: behind it, it has loaded and compiled what it needs. */
const early: Values = { N: [2, 3, 4, 5], M: [4], V: [2] };

/**
 * `bitloom bench queue`: three dozen points, synthesised by eight workers of a queue, beside one worker, `--jobs 1` each. Some of the points are
 * measured by the one before the eight and some behind them, so that a load on the machine meets both. Nothing is at hand from before.
 */
export const bench: BenchModule['bench'] = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-queue-'));
  const redis = await startRedis(folder);
  if (!redis.ok) return redis;
  const { url, child } = redis.value;
  try {
    const load = loadavg()[0]!;
    const runs: Served[] = [];
    for (const [count, points] of passes) {
      say(`${count} worker${count > 1 ? 's' : ''}`);
      const served = await servedBy(count, points, url, join(folder, `run-${runs.length}`));
      if (!served.ok) return failure(...served.diagnostics);
      runs.push(served.value);
    }
    const [first, all, second] = runs as [Served, Served, Served];
    return success(outcomeOf(all, joined(first, second), load));
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
};

/** What some workers gave. */
interface Served {
  readonly rows: readonly PointRow[];
  readonly seconds: number;
  /** Of the processor meanwhile, in all processes of the workers. */
  readonly cpuSeconds: number;
}

function joined(a: Served, b: Served): Served {
  return {
    rows: [...a.rows, ...b.rows],
    seconds: a.seconds + b.seconds,
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
  };
}

async function servedBy(count: number, points: Values, url: string, folder: string): Promise<Result<Served>> {
  const planned = await planIn(example, {});
  if (!planned.ok) return planned;
  const { plan, materials } = planned.value;
  const all = await Promise.all(Array.from({ length: count }, () => startWorker(url, join(folder, 'cache'))));
  const sweep = async (values: Values, most?: number) =>
    swept(
      await planOver(plan.definition, values, most),
      materials,
      url,
      join(folder, JSON.stringify(values)),
    );
  try {
    const first = await sweep(early, count);
    if (!first.ok) return first;
    const cpu = (): Promise<number> => cpuSecondsOf(all.map(({ pid }) => String(pid)));
    const cpuBefore = await cpu();
    const found = await sweep(points);
    if (!found.ok) return found;
    const cpuSeconds = (await cpu()) - cpuBefore;
    await Promise.all(all.map(ended));
    return success({ ...found.value, cpuSeconds });
  } finally {
    for (const worker of all) worker.kill('SIGKILL');
  }
}

/** The sweep with other values of some variables, and no more than `points` of them. */
async function planOver(definition: SweepDefinition, values: Values, points?: number): Promise<Plan> {
  const { loadFormulas, planOf } = await import('../explore/index.js');
  const variables = definition.variables.map((variable) => {
    const own = values[variable.name];
    return own ? { ...variable, domain: { kind: 'list' as const, values: own } } : variable;
  });
  const plan = planOf({ ...definition, variables, budget: { points } }, await loadFormulas());
  if (!plan.ok) throw new Error(`${example} has other variables than ${JSON.stringify(values)}`);
  return plan.value;
}

async function swept(
  plan: Plan,
  materials: Materials,
  url: string,
  folder: string,
): Promise<Result<Pick<Served, 'rows' | 'seconds'>>> {
  const { openPoints, queueRunner, runSweep, sweepId } = await import('../explore/index.js');
  const store = await openPoints(folder, 'write');
  if (!store.ok) return store;
  const runner = await queueRunner(url, materials);
  if (!runner.ok) return runner;
  try {
    const id = sweepId(plan, materials);
    const { seconds } = await runSweep({ plan, materials, runner: runner.value, store: store.value, id });
    const rows: PointRow[] = [];
    for await (const row of store.value.rows(id)) rows.push(row);
    return success({ rows, seconds });
  } finally {
    await runner.value.close();
    store.value.close();
  }
}

function outcomeOf(all: Served, one: Served, load: number) {
  const points = all.rows.length;
  const [ours, peer] = [points / all.seconds, points / one.seconds];
  const agrees = measuresOf(all) === measuresOf(one);
  const found = {
    ...{ name: `queue-${workers}`, ours, peer, ratio: ours / peer, unit: 'points/s', target: 1.8, points },
    ...{ workers, cores: availableParallelism(), load, seconds: all.seconds, peerSeconds: one.seconds },
    ...{ cpuSeconds: all.cpuSeconds, peerCpuSeconds: one.cpuSeconds, agrees },
  };
  const text = table([
    ['benchmark', `${workers} workers`, 'one worker', 'ratio', ''],
    [
      `${points} points by a queue`,
      `${all.seconds.toFixed(1)} s, ${all.cpuSeconds.toFixed(0)} s of processor`,
      `${one.seconds.toFixed(1)} s, ${one.cpuSeconds.toFixed(0)} s of processor`,
      found.ratio.toFixed(2),
      agrees ? 'same measures' : 'DIFFERENT measures',
    ],
  ]);
  return { document: { benchmarks: [found] }, text, agrees };
}

/** Equal for equal measures of the same points; null stands for one that has none. */
function measuresOf({ rows }: Served): string {
  const texts = rows.map(({ candidate, measures, status }) => JSON.stringify([candidate, measures, status]));
  return texts.sort().join();
}
