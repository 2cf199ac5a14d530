import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNpy } from '../../src/format/index.js';
import { bitloom } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-activity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const design = join(folder, 't.dp');
writeFileSync(
  design,
  'datapath t {\n  in a: int(2)[2]\n  in b: int(2)[2]\n  in c: int(2)\n  out y = dot(a, b)\n  out z = c\n}\n',
);
const [a, b] = ['a', 'b'].map((port, k) => {
  const path = join(folder, `${port}.npy`);
  const data = Float64Array.from({ length: 40 }, (_, i) => ((i * (k + 3)) % 4) - 2);
  writeFileSync(path, writeNpy({ shape: [20, 2], data }));
  return `${port}=${path}`;
}) as [string, string];

const cost = (...more: string[]) => bitloom(['cost', design, '--json', ...more], { BITLOOM_CACHE: folder });

describe('the activity of cost', () => {
  it('is that of arrays, what they leave out is named, and energy is told by the product', () => {
    const ran = cost('--activity', a, '--activity', b);
    expect(ran.code, ran.stderr).toBe(0);
    const found = JSON.parse(ran.stdout) as Record<string, number> & {
      activity: { source: string; annotatedPercent: number; unannotated: string[]; vectors: number };
    };
    expect(found.activity).toMatchObject({ source: `${a}, ${b}`, unannotated: ['c_i'], vectors: 2 + 20 });
    expect(found.activity.annotatedPercent).toBeLessThan(100);
    expect(found['energyFjPerCycle']).toBeGreaterThan(0);
    expect(found['macsPerCycle']).toBe(2);
    expect(found['energyFjPerMac']).toBeCloseTo(found['energyFjPerCycle']! / 2);
  }, 240_000);

  it.each([
    [['--activity', a, '--activity', 'random'], '2 activities are given, not all of them arrays of ports'],
    [['--activity', 'random', '--model', 'mlp'], 'an activity is given, and a model to take it from'],
    [['--layer', 'dense1'], '`dense1` is a layer of no model'],
    [['--activity', 'random:2'], '`random:2` is no activity'],
    [['--activity', 'd=none.npy'], 'none.npy'],
    [['--mode', 'model', '--model', 'mlp'], 'the model has no answer to --model'],
  ])('is refused as %j', (more, message) => {
    const ran = cost(...more);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain(message);
  });
});
