import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { failure, fault, success, toolMissing, type Result } from '../base/index.js';
import { packageFolder } from './data.js';

/** Starts a worker that measures one point at a time; it serves the queue when this returns. */
export async function startWorker(url: string, cache: string): Promise<ChildProcess> {
  const args = [`${packageFolder}bin/bitloom.js`, 'worker', '--queue', url, '--jobs', '1'];
  const env = { ...process.env, BITLOOM_CACHE: cache };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data) => {
      said += String(data);
      if (said.includes('serving')) resolve();
    });
    child.once('close', () => reject(new Error(`a worker ended: ${said}`)));
  });
  return child;
}

/** Tells a worker to end, and waits until it has. */
export function ended(worker: ChildProcess): Promise<unknown> {
  const closed = new Promise((resolve) => worker.once('close', resolve));
  worker.kill('SIGTERM');
  return closed;
}

/** Starts a Redis on a port that is free; a fault where it is not installed. */
export async function startRedis(
  folder: string,
): Promise<Result<{ readonly url: string; readonly child: ChildProcess }>> {
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const isReady = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', () => resolve(false));
    child.stdout.on('data', (data) => String(data).includes('Ready to accept') && resolve(true));
  });
  if (isReady) return success({ url: `redis://127.0.0.1:${port}`, child });
  return failure(
    fault(toolMissing, 'this benchmark needs redis-server', { hint: 'apt-get install redis-server' }),
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

/** What the processor has spent on processes, with all that they have started, in seconds; 0 where that cannot be read (it is, on Linux). */
export async function cpuSecondsOf(pids: readonly string[]): Promise<number> {
  const each = pids.map(async (pid) => {
    const stat = await textOf(`/proc/${pid}/stat`);
    // Behind the name: of itself and of its children that have ended, in hundredths of a second.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = [11, 12, 13, 14].reduce((sum, at) => sum + Number(ticks[at] ?? 0), 0) / 100;
    const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
    const children = await Promise.all(
      threads.map((thread) => textOf(`/proc/${pid}/task/${thread}/children`)),
    );
    return (
      own +
      (await cpuSecondsOf(
        children
          .join(' ')
          .split(' ')
          .filter((child) => child !== ''),
      ))
    );
  });
  return (await Promise.all(each)).reduce((sum, one) => sum + one, 0);
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
