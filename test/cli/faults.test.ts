import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bitloom } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const cache = { BITLOOM_CACHE: join(folder, 'cache') };

const design = join(folder, 'sum.dp');
writeFileSync(
  design,
  `datapath pair_sum(stages: 0..4 = 2) {
  in a: int(3)
  in b: int(3)
  out y = a + b
  pipeline(stages: stages)
}
`,
);
const small = ['faults', design, '--cycles', '64', '--samples', '200', '--json'];

function told(args: readonly string[]) {
  const ran = bitloom(args, cache);
  expect(ran.stderr).toBe('');
  expect(ran.code).toBe(0);
  return JSON.parse(ran.stdout);
}

test('a campaign is one JSON document, the same again', () => {
  const report = told([...small, '--multiple', '2']);
  expect(report).toMatchObject({ schema: 1, design: 'pair_sum', technology: 'asap7', seed: 1 });
  expect(report.flipFlops).toBeGreaterThanOrEqual(4);
  expect(report.inputs.cycles).toBeGreaterThanOrEqual(64);
  const { stuck, transient, multiple } = report;
  expect(stuck.coverage).toBe(1);
  expect(stuck.masking).toBeGreaterThan(0.2);
  expect(transient).toMatchObject({ trials: 200 });
  expect(transient.ci95[0]).toBeLessThan(transient.masking);
  expect(transient.outputs).toMatchObject([{ name: 'y_o' }]);
  expect(multiple).toMatchObject([{ faults: 2, stuck: { trials: 200 } }]);
  expect(told([...small, '--multiple', '2'])).toEqual(report);
  expect(told([...small, '--seed', '2']).transient).not.toEqual(transient);
});

test('words that never change leave faults unseen', () => {
  const words = join(folder, 'words.json');
  writeFileSync(words, JSON.stringify({ a: [1, 1, 1, 1, 1, 1], b: [2, 2, 2, 2, 2, 2] }));
  const report = told([...small, '--in', words]);
  expect(report.inputs).toMatchObject({ source: words });
  expect(report.stuck.coverage).toBeLessThan(0.8);
  expect(report.stuck.undetected.length).toBeGreaterThan(5);
  const ran = bitloom(['faults', design, '--in', words], cache);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(/not seen: \S+\/[01], /);
  expect(ran.stdout).not.toContain('$abc$');
});

test('faults of the user are told', () => {
  const short = bitloom([...small.slice(0, 2), '--cycles', '2'], cache);
  expect([short.code, short.stdout]).toEqual([2, '']);
  expect(short.stderr).toContain('2 cycles are not enough for a latency of 2');
  expect(bitloom([...small, '--multiple', '1'], cache).stderr).toContain('integers of at least 2');
  const both = bitloom(['faults', join(folder, 'none.dp'), '--tech', 'nowhere'], cache);
  expect(both.code).toBe(2);
  for (const part of ['none.dp', 'nowhere']) expect(both.stderr).toContain(part);
});

test('what few words do not show is classified', () => {
  const few = ['faults', design, '--cycles', '4', '--samples', '1', '--json', '--classify'];
  const { stuck } = told(few);
  const { redundant, shown, open, coverageOfRest } = stuck.missed;
  expect(stuck.coverage).toBeLessThan(1);
  expect(redundant.faults + shown.faults + open.faults).toBe(stuck.faults - stuck.harmless - stuck.detected);
  // With 64 cycles all are seen.
  expect([redundant.faults, open.faults]).toEqual([0, 0]);
  expect(shown.names).toHaveLength(Math.min(20, shown.faults));
  expect(coverageOfRest).toBe(stuck.detected / (stuck.faults - stuck.harmless));
});

test('a network runs on the cells, with stuck lines', () => {
  const mac = join(folder, 'mac.dp');
  writeFileSync(
    mac,
    `datapath mac {
  in a: int(8)[4]
  in b: int(8)[4]
  in first: bool
  reg acc: int(28) = wrap((if first then 0 else acc) + dot(a, b), to: int(28))
  out y = acc
}
`,
  );
  const few = ['faults', mac, '--cycles', '1', '--samples', '1', '--json'];
  const network = ['--model', 'lenet5', '--images', '1', '--network-faults', '2'];
  const { network: found } = told([...few, ...network]);
  expect(found).toMatchObject({ model: 'lenet5', data: 'mnist', images: 1, faults: 2, accuracy: 1 });
  expect(found.scoresChange).toBeGreaterThanOrEqual(found.classesChange);
  expect(found.losses[0].faults).toBeLessThanOrEqual(found.classesChange);

  const refused = bitloom([...small, ...network], cache);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(bitloom([...small, '--model', 'lenet6'], cache).stderr).toContain('lenet6');
});
