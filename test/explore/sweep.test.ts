import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  hopeful,
  loadFormulas,
  noMaterials,
  openPoints,
  planOf,
  runSweep,
  sweep,
  sweepId,
  type Formulas,
  type Outcome,
  type Plan,
  type Point,
  type PointStore,
  type Progress,
  type Runner,
  type SweepDefinition,
} from '../../src/explore/index.js';

let formulas: Formulas;
let folder: string;
beforeAll(async () => {
  formulas = await loadFormulas();
  folder = mkdtempSync(join(tmpdir(), 'bitloom-sweep-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const measure = (name: string, images?: number) => ({
  measure: name,
  as: name,
  args: images === undefined ? {} : { images },
});

const definition = sweep({
  name: 'toy',
  design: 'toy.dp',
  variables: [
    { name: 'N', domain: { kind: 'range', least: 1, most: 12, step: 1 } },
    { name: 'M', domain: { kind: 'range', least: 1, most: 6, step: 1 } },
  ],
  measures: [measure('areaUm2'), measure('delayPs')],
  derived: [{ name: 'product', formula: { text: 'area * delay to um^2 ns' } }],
  where: [{ text: 'N != 7' }, { text: 'areaUm2 <= 60' }],
  objectives: [
    { measure: 'areaUm2', direction: 'min' },
    { measure: 'delayPs', direction: 'min' },
  ],
});

function planned(more: Partial<SweepDefinition> = {}): Plan {
  const plan = planOf({ ...definition, ...more }, formulas);
  if (!plan.ok) throw new Error(plan.diagnostics.map((one) => one.message).join());
  return plan.value;
}

async function opened(name: string): Promise<PointStore> {
  const store = await openPoints(join(folder, name), 'write');
  if (!store.ok) throw new Error(store.diagnostics[0]!.message);
  return store.value;
}

const evaluated = (measures: Record<string, number>, intervals = {}): Outcome => ({
  ok: true,
  evaluation: { measures, intervals, provenance: {}, contents: {}, tools: {}, stages: [] },
});

/** Area N·M and delay 100 / N + M, but N = 5 cannot be built. */
function runnerOf(seen: Point[], slots = 3): Runner {
  return {
    slots,
    async run(point) {
      seen.push(point);
      const { N, M } = point.parameters as { N: number; M: number };
      await new Promise((done) => setTimeout(done, (N * M) % 3));
      if (N === 5)
        return {
          ok: false,
          failure: { kind: 'invalid', diagnostics: [{ severity: 'error', code: 'x', message: 'five' }] },
        };
      return evaluated({ areaUm2: N * M, delayPs: 100 / N + M });
    },
    close: () => Promise.resolve(),
  };
}

describe('a sweep', () => {
  it('measures every point once, keeps failures apart, and finds the front within the budgets', async () => {
    const plan = planned();
    const store = await opened('whole');
    const seen: Point[] = [];
    const shared = { plan, materials: noMaterials, store, id: sweepId(plan, noMaterials) };
    const report = await runSweep({ ...shared, runner: runnerOf(seen) });
    expect(seen).toHaveLength(66);
    expect(report).toMatchObject({ done: 66, failed: 6, reused: 0, total: 66, complete: true });
    // M = 1 is always better, and N as large as the area allows.
    expect(report.frontier.map(({ candidate }) => candidate)).toEqual(
      [1, 2, 3, 4, 6, 8, 9, 10, 11, 12].map((N) => ({ N, M: 1 })),
    );
    expect(report.frontier[1]!.row.measures['product']).toBeCloseTo(0.102, 12);
    expect(report.failures[0]!.failure!.diagnostics[0]!.message).toBe('five');
    const again = await runSweep({ ...shared, runner: runnerOf(seen) });
    expect(seen).toHaveLength(66);
    expect(again).toMatchObject({ done: 66, failed: 6, reused: 66 });
    expect(again.frontier).toEqual(report.frontier);
    store.close();
  });

  it('that is stopped goes on where it was, with the same front', async () => {
    const plan = planned();
    const seen: Point[] = [];
    const id = sweepId(plan, noMaterials);
    const stop = new AbortController();
    const first = await opened('stopped');
    const toy = runnerOf(seen);
    const runner: Runner = {
      ...toy,
      run(point) {
        if (seen.length === 20) stop.abort();
        return toy.run(point);
      },
    };
    const part = await runSweep({
      ...{ plan, materials: noMaterials, store: first, id, runner, signal: stop.signal },
    });
    expect(part.complete).toBe(false);
    expect(part.done).toBeLessThan(25);
    first.close();
    const second = await opened('stopped');
    const rest = await runSweep({
      plan,
      materials: noMaterials,
      store: second,
      id,
      runner: runnerOf(seen, 1),
    });
    expect(rest).toMatchObject({ complete: true, reused: part.done, done: 66 });
    expect(seen).toHaveLength(66);
    expect(rest.frontier.map(({ candidate }) => candidate['N'])).toEqual([1, 2, 3, 4, 6, 8, 9, 10, 11, 12]);
    second.close();
  });

  it('keeps to its budget of points, and other sweeps of the store apart', async () => {
    const store = await opened('two');
    for (const [limit, due] of [
      [{ points: 10 }, 10],
      [{}, 66],
    ] as const) {
      const plan = planned({ budget: limit });
      const report = await runSweep({
        ...{ plan, materials: noMaterials, store, id: sweepId(plan, noMaterials), runner: runnerOf([], 1) },
      });
      expect(report.done).toBe(due);
      expect(report.complete).toBe(due === 66);
    }
    const other = planned({ seed: 2 });
    const seen: Point[] = [];
    await runSweep({
      plan: other,
      materials: noMaterials,
      store,
      id: sweepId(other, noMaterials),
      runner: runnerOf(seen),
    });
    expect(seen).toHaveLength(66);
    expect(store.sweeps.map(({ name }) => name)).toEqual(['toy', 'toy']);
    const counted = await store.query('SELECT sweep, count(*) AS n, max(N) AS N FROM points GROUP BY sweep');
    expect(counted.ok && counted.value.rows.map(([, n, N]) => [n, N])).toEqual([
      [66, 12],
      [66, 12],
    ]);
    const done = await store.query(
      "SELECT min(delayPs) FROM points WHERE status = 'done' AND areaUm2 > 3 AND M = 1",
    );
    expect(done.ok && done.value.rows).toEqual([[100 / 12 + 1]]);
    expect((await store.query('SELECT nothing FROM points')).ok).toBe(false);
    store.close();
  });

  it('forgets rows that it has kept, so that memory does not grow with the points', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const outcomes: WeakRef<object>[] = [];
    let [left, written] = [0, 0];
    const runner: Runner = {
      slots: 1,
      async run() {
        const outcome = evaluated({ areaUm2: outcomes.length, delayPs: outcomes.length });
        if (outcome.ok) outcomes.push(new WeakRef(outcome.evaluation.intervals));
        if (outcomes.length === 66) {
          while (written < 60) await new Promise((done) => setTimeout(done, 10));
          collect();
          left = outcomes.filter((one) => one.deref() !== undefined).length;
        }
        return outcome;
      },
      close: () => Promise.resolve(),
    };
    const plan = planned();
    const store = await opened('forgets');
    const id = sweepId(plan, noMaterials);
    const onProgress = ({ done }: Progress): void => void (written = done);
    await runSweep({ plan, materials: noMaterials, store, id, runner, onProgress });
    // The front is the first point; some are about to be written.
    expect(outcomes).toHaveLength(66);
    expect(left).toBeLessThan(10);
    const evidence = new Set<unknown>();
    for await (const row of store.rows(id)) evidence.add(row.evidence);
    expect(evidence.size).toBe(1);
    store.close();
  });

  it('by NSGA-II finds the front of the whole grid', async () => {
    const plan = planned({ search: { kind: 'nsga2', population: 24, generations: 12, seed: 3 } });
    const store = await opened('nsga2');
    const report = await runSweep({
      ...{ plan, materials: noMaterials, store, id: sweepId(plan, noMaterials), runner: runnerOf([]) },
    });
    expect(report.frontier.map(({ candidate }) => candidate['N'])).toEqual([1, 2, 3, 4, 6, 8, 9, 10, 11, 12]);
    expect(report.done).toBeLessThanOrEqual(66);
    store.close();
  });

  it('in a store that another process has open is refused', async () => {
    const { spawnSync } = await import('node:child_process');
    const store = await opened('busy');
    const program = `import('@duckdb/node-api').then(({ DuckDBInstance }) =>
      DuckDBInstance.create(${JSON.stringify(join(folder, 'busy', 'sweep.duckdb'))}).catch((e) => console.log(e.message)))`;
    const other = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(other.stdout).toMatch(/lock on file/);
    store.close();
    expect((await openPoints(join(folder, 'absent'), 'read')).diagnostics[0]?.code).toBe('not-a-store');
  });
});

/** A network measured on few images: the more, the narrower the interval around its true accuracy. */
function estimate({ parameters, measures }: Point): Outcome {
  const { N } = parameters as { N: number };
  const images =
    (measures.find((one) => one.measure === 'accuracy')!.args['images'] as number | undefined) ?? 10_000;
  const truth = 1 - 0.5 / N;
  const around = 0.5 / Math.sqrt(images);
  // Off by half of the interval, to either side.
  const accuracy = truth + (N % 2 === 0 ? 0.5 : -0.5) * (images < 10_000 ? around : 0);
  return evaluated(
    { accuracy, areaUm2: N % 3 === 1 ? N : 3 * N },
    { accuracy: [accuracy - around, accuracy + around] },
  );
}

describe('successive halving', () => {
  const halved = {
    variables: [{ name: 'N', domain: { kind: 'range', least: 1, most: 30, step: 1 } as const }],
    where: [],
    derived: [],
    measures: [measure('areaUm2'), measure('accuracy', 10_000)],
    objectives: [
      { measure: 'areaUm2', direction: 'min' as const },
      { measure: 'accuracy', direction: 'max' as const },
    ],
  };

  it('gives the front of full measurements with fewer images', async () => {
    const counts: number[] = [];
    const fronts = [];
    for (const rungs of [[], [100, 1000]]) {
      const plan = planned({ ...halved, rungs });
      const store = await opened(`rungs-${rungs.length}`);
      let images = 0;
      const runner: Runner = {
        slots: 2,
        run(point) {
          const outcome = estimate(point);
          images += Number(point.measures.find((one) => one.measure === 'accuracy')!.args['images']);
          return Promise.resolve(outcome);
        },
        close: () => Promise.resolve(),
      };
      const report = await runSweep({
        plan,
        materials: noMaterials,
        store,
        id: sweepId(plan, noMaterials),
        runner,
      });
      fronts.push(report.frontier.map(({ candidate }) => candidate['N']));
      counts.push(images);
      store.close();
    }
    expect(fronts[1]).toEqual(fronts[0]);
    expect(fronts[0]!.length).toBeGreaterThan(8);
    expect(counts[1]).toBeLessThan(0.9 * counts[0]!);
  });

  it('never drops a point whose interval reaches the front', () => {
    const plan = planned(halved);
    const row = (N: number, area: number, low: number, high: number) => ({
      ...{ key: `${N}`, candidate: { N }, images: 30, status: 'done' as const, seconds: 0 },
      ...{
        measures: { areaUm2: area, accuracy: (low + high) / 2 },
        evidence: null,
        stages: [],
        failure: null,
      },
      intervals: { accuracy: [low, high] as const },
    });
    const rows = [
      row(1, 10, 0.8, 0.9),
      row(2, 11, 0.7, 0.81),
      row(3, 11, 0.6, 0.79),
      row(4, 9, 0.1, 0.2),
      row(5, 10, 0.7, 0.8),
    ];
    expect(hopeful(plan, rows).map((i) => rows[i]!.candidate.N)).toEqual([1, 2, 4, 5]);
    expect(hopeful(plan, [undefined, rows[2]])).toEqual([1]);
  });

  it('never drops a point for overflows, of which more images may only bring more', () => {
    const overflows = { measure: 'overflows', as: 'lost', args: {} };
    const objectives = [
      { measure: 'areaUm2', direction: 'min' },
      { measure: 'lost', direction: 'min' },
    ] as const;
    const plan = planned({ ...halved, measures: [measure('areaUm2'), overflows], derived: [], objectives });
    const row = (N: number, areaUm2: number, lost: number) => ({
      ...{ key: `${N}`, candidate: { N }, images: 30, status: 'done' as const, seconds: 0 },
      ...{ measures: { areaUm2, lost }, intervals: {}, evidence: null, stages: [], failure: null },
    });
    expect(hopeful(plan, [row(1, 10, 0), row(2, 11, 5), row(3, 9, 7)])).toEqual([0, 1, 2]);
  });
});

it('a sweep is the same one wherever its formulas stand', () => {
  const at = (line: number) => {
    const place = { file: `${line}.dp`, line, column: 1, length: 4 };
    return planned({ where: [{ text: 'N != 7', place }] });
  };
  expect(sweepId(at(2), noMaterials)).toBe(sweepId(at(5), noMaterials));
  expect(sweepId(planned({ where: [{ text: 'N != 8' }] }), noMaterials)).not.toBe(
    sweepId(at(2), noMaterials),
  );
});

it('quantities are found though their measure goes by another name, and are missed before anything runs', () => {
  const size = { measure: 'areaUm2', as: 'size', args: {} };
  const renamed = { where: [], objectives: [{ measure: 'cost', direction: 'min' as const }] };
  const derived = [{ name: 'cost', formula: { text: 'area * N to um^2' } }];
  const plan = planned({ ...renamed, derived, measures: [size] });
  expect(plan.measuresOf({ N: 3 }, { measures: { size: 7 } })).toEqual({ size: 7, cost: 21 });
  const missing = planOf({ ...definition, measures: [size], where: [{ text: 'clock > delay' }] }, formulas);
  expect(missing.diagnostics.map(({ message }) => message)).toEqual([
    '`clock` has no value here: there is no `clockPs`',
    ...[
      '`delay` has no value here: there is no `delayPs`',
      '`delay` has no value here: there is no `delayPs`',
    ],
    '`areaUm2` is to be made good, but is not measured',
    '`delayPs` is to be made good, but is not measured',
  ]);
});

it('what is wrong with a sweep as a whole is told together', () => {
  const plan = planOf(
    {
      ...definition,
      where: [{ text: 'K < 3' }, { text: 'N + 1' }, { text: 'areaUm2' }, { text: 'areaUm2 + 1' }],
      objectives: [{ measure: 'area', direction: 'min' }],
      derived: [{ name: 'x', formula: { text: 'y + 1' } }],
    },
    formulas,
  );
  expect(plan.diagnostics.map(({ code }) => code).sort()).toEqual([
    ...['bad-formula', 'bad-formula'],
    ...['unknown-name', 'unknown-name', 'unknown-name'],
  ]);
});
