import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noMaterials, processPool, type Point, type PoolOptions } from '../../src/explore/index.js';

let folder: string;
let module: URL;

/** A worker that does what the name of a point's design says. */
const worker = `
import { spawn } from 'node:child_process';
const hoard = [];
process.on('message', async ({ kind, point }) => {
  if (kind !== 'point') return;
  const { design } = point;
  if (design === 'hang') for (;;);
  if (design === 'crash') process.exit(7);
  if (design === 'spawn') {
    const child = spawn('sleep', ['1000']);
    process.send({ outcome: { pid: process.pid, child: child.pid } });
    return;
  }
  if (design === 'heap') for (;;) hoard.push(new Array(1e5).fill(design));
  if (design === 'buffers') { for (let i = 0; i < 400; i++) hoard.push(Buffer.alloc(1e6, 1)); setInterval(() => 0, 1e6); return; }
  process.send({ outcome: { pid: process.pid, design } });
});
process.on('disconnect', () => process.exit());
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitloom-pool-'));
  const file = join(folder, 'worker.mjs');
  writeFileSync(file, worker);
  module = pathToFileURL(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

const pool = (more: Partial<PoolOptions> = {}) =>
  processPool({ module, jobs: 2, materials: noMaterials, cache: false, ...more });
const point = (design: string) => ({ design }) as Point;

it('a pool goes on after points that crash, take too long or too much memory', async () => {
  const limited = pool({ timeLimitSeconds: 10, memoryLimitMb: 150 });
  for (const [design, kind, words] of [
    ['crash', 'crash', 'code 7'],
    ['heap', 'memory', 'more than 150 MB'],
    ['buffers', 'memory', 'more than 150 MB'],
  ] as const) {
    const outcome = await limited.run(point(design));
    expect(outcome, design).toMatchObject({ ok: false, failure: { kind } });
    expect(JSON.stringify(outcome)).toContain(words);
    expect(await limited.run(point('plain'))).toMatchObject({ design: 'plain' });
  }
  await limited.close();
  const short = pool({ timeLimitSeconds: 2 });
  expect(await short.run(point('hang'))).toMatchObject({ failure: { kind: 'time' } });
  await short.close();
});

it('workers are kept for the next point, and end with the pool and all that they have started', async () => {
  const kept = pool();
  const first = (await kept.run(point('plain'))) as unknown as { pid: number };
  const second = (await kept.run(point('spawn'))) as unknown as { pid: number; child: number };
  expect(second.pid).toBe(first.pid);
  await kept.close();
  await new Promise((done) => setTimeout(done, 100));
  for (const pid of [second.pid, second.child]) expect(isAlive(pid), `process ${pid}`).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that its new parent has not yet reaped answers too.
    return !isZombie(pid);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
