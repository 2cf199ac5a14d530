import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptCommand, type KeptCommand } from './kept.js';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const program = fileURLToPath(new URL('../../bin/bitloom.js', import.meta.url));

let folder: string;
let command: KeptCommand;
let url: string;
let redis: ChildProcess;
const workers = new Set<ChildProcess>();

const text = `datapath adder(N: 1..40 = 4, stages: 0..3 = 1) {
  in a: int(N)
  in b: int(N)
  out y = a + b
  pipeline(stages: stages)
}

sweep adder {
  N in 2..41
  stages in [0, 1, 2]
  measure registerBits, latency
  pareto min registerBits, max N
}
`;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function start(args: readonly string[]): { readonly child: ChildProcess; readonly out: () => string } {
  const env = { ...process.env, BITLOOM_CACHE: join(folder, 'cache') };
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let out = '';
  child.stdout.on('data', (data) => (out += String(data)));
  child.stderr.on('data', (data) => (out += String(data)));
  return { child, out: () => out };
}

async function worker(): Promise<ChildProcess> {
  const { child, out } = start(['worker', '--queue', url, '--jobs', '1']);
  workers.add(child);
  while (!out().includes('serving')) {
    if (child.exitCode !== null) throw new Error(out());
    await new Promise((done) => setTimeout(done, 50));
  }
  return child;
}

/** Points are measured here, or by the queue's workers. */
async function sweep(store: string, ...more: string[]) {
  const ran = await command.run([
    ...['sweep', join(folder, 'adder.dp'), '--store', join(folder, store)],
    ...['--json', ...more],
  ]);
  return JSON.parse(ran.stdout) as { front: unknown; done: number; failed: number; complete: boolean };
}

describe.skipIf(!hasRedis)('a queue', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bitloom-queue-'));
    writeFileSync(join(folder, 'adder.dp'), text);
    command = keptCommand({ BITLOOM_CACHE: join(folder, 'cache') });
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    redis = spawn(
      'redis-server',
      ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder],
      {
        stdio: 'ignore',
      },
    );
  });

  afterAll(() => {
    for (const child of workers) child.kill('SIGKILL');
    command.end();
    redis.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('gives what one machine gives, though workers are killed', async () => {
    const alone = await sweep('alone');
    expect(alone).toMatchObject({ done: 120, failed: 3, complete: true });
    const queued = sweep('queued', '--queue', url);
    const first = await worker();
    await new Promise((done) => setTimeout(done, 300));
    const second = await worker();
    first.kill('SIGKILL');
    await worker();
    await new Promise((done) => setTimeout(done, 200));
    second.kill('SIGKILL');
    const found = await queued;
    expect(found).toMatchObject({ done: 120, failed: 3, complete: true });
    expect(found.front).toEqual(alone.front);
  });

  it('without a worker ends at the first Ctrl-C, and warns of nothing', async () => {
    for (const child of workers) child.kill('SIGKILL');
    workers.clear();
    const args = ['sweep', join(folder, 'adder.dp'), '--store', join(folder, 'waiting'), '--queue', url];
    const { child, out } = start([...args, '--json']);
    const ended = new Promise((resolve) => child.once('close', resolve));
    const { Redis } = await import('ioredis');
    const client = new Redis(url);
    const waiting = async (): Promise<number> => {
      const names = await client.keys('bull:*:wait');
      return names.length === 0 ? 0 : client.llen(names[0]!);
    };
    while ((await waiting()) < 64) await new Promise((done) => setTimeout(done, 50));
    child.kill('SIGINT');
    expect(await ended).toBe(1);
    expect(out()).toContain('finishing the points under way');
    expect(out()).toContain('0 points');
    expect(out()).not.toContain('Warning');
    expect(await waiting()).toBe(0);
    client.disconnect();
  });

  it('refuses workers of other versions', async () => {
    const { Redis } = await import('ioredis');
    const client = new Redis(url);
    const known = await client.keys('bitloom:tools:*');
    for (const key of known) expect(await client.ttl(key)).toBeGreaterThan(0);
    expect(known).toHaveLength(1);
    await client.del(...known);
    await client.set('bitloom:tools:bitloom-other', JSON.stringify({ bitloom: '0.0.1' }));
    const refused = await command.run(['worker', '--queue', url]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('0.0.1');
    await client.del('bitloom:tools:bitloom-other');
    client.disconnect();
    const nowhere = await command.run(['worker', '--queue', 'redis://127.0.0.1:1']);
    expect(nowhere.stderr).toContain('there is no Redis at');
  });
});
