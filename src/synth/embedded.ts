import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { Ended, YosysJob } from './yosys.js';

/**
 * The program of a process that the WebAssembly build runs in: jobs come in as messages, one at a time, log and files go out.
 * A process and not a thread, as Node 20 may crash when it stops a thread that is compiling WebAssembly. Compiled by the
 * baseline compiler alone: optimising takes longer than it saves in runs of up to half a minute, which are nearly all.
 */
const program = `
import { setFlagsFromString } from 'node:v8';
setFlagsFromString('--liftoff-only');
const text = (data) => typeof data === 'string' ? data : new TextDecoder().decode(data);
process.on('message', async ({ module, script, files, wanted }) => {
  const decoder = new TextDecoder();
  const log = (bytes) => bytes && process.send({ log: decoder.decode(bytes, { stream: true }) });
  const { runYosys } = await import(module);
  let code = 0, made = {};
  try {
    made = await runYosys(['-p', script], files, { stdout: log, stderr: log });
  } catch (error) {
    code = typeof error.code === 'number' ? error.code : 1;
    if (typeof error.code !== 'number') process.send({ log: '\\nERROR: ' + error.message + '\\n' });
  }
  const kept = wanted.filter((name) => name in made).map((name) => [name, text(made[name])]);
  const memoryMb = process.memoryUsage.rss() / 2 ** 20;
  process.send({ ended: { code, files: Object.fromEntries(kept) }, memoryMb });
});`;

interface Message {
  readonly log?: string;
  readonly ended?: Ended;
  readonly memoryMb?: number;
}

/** A process that has more memory than this behind a run is not kept: a run that needs little would hold on to it. */
const mostKeptMb = 600;
/** For how long a process is kept that nothing is asked of. */
const keptMs = 60_000;

/** Processes that wait for their next job, the last one used at the end. */
const idle: { readonly child: ChildProcess; readonly timer: NodeJS.Timeout }[] = [];

/**
 * Runs a job in the WebAssembly build. Its process is kept for the next job: in a new one the code of Yosys is compiled again, which
 * takes longer than to map a small design. A kept process does not keep this one from ending, and ends with it.
 */
export function embedded(job: YosysJob, onLog: (text: string) => void, signal?: AbortSignal): Promise<Ended> {
  const child = taken() ?? started();
  hold(child);
  const stop = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  return new Promise((resolve) => {
    const onText = (data: Buffer): void => onLog(data.toString());
    const onError = (error: Error): void => onLog(`\nERROR: ${error.message}\n`);
    const finish = (ended: Ended): void => {
      signal?.removeEventListener('abort', stop);
      child.off('message', onMessage).off('error', onError).off('close', onClose);
      child.stderr?.off('data', onText);
      resolve(ended);
    };
    const onClose = (): void => finish({ code: 1, files: {} });
    const onMessage = ({ log, ended, memoryMb }: Message): void => {
      if (log !== undefined) onLog(log);
      if (!ended) return;
      finish(ended);
      if (ended.code === 0 && memoryMb! < mostKeptMb && !signal?.aborted) keep(child);
      else child.kill('SIGKILL');
    };
    child.on('message', onMessage).on('error', onError).on('close', onClose);
    child.stderr?.on('data', onText);
    const module = pathToFileURL(createRequire(import.meta.url).resolve('@yowasp/yosys')).href;
    child.send({ ...job, module }, () => undefined);
  });
}

function started(): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.on('error', () => undefined);
  return child;
}

/** This process waits for the child, which is at work. */
function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
  (child.stderr as Socket | null)?.ref();
}

function keep(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  (child.stderr as Socket | null)?.unref();
  const timer = setTimeout(() => child.kill('SIGKILL'), keptMs).unref();
  idle.push({ child, timer });
}

/** The kept process that was used last, if one is alive. */
function taken(): ChildProcess | undefined {
  for (let last = idle.pop(); last; last = idle.pop()) {
    clearTimeout(last.timer);
    if (last.child.connected && !last.child.killed) return last.child;
  }
  return undefined;
}
