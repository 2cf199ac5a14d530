import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { openStore, putJson } from '../../src/cache/index.js';
import { openPoints, type PointRow } from '../../src/explore/index.js';
import { keptCommand, type KeptCommand } from './kept.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
let command: KeptCommand;

const text = `datapath adder(N: 1..40 = 4, stages: 0..3 = 1, wide: bool = false) {
  in a: int(N)
  in b: int(N)
  let c = if wide then a * b else a + b
  out y = c[N - 1:0]
  pipeline(stages: stages)
}

sweep adder {
  N in 2..41
  stages in [0, 1]
  wide in [true, false] when N < 4
  measure registerBits, latency
  let cost = registerBits + 10 * latency
  where "cost < 400"
  pareto min cost, max N
}
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitloom-sweep-'));
  writeFileSync(join(folder, 'adder.dp'), text);
  command = keptCommand(env());
});
afterAll(() => {
  command.end();
  rmSync(folder, { recursive: true });
});

const env = () => ({ BITLOOM_CACHE: join(folder, 'cache') });
const sweepArgs = (store: string) => [
  'sweep',
  join(folder, 'adder.dp'),
  '--store',
  join(folder, store),
  ...['--jobs', '1', '--json'],
];

interface Found {
  readonly done: number;
  readonly failed: number;
  readonly reused: number;
  readonly complete: boolean;
  readonly front: readonly {
    readonly parameters: Record<string, unknown>;
    readonly measures: Record<string, number>;
  }[];
  readonly failures: readonly { readonly reason: string }[];
}

async function swept(store: string): Promise<Found> {
  const ran = await command.run(sweepArgs(store));
  expect(ran.stderr).toContain('on the front');
  return JSON.parse(ran.stdout) as Found;
}

/** Runs the command and ends it with its processes after some time, unless it is done before. */
function killed(args: readonly string[], afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'bin/bitloom.js'), ...args], {
    stdio: 'ignore',
    env: { ...process.env, ...env() },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  return new Promise((resolve) =>
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    }),
  );
}

describe('bitloom sweep', () => {
  it('killed at random moments and resumed gives the front of an uninterrupted run', async () => {
    const whole = await swept('whole');
    // 40 values of N, two of stages, and two of wide where N is 2 or 3; N = 41 cannot be.
    expect(whole).toMatchObject({ done: 84, failed: 2, reused: 0, complete: true });
    expect(whole.failures[0]!.reason).toContain('N` is 41');
    expect(whole.front[0]!.parameters).toMatchObject({ N: 40, stages: 0 });
    const source = random(Date.now());
    await command.run([...sweepArgs('killed'), '--points', '20']);
    for (let round = 0; round < 2; round++) await killed(sweepArgs('killed'), 400 + source.below(2500));
    const rest = await swept('killed');
    expect(rest.front).toEqual(whole.front);
    expect(rest).toMatchObject({ done: 84, failed: 2, complete: true });
    // What was kept before is never lost.
    expect(rest.reused).toBeGreaterThanOrEqual(20);
    expect((await swept('killed')).reused).toBe(84);
  });

  it('on Ctrl-C finishes what is under way', async () => {
    const child = spawn(process.execPath, [join(root, 'bin/bitloom.js'), ...sweepArgs('stopped')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env() },
    });
    let out = '';
    child.stdout.on('data', (data) => (out += String(data)));
    const database = join(folder, 'stopped', 'sweep.duckdb');
    while (!existsSync(database)) await new Promise((done) => setTimeout(done, 20));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('close', resolve));
    const report = JSON.parse(out) as Found;
    if (report.complete) expect(code).toBe(0);
    else expect(code).toBe(1);
    expect((await swept('stopped')).reused).toBe(report.done);
  });

  it('tells all that is wrong with a sweep, and where', async () => {
    const wrong = join(folder, 'wrong.dp');
    writeFileSync(
      wrong,
      `sweep wrong {
  design in ["adder.dp", "absent.dp"]
  N in [2]
  tech in [asap9]
  where K < 3
  measure areaUm
  pareto min area
  search(gird)
  budget(point: 3)
}
`,
    );
    const first = await command.run(['sweep', wrong, '--store', join(folder, 'wrong')]);
    expect(first.code).toBe(2);
    for (const words of ['no search `gird`', 'did you mean `grid`', 'did you mean `points`'])
      expect(first.stderr).toContain(words);
    writeFileSync(wrong, readFileSync(wrong, 'utf8').replace('gird', 'grid').replace('point:', 'points:'));
    const second = await command.run(['sweep', wrong, '--store', join(folder, 'wrong')]);
    expect(second.code).toBe(2);
    for (const words of [
      'absent.dp',
      'asap9',
      'no measure `areaUm`',
      ':5:9: error: there is no variable, measure or unit `K`',
    ])
      expect(second.stderr).toContain(words);
    expect(existsSync(join(folder, 'wrong'))).toBe(false);
    const misspelt = join(folder, 'misspelt.dp');
    writeFileSync(misspelt, text.replace('stages in', 'stage in'));
    const third = await command.run(['sweep', misspelt, '--store', join(folder, 'wrong')]);
    expect(third.stderr).toMatch(
      /:11:3: error: there is no parameter `stage` in `adder`[^]*did you mean `stages`/,
    );
    const limits = ['--queue', 'redis://127.0.0.1:1', '--memory-limit', '500', '--jobs', '2'];
    const fourth = await command.run(['sweep', join(folder, 'adder.dp'), ...limits]);
    expect(fourth.code).toBe(2);
    for (const option of ['--memory-limit', '--jobs'])
      expect(fourth.stderr).toContain(`${option} does not go with --queue`);
    expect(existsSync(join(folder, 'wrong'))).toBe(false);
    const named = await command.run(['sweep', join(folder, 'adder.dp'), '--name', 'ader']);
    expect(named.stderr).toContain('no sweep `ader`');
  });
});

describe('measures under bit errors', () => {
  const example = join(root, 'examples/faulty-dot.sweep.dp');

  it('take their settings from variables, in an example', async () => {
    const args = [
      'sweep',
      example,
      '--store',
      join(folder, 'faulty'),
      '--points',
      '2',
      '--jobs',
      '1',
      '--json',
    ];
    const { done, front } = JSON.parse((await command.run(args)).stdout) as Found;
    expect(done).toBe(2);
    expect(front).toHaveLength(2);
    for (const { parameters, measures } of front) {
      expect(parameters).toMatchObject({ N: 4, rate: 0.001 });
      expect(measures['bitsPerWeight']).toBe(parameters['guard'] === 'secded' ? 4.5 : 4);
      expect(measures['faulty']).toBeLessThan(1);
      expect(measures['loss']).toBe(measures['clean']! - measures['faulty']!);
    }
  });

  it('are told with the places of arguments that variables make wrong', async () => {
    const wrong = join(folder, 'wrong-measures.dp');
    const text = readFileSync(example, 'utf8').replace('0.01]', '2]').replace('chips: 5', 'chip: 5');
    writeFileSync(wrong, text);
    const ran = await command.run(['sweep', wrong, '--store', join(folder, 'none')]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/:24:59: error: `rate` of measure `robustAccuracy` must be .* but is 2/);
    expect(ran.stderr).toMatch(/:24:87: error: .* takes no `chip`[^]*did you mean `chips`/);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('costs of the model', () => {
  const widths = (settings: string) => `datapath product(N: 2..8 = 4) {
  in a: int(N)
  in b: int(N)
  out y = a * b
  pipeline(stages: 1)
}

sweep product {
  N in 2..8
  tech in [asap7, freepdk45]
  measure areaUm2, delayPs
  where "N < 6"
  pareto min areaUm2
  ${settings}
}
`;
  const ran = async (store: string, settings: string, ...more: string[]) => {
    const file = join(folder, `${store}.dp`);
    writeFileSync(file, widths(settings));
    const args = ['sweep', file, '--store', join(folder, store), '--json', ...more];
    return JSON.parse((await command.run(args)).stdout) as Found & {
      readonly mode: string;
      readonly confirmed?: number;
      readonly front: readonly { readonly estimated?: Record<string, number> }[];
      readonly run: { readonly stages: { readonly run: number; readonly reused: number } };
    };
  };
  const counted = async (store: string) => {
    const sql = `SELECT costs, count(*) AS n, min(areaUm2) AS least FROM points GROUP BY costs ORDER BY costs`;
    const { stdout } = await command.run(['query', join(folder, store), sql, '--json']);
    return (JSON.parse(stdout) as { rows: unknown[] }).rows;
  };

  it('need no synthesis, and each design is made once for both technologies', async () => {
    const found = await ran('model', 'settings(mode: model)', '--jobs', '1');
    expect(found).toMatchObject({ mode: 'model', done: 8, failed: 0, complete: true });
    expect(found).not.toHaveProperty('confirmed');
    expect(found.front.map(({ parameters }) => parameters)).toEqual([{ N: 2, tech: 'asap7' }]);
    expect(found.front[0]).not.toHaveProperty('estimated');
    // Elaborated and optimised for one technology, at hand for the other.
    expect(found.run.stages).toEqual({ run: 8, reused: 8 });
    expect(await counted('model')).toEqual([['model', 8, found.front[0]!.measures['areaUm2']]]);
    expect(await ran('model', 'settings(mode: model)')).toMatchObject({
      done: 8,
      reused: 8,
      front: found.front,
    });
  });

  it('rank, and synthesis confirms the front and its neighbours', async () => {
    const found = await ran('first', '', '--mode', 'model-first');
    // The least of 8, one bit wider, and the same in the other technology.
    expect(found).toMatchObject({ mode: 'model-first', done: 11, confirmed: 3, failed: 0, complete: true });
    const [best] = found.front;
    expect(best!.parameters).toEqual({ N: 2, tech: 'asap7' });
    const [synthesised, estimated] = [best!.measures['areaUm2']!, best!.estimated!['areaUm2']!];
    expect(estimated).not.toBe(synthesised);
    expect(estimated / synthesised).toBeGreaterThan(0.5);
    expect(estimated / synthesised).toBeLessThan(2);
    expect(await counted('first')).toEqual([
      ['model', 8, estimated],
      ['synth', 3, synthesised],
    ]);
    const asked = JSON.parse(
      (await command.run(['pareto', join(folder, 'first'), '--json'])).stdout,
    ) as Found;
    expect(asked.front.map(({ measures }) => measures['areaUm2'])).toEqual([synthesised]);
    expect(await ran('first', '', '--mode', 'model-first')).toMatchObject({ reused: 11, front: found.front });
  });
});

describe('a store', () => {
  it('is asked for fronts and by SQL, and exported', async () => {
    const store = join(folder, 'whole');
    const { front: due } = await swept('whole');
    const front = JSON.parse((await command.run(['pareto', store, '--json'])).stdout) as Found;
    expect(front.front).toEqual(due);
    const some = await command.run([
      'pareto',
      store,
      '--where',
      'N < 10',
      'stages == 1',
      '--min',
      'registerBits',
      '--json',
    ]);
    expect((JSON.parse(some.stdout) as Found).front.map(({ parameters }) => parameters['N'])).toEqual([2, 2]);
    const sql = `SELECT stages, count(*) AS n, max(cost) AS most FROM points WHERE status = 'done' GROUP BY stages ORDER BY stages`;
    expect(JSON.parse((await command.run(['query', store, sql, '--json'])).stdout)).toMatchObject({
      columns: ['stages', 'n', 'most'],
      rows: [
        [0, 41, expect.any(Number)],
        [1, 41, expect.any(Number)],
      ],
    });
    const why = `SELECT failure, reason FROM points WHERE status = 'failed' AND stages = 1`;
    expect(JSON.parse((await command.run(['query', store, why, '--json'])).stdout)).toMatchObject({
      rows: [['invalid', expect.stringContaining('`N` is 41')]],
    });
    for (const kind of ['parquet', 'csv', 'json']) {
      const file = join(folder, `points.${kind}`);
      expect((await command.run(['query', store, '-o', file])).code).toBe(0);
      expect(readFileSync(file).length).toBeGreaterThan(1000);
    }
    expect(readFileSync(join(folder, 'points.parquet')).subarray(0, 4).toString()).toBe('PAR1');
    expect((JSON.parse(readFileSync(join(folder, 'points.json'), 'utf8')) as unknown[]).length).toBe(84);
    expect((await command.run(['query', store, 'SELECT x FROM points'])).code).toBe(2);
    expect((await command.run(['query', store, 'DELETE FROM rows'])).code).toBe(2);
    expect((await command.run(['pareto', join(folder, 'nowhere')])).stderr).toContain('no store of a sweep');
    expect((await command.run(['pareto', store, '--where', 'areaUm2 +'])).code).toBe(2);
  });

  it('has all rows that were said to be kept, whenever the process is killed', async () => {
    const program = `
      const { openPoints } = await import(${JSON.stringify(join(root, 'dist/explore/index.js'))});
      const { value: store } = await openPoints(process.argv[1], 'write');
      await store.begin({ id: 'one', name: 'one', definition: '{}' });
      for (let i = Number(process.argv[2]); ; i++) {
        const evidence = { provenance: {}, contents: { some: String(i % 7) }, tools: {} };
        const row = { key: 'k' + i, candidate: { i }, images: null, status: 'done', measures: { double: 2 * i } };
        await store.append('one', [{ ...row, intervals: {}, evidence, stages: [], failure: null, seconds: 0 }]);
        process.stdout.write(i + '\\n');
      }`;
    const kept = join(folder, 'kept');
    const source = random(Date.now());
    let next = 0;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, kept, String(next)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (data) => (said += String(data)));
      while (said === '') await new Promise((done) => setTimeout(done, 10));
      await new Promise((done) => setTimeout(done, source.below(300)));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      const last = Number(said.trimEnd().split('\n').at(-1));
      const store = await openPoints(kept, 'write');
      const rows: PointRow[] = [];
      if (store.ok) for await (const row of store.value.rows('one')) rows.push(row);
      if (store.ok) store.value.close();
      const found = new Set(rows.map(({ candidate }) => candidate['i']));
      for (let i = 0; i <= last; i++) expect(found.has(i), `row ${i} of ${last}`).toBe(true);
      expect(rows.every(({ measures, candidate }) => measures['double'] === 2 * Number(candidate['i']))).toBe(
        true,
      );
      next = Math.max(...rows.map(({ candidate }) => Number(candidate['i']))) + 1;
    }
    expect(next).toBeGreaterThan(3);
  });

  it('of finished work is told, pruned and cleared', async () => {
    await putJson(openStore('stages', 2 ** 30, join(folder, 'cache')), 'ab'.repeat(32), { some: 'work' });
    const told = JSON.parse((await command.run(['cache', '--json'])).stdout) as {
      stores: { store: string; entries: number }[];
    };
    expect(told.stores.find(({ store }) => store === 'stages')!.entries).toBeGreaterThan(0);
    expect((await command.run(['cache', 'prune', '--limit', '1000'])).stdout).toContain('stages');
    expect((await command.run(['cache', 'clear'])).code).toBe(0);
    const after = JSON.parse((await command.run(['cache', '--json'])).stdout) as typeof told;
    expect(after.stores.every(({ entries }) => entries === 0)).toBe(true);
  });
});
