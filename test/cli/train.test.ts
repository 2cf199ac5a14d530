import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bitloom, program } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-train-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recipe = {
  schema: 1,
  name: 'tiny',
  data: 'mnist',
  normalisation: 'unit',
  layers: [
    { kind: 'conv', channels: 2, kernel: 4, stride: 4 },
    { kind: 'relu' },
    { kind: 'flatten' },
    { kind: 'dense', outputs: 10 },
  ],
  epochs: 2,
  batch: 60,
  shard: 20,
  optimiser: { kind: 'sgd', momentum: 0.9 },
  rate: 0.05,
  seed: 3,
};

function written(name: string, value: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

test('a recipe becomes the same network with any number of threads, and after an interruption', async () => {
  const file = written('tiny.recipe.json', recipe);
  const out = (name: string): string => join(folder, name);
  const whole = bitloom(['train', '--recipe', file, '-o', out('whole'), '--json']);
  expect(whole.stderr).toContain('epoch 2 of 2');
  expect(whole.code).toBe(0);
  const told = JSON.parse(whole.stdout);
  expect(told).toMatchObject({ schema: 1, name: 'tiny', data: 'mnist', seed: 3, resumedFrom: 0 });
  expect(told.parameters).toBe(2 * 16 + 2 + 98 * 10 + 10);
  expect(told.measured.accuracy).toBeGreaterThan(0.85);
  expect(told.measured.ci95[0]).toBeLessThan(told.measured.accuracy);
  expect(readdirSync(out('whole')).sort()).toEqual(['tiny.json', 'tiny.onnx']);

  const threads = bitloom(['train', '--recipe', file, '-o', out('threads'), '--threads', '2', '--json']);
  expect(JSON.parse(threads.stdout).epochs).toEqual(told.epochs);

  const halted = spawn('node', [program, 'train', '--recipe', file, '-o', out('halted')]);
  let said = '';
  const code = await new Promise((resolve) => {
    halted.on('exit', resolve);
    halted.stderr.on('data', (text) => {
      said += String(text);
      if (said.includes('epoch 1 of 2')) setTimeout(() => halted.kill('SIGINT'), 100);
    });
  });
  expect(code).toBe(130);
  expect(said).toContain('stopped');
  expect(readdirSync(out('halted'))).toEqual(['tiny.checkpoint']);

  const other = written('other.json', { ...recipe, rate: 0.06 });
  const refused = bitloom(['train', '--recipe', other, '-o', out('halted')]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--restart')]);

  const rest = bitloom(['train', '--recipe', file, '-o', out('halted'), '--json']);
  expect(JSON.parse(rest.stdout).resumedFrom).toBe(1);
  for (const name of ['threads', 'halted']) {
    expect(readFileSync(join(out(name), 'tiny.onnx'))).toEqual(readFileSync(join(out('whole'), 'tiny.onnx')));
    expect(existsSync(join(out(name), 'tiny.checkpoint'))).toBe(false);
  }
});

test('faults of a recipe are told together, with exit code 2', () => {
  const file = written('wrong.json', { ...recipe, epochs: 0, seeds: 1, data: 'mnist' });
  const { code, stdout, stderr } = bitloom(['train', '--recipe', file, '-o', join(folder, 'none')]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('has no field `seeds`');
  expect(stderr).toContain('did you mean `seed`');
  expect(stderr).toContain('epochs must be a whole number');
  expect(existsSync(join(folder, 'none'))).toBe(false);
  const unknown = bitloom(['train', '--recipe', 'lenet6']);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean `lenet5`')]);
});

test('a checkpoint that is cut short is told', () => {
  const file = written('cut.recipe.json', { ...recipe, name: 'cut' });
  writeFileSync(
    join(folder, 'cut.checkpoint'),
    `{"schema":1,"recipe":${JSON.stringify({ ...recipe, name: 'cut' })},"epochs":[],"errors":false}\nabc`,
  );
  const { code, stderr } = bitloom(['train', '--recipe', file, '-o', folder]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('it has 3 bytes of weights')]);
});
