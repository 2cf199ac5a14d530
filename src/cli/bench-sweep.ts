import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, success } from '../base/index.js';
import type { Materials, Plan, PointRow, SweepReport } from '../explore/index.js';
import type { BenchModule } from './benches.js';
import { packageFolder } from './data.js';
import { planIn } from './sweep-plan.js';
import { say, table } from './terminal.js';

const example = `${packageFolder}examples/vs-mac-200.sweep.dp`;

/** How many points are measured one by one, spread over all of them; the others are taken to need as long as these in the mean. */
const sampled = 8;

/**
 * `bitloom bench sweep`: the sweep of vs-mac-200.sweep.dp, with nothing at hand from before, beside its points one by one by `bitloom eval
 * --no-cache`. Half of these are measured before the sweep and half behind it, so that a load on the machine meets both.
 */
export const bench: BenchModule['bench'] = async () => {
  const planned = await planIn(example, {});
  if (!planned.ok) return planned;
  const { plan, materials } = planned.value;
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-bench-'));
  const cacheBefore = process.env['BITLOOM_CACHE'];
  process.env['BITLOOM_CACHE'] = join(folder, 'cache');
  try {
    for (const [name, text] of Object.entries(materials.designs)) await writeFile(join(folder, name), text);
    const candidates = [...plan.space.all()];
    const some = Array.from(
      { length: sampled },
      (_, i) => candidates[Math.floor(((i + 0.5) * candidates.length) / sampled)]!,
    );
    const alone: Alone[] = [];
    const oneByOne = async (from: number, to: number): Promise<void> => {
      for (const candidate of some.slice(from, to)) {
        say(`alone: ${JSON.stringify(candidate)}`);
        alone.push(await measuredAlone(plan, candidate, folder));
      }
    };
    await oneByOne(0, sampled / 2);
    say(`the sweep of ${candidates.length} points`);
    const swept = await sweptAnew(plan, materials, join(folder, 'store'));
    if (!swept.ok) return failure(...swept.diagnostics);
    await oneByOne(sampled / 2, sampled);
    return success(outcomeOf(swept.value, alone));
  } finally {
    if (cacheBefore === undefined) delete process.env['BITLOOM_CACHE'];
    else process.env['BITLOOM_CACHE'] = cacheBefore;
    await rm(folder, { recursive: true, force: true });
  }
};

/** What a point gave alone, and how long its command took. */
interface Alone {
  readonly candidate: PointRow['candidate'];
  readonly seconds: number;
  readonly measures: Readonly<Record<string, unknown>>;
}

async function measuredAlone(plan: Plan, candidate: PointRow['candidate'], folder: string): Promise<Alone> {
  const [file, result] = [join(folder, 'point.json'), join(folder, 'result.json')];
  const { measures, ...point } = plan.pointOf(candidate);
  const calls = measures.map(({ measure, as, args }) => ({ measure, as, ...args }));
  await writeFile(file, JSON.stringify({ ...point, measures: calls }));
  const started = performance.now();
  const program = [`${packageFolder}bin/bitloom.js`, 'eval', file, '-o', result, '--no-cache'];
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`a point of ${example} cannot be measured alone`);
  const seconds = (performance.now() - started) / 1000;
  const found = JSON.parse(await readFile(result, 'utf8')) as Pick<Alone, 'measures'>;
  return { candidate, seconds, measures: found.measures };
}

interface Swept {
  readonly report: SweepReport;
  readonly rows: readonly PointRow[];
  readonly jobs: number;
}

async function sweptAnew(plan: Plan, materials: Materials, folder: string) {
  const { openPoints, processPool, runSweep, sweepId } = await import('../explore/index.js');
  const { workerModule } = await import('../flow/index.js');
  const store = await openPoints(folder, 'write');
  if (!store.ok) return store;
  const jobs = availableParallelism();
  const id = sweepId(plan, materials);
  const runner = processPool({ module: workerModule, jobs, materials, cache: true });
  try {
    const report = await runSweep({ plan, materials, runner, store: store.value, id });
    const rows: PointRow[] = [];
    for await (const row of store.value.rows(id)) rows.push(row);
    return success<Swept>({ report, rows, jobs });
  } finally {
    await runner.close();
    store.value.close();
  }
}

function outcomeOf({ report, rows, jobs }: Swept, alone: readonly Alone[]) {
  const { done, failed, seconds, stages } = report;
  const mean = alone.reduce((sum, one) => sum + one.seconds, 0) / alone.length;
  const [ours, peer] = [done / seconds, 1 / mean];
  const agrees = failed === 0 && alone.every((one) => isSame(one, rows));
  const one = {
    ...{ name: 'vs-mac-200', ours, peer, ratio: ours / peer, unit: 'points/s', points: done, jobs },
    ...{ seconds, peerSeconds: mean * done, peerSampled: alone.length, target: 5, stages, agrees },
  };
  const rowsOfTable = [
    ['benchmark', 'sweep', 'one by one', 'ratio', ''],
    [
      one.name,
      `${seconds.toFixed(1)} s, ${jobs} at a time`,
      `${(mean * done).toFixed(0)} s, from ${alone.length} of ${done} points`,
      one.ratio.toFixed(1),
      agrees ? 'same measures' : 'DIFFERENT measures',
    ],
  ];
  return { document: { benchmarks: [one] }, text: table(rowsOfTable), agrees };
}

function isSame({ candidate, measures }: Alone, rows: readonly PointRow[]): boolean {
  const key = JSON.stringify(candidate);
  const row = rows.find((one) => JSON.stringify(one.candidate) === key);
  return Object.entries(measures).every(([name, value]) => row?.measures[name] === value);
}
