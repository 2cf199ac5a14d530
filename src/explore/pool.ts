import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fault } from '../base/index.js';
import type { Materials } from './materials.js';
import type { FailureKind, Outcome, Point } from './point.js';
import type { Runner } from './run.js';

export interface PoolOptions {
  /** The module that a worker runs: it answers each `Work` with a `Done`. */
  readonly module: URL;
  readonly jobs: number;
  readonly materials: Materials;
  /** Whether results of stages are looked up and kept. */
  readonly cache: boolean;
  /** For each point. */
  readonly timeLimitSeconds?: number | undefined;
  /** For each worker, with the processes that it starts; looked at twice a second, on Linux. */
  readonly memoryLimitMb?: number | undefined;
}

/** What a worker is told: first what points read, then points, one by one. */
export type Work =
  | { readonly kind: 'start'; readonly materials: Materials; readonly cache: boolean }
  | { readonly kind: 'point'; readonly point: Point };

export interface Done {
  readonly outcome: Outcome;
}

/**
 * Evaluates points in processes of their own. Processes and not threads: they can be held to limits of time and memory, they may crash without
 * harm, and Node 20 may crash itself when it stops a thread that is compiling WebAssembly. Each leads a process group, so that what it has
 * started (synthesis) ends with it.
 */
export function processPool(options: PoolOptions): Runner {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  let isClosed = false;

  function started(): ChildProcess {
    const { materials, cache, module, memoryLimitMb } = options;
    const child = fork(module, {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: memoryLimitMb === undefined ? [] : [`--max-old-space-size=${memoryLimitMb}`],
    });
    child.on('error', () => undefined);
    all.add(child);
    child.once('exit', () => all.delete(child));
    child.send({ kind: 'start', materials, cache } satisfies Work, () => undefined);
    return child;
  }

  async function run(point: Point): Promise<Outcome> {
    const child = idle.pop() ?? started();
    const outcome = await answer(child, point, options);
    if (child.connected && !isClosed) idle.push(child);
    return outcome;
  }

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all([...all].map(ended));
  }

  return { slots: options.jobs, run, close };
}

/** What the worker answers, or why it does not. */
function answer(child: ChildProcess, point: Point, options: PoolOptions): Promise<Outcome> {
  const { timeLimitSeconds, memoryLimitMb } = options;
  return new Promise((resolve) => {
    let stopped: FailureKind | undefined;
    const stop = (kind: FailureKind): void => {
      stopped ??= kind;
      kill(child);
    };
    const timer =
      timeLimitSeconds === undefined ? undefined : setTimeout(stop, 1000 * timeLimitSeconds, 'time');
    const looker =
      memoryLimitMb === undefined
        ? undefined
        : setInterval(() => memoryMb(child.pid!) > memoryLimitMb && stop('memory'), 500);
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      clearInterval(looker);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(outcome);
    };
    const onMessage = (message: Done): void => finish(message.outcome);
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      // V8 ends a process that exceeds its heap by an abort.
      const kind = stopped ?? (signal === 'SIGABRT' && memoryLimitMb !== undefined ? 'memory' : 'crash');
      finish(whyEnded(kind, signal ?? `code ${code}`, options));
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
    child.send({ kind: 'point', point } satisfies Work, () => undefined);
  });
}

function whyEnded(kind: FailureKind, how: string, { timeLimitSeconds, memoryLimitMb }: PoolOptions): Outcome {
  const message =
    kind === 'time'
      ? `the point took longer than ${timeLimitSeconds} s`
      : kind === 'memory'
        ? `the point took more than ${memoryLimitMb} MB of memory`
        : `the process that evaluated the point ended (${how})`;
  return { ok: false, failure: { kind, diagnostics: [fault(`point-${kind}`, message)] } };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    kill(child);
  });
}

/** Ends a worker and all that it has started. */
function kill(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

const pageMb = 4096 / 2 ** 20;

/** Resident memory of a process and of its children; 0 where that cannot be read. */
function memoryMb(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const others = children === '' ? [] : children.split(' ').map(Number);
    return pages * pageMb + others.reduce((sum, child) => sum + memoryMb(child), 0);
  } catch {
    return 0;
  }
}
