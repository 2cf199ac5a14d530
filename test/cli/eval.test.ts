import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keptCommand, type KeptCommand } from './kept.js';
import { bitloom } from './run.js';

let folder: string;
let command: KeptCommand;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitloom-eval-'));
  command = keptCommand({ BITLOOM_CACHE: join(folder, 'cache') });
  writeFileSync(
    join(folder, 'sum.dp'),
    'datapath half(N: 2..8 = 4) { in a: int(N)  out y = a }\n' +
      'datapath adder(N: 2..8 = 4) { in a: int(N)  in b: int(N)  out y = a + b  pipeline(stages: 1) }\n',
  );
});

afterAll(() => {
  command.end();
  rmSync(folder, { recursive: true });
});

function written(point: unknown, ...more: string[]): string[] {
  writeFileSync(join(folder, 'point.json'), typeof point === 'string' ? point : JSON.stringify(point));
  return ['eval', join(folder, 'point.json'), ...more];
}

const evaluate = (point: unknown, ...more: string[]) => command.run(written(point, ...more));

const point = {
  design: 'sum.dp',
  parameters: { N: 3 },
  technology: 'asap7',
  measures: ['areaUm2', 'latency', { measure: 'cells', as: 'size' }],
};

test('a point alone gives the same wherever it is evaluated, with where its figures come from', async () => {
  const first = await evaluate(point, '-o', join(folder, 'result.json'));
  expect(first.stderr).toContain('3 measures');
  expect(first.code).toBe(0);
  const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Record<string, unknown>;
  expect(result).toMatchObject({ schema: 1, point: { parameters: { N: 3 } }, measures: { latency: 1 } });
  interface Run {
    readonly stages: readonly { readonly stage: string; readonly reused: boolean }[];
  }
  const { run, ...rest } = result as { run: Run };
  const isReused = ({ stages }: Run) => stages.find(({ stage }) => stage === 'synthesise')!.reused;
  expect(run.stages.map(({ stage }) => stage).toSorted()).toEqual(['elaborate', 'emit', 'synthesise']);
  expect(isReused(run)).toBe(false);
  expect(rest).toHaveProperty('measures.size');
  expect(rest).toHaveProperty('provenance.areaUm2.origin', 'synthesised');
  expect(rest).toHaveProperty('tools.yosys');

  const again = JSON.parse((await evaluate(point, '--json')).stdout) as typeof result & typeof first;
  const { run: second, ...same } = again as unknown as { run: typeof run };
  expect(same).toEqual(rest);
  expect(isReused(second)).toBe(true);

  const { run: third, ...alone } = JSON.parse(
    // In a process of its own.
    bitloom(written(point, '--json', '--no-cache')).stdout,
  ) as typeof again & {
    run: typeof run;
  };
  expect(alone).toEqual(rest);
  expect(isReused(third)).toBe(false);
});

test('all that is wrong with a point is told at once, and no file is left', async () => {
  const form = await evaluate(
    { desing: 'sum.dp', measures: [3], mode: 'guess', clockPs: 0.5 },
    '-o',
    join(folder, 'no.json'),
  );
  expect(form.code).toBe(2);
  for (const words of [
    'did you mean `design`',
    '`design` must be text',
    'measures[0]',
    '`mode` must be one of',
    '`clockPs`',
  ])
    expect(form.stderr).toContain(words);
  const names = await evaluate({
    ...point,
    measures: ['areaUm', { measure: 'latency', images: 3 }, 'cells', 'cells'],
  });
  expect(names.code).toBe(2);
  for (const words of ['did you mean `areaUm2`', 'takes no `images`', '`cells` is measured twice'])
    expect(names.stderr).toContain(words);
  const values = await evaluate({ ...point, parameters: { N: 9, K: 1 }, technology: 'asap8' });
  expect(values.stderr).toContain('did you mean `asap7`');
  expect((await evaluate({ ...point, parameters: { N: 9, K: 1 } })).stderr).toMatch(
    /no parameter `K`[^]*`N` is 9/,
  );
  expect((await evaluate({ ...point, datapath: 'product' })).stderr).toContain('known: half, adder');
  expect((await evaluate('{')).stderr).toContain('is not JSON');
  expect((await evaluate({ ...point, technology: undefined })).stderr).toContain('names no technology');
  expect(readdirSync(folder).filter((name) => name.startsWith('no.json'))).toEqual([]);
});

test('a point may name a datapath of its file', async () => {
  const ran = await evaluate(
    { design: 'sum.dp', datapath: 'half', measures: ['latency', 'registerBits'] },
    '--json',
  );
  expect(JSON.parse(ran.stdout)).toMatchObject({ measures: { latency: 0, registerBits: 0 } });
});

test('a clock steers synthesis', async () => {
  const wide = { ...point, parameters: { N: 8 }, measures: ['areaUm2', 'delayPs'] };
  const measured = async (more: object) =>
    (
      JSON.parse((await evaluate({ ...wide, ...more }, '--json')).stdout) as {
        readonly measures: { readonly areaUm2: number; readonly delayPs: number };
      }
    ).measures;
  const [free, hurried] = [await measured({}), await measured({ clockPs: 1 })];
  expect(hurried.delayPs).toBeLessThan(free.delayPs);
  expect(hurried.areaUm2).toBeGreaterThan(free.areaUm2);
  expect((await measured({ clockPs: 100_000 })).areaUm2).toBeLessThanOrEqual(free.areaUm2);
});
