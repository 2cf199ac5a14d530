import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { failure, success, type Result } from '../base/index.js';
import { getJson, keyOf, putJson, type Store } from '../cache/index.js';
import { yosysFailed, yosysMissing, yosysStopped } from './problems.js';

/** One run: a script, the files it reads by name, and the names of the files it writes that are wanted. */
export interface YosysJob {
  readonly script: string;
  readonly files: Readonly<Record<string, string>>;
  readonly wanted: readonly string[];
}

export interface YosysOptions {
  /** A native Yosys to run instead of the WebAssembly build that comes with the package. */
  readonly executable?: string | undefined;
  /** Where runs are remembered; none by default. A run that is found there gives no log. */
  readonly cache?: Store | undefined;
  /** Stops the run. */
  readonly signal?: AbortSignal | undefined;
  /** Is given the log as it comes. */
  readonly onLog?: ((text: string) => void) | undefined;
}

export interface YosysOutput {
  readonly files: Readonly<Record<string, string>>;
  readonly log: string;
  /** As Yosys says it, "0.55 (git sha1 60f126cd0)". */
  readonly version: string;
}

interface Ended {
  readonly code: number;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Runs a Yosys script in a process of its own, so that the caller stays responsive and can stop it; at most as many at
 * once as there are cores. Faults: a script that fails (with Yosys' last lines), a native executable that is not there,
 * a run that was stopped.
 */
export async function runYosys(job: YosysJob, options: YosysOptions = {}): Promise<Result<YosysOutput>> {
  if (!options.cache) return runNow(job, options);
  const key = keyOf({ yosys: await identityOf(options.executable), ...job });
  const known = await getJson<YosysOutput>(options.cache, key);
  if (known) return success(known);
  const ran = await runNow(job, options);
  if (ran.ok) await putJson(options.cache, key, { ...ran.value, log: '' });
  return ran;
}

async function runNow(job: YosysJob, options: YosysOptions): Promise<Result<YosysOutput>> {
  let log = '';
  const onLog = (text: string): void => {
    log += text;
    options.onLog?.(text);
  };
  await turn();
  try {
    if (options.signal?.aborted) return failure(yosysStopped());
    const ended =
      options.executable === undefined
        ? await embedded(job, onLog, options.signal)
        : await native(job, options.executable, onLog, options.signal);
    if (options.signal?.aborted) return failure(yosysStopped());
    if (ended === 'missing') return failure(yosysMissing(options.executable!));
    if (ended.code !== 0) return failure(yosysFailed(log));
    return success({ files: ended.files, log, version: versionIn(log) });
  } finally {
    free();
  }
}

let running = 0;
const waiting: (() => void)[] = [];

/** Waits until fewer runs than cores are under way. */
async function turn(): Promise<void> {
  if (running >= availableParallelism()) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
}

/** Hands the turn over to a run that waits. */
function free(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

/** What tells one Yosys from another: the version of the package, or what a native one says. */
async function identityOf(executable: string | undefined): Promise<string> {
  if (executable === undefined) {
    const module = createRequire(import.meta.url).resolve('@yowasp/yosys');
    const about = await readFile(new URL('../package.json', pathToFileURL(module)), 'utf8');
    return `embedded ${(JSON.parse(about) as { version: string }).version}`;
  }
  return new Promise((resolve) => {
    const child = spawn(executable, ['-V']);
    let said = '';
    child.stdout.on('data', (data: Buffer) => (said += data.toString()));
    child.on('error', () => resolve(`${executable}, not there`));
    child.on('close', () => resolve(said));
  });
}

/**
 * The program of the process that the WebAssembly build runs in: a job comes in as a message, log and files go out. A
 * process and not a thread, as Node 20 may crash when it stops a thread that is compiling WebAssembly. Compiled by the
 * baseline compiler alone: optimising takes longer than it saves in runs of up to half a minute, which are nearly all.
 */
const program = `
import { setFlagsFromString } from 'node:v8';
setFlagsFromString('--liftoff-only');
const decoder = new TextDecoder();
const log = (bytes) => bytes && process.send({ log: decoder.decode(bytes, { stream: true }) });
const text = (data) => typeof data === 'string' ? data : new TextDecoder().decode(data);
process.once('message', async ({ module, script, files, wanted }) => {
  const { runYosys } = await import(module);
  let code = 0, made = {};
  try {
    made = await runYosys(['-p', script], files, { stdout: log, stderr: log });
  } catch (error) {
    code = typeof error.code === 'number' ? error.code : 1;
    if (typeof error.code !== 'number') process.send({ log: '\\nERROR: ' + error.message + '\\n' });
  }
  const kept = wanted.filter((name) => name in made).map((name) => [name, text(made[name])]);
  process.send({ ended: { code, files: Object.fromEntries(kept) } }, () => process.exit());
});`;

function embedded(job: YosysJob, onLog: (text: string) => void, signal?: AbortSignal): Promise<Ended> {
  const module = pathToFileURL(createRequire(import.meta.url).resolve('@yowasp/yosys')).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...(signal && { signal, killSignal: 'SIGKILL' as const }),
  });
  return new Promise((resolve) => {
    let ended: Ended = { code: 1, files: {} };
    child.on('message', (message: { log?: string; ended?: Ended }) => {
      if (message.log !== undefined) onLog(message.log);
      if (message.ended) ended = message.ended;
    });
    child.stderr?.on('data', (data: Buffer) => onLog(data.toString()));
    child.on('error', (error) => onLog(`\nERROR: ${error.message}\n`));
    child.on('close', () => resolve(ended));
    child.send({ ...job, module }, () => undefined);
  });
}

async function native(
  job: YosysJob,
  executable: string,
  onLog: (text: string) => void,
  signal?: AbortSignal,
): Promise<Ended | 'missing'> {
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-yosys-'));
  try {
    for (const [name, text] of Object.entries(job.files)) await writeFile(join(folder, name), text);
    const code = await new Promise<number | 'missing'>((resolve) => {
      const child = spawn(executable, ['-p', job.script], { cwd: folder, ...(signal && { signal }) });
      child.stdout.on('data', (data: Buffer) => onLog(data.toString()));
      child.stderr.on('data', (data: Buffer) => onLog(data.toString()));
      child.on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code === 'ENOENT' || error.code === 'EACCES' ? 'missing' : 1),
      );
      child.on('close', (status) => resolve(status ?? 1));
    });
    if (code === 'missing') return code;
    const read = job.wanted.map(async (name) => [
      name,
      await readFile(join(folder, name), 'utf8').catch(() => ''),
    ]);
    return {
      code,
      files: Object.fromEntries(code === 0 ? await Promise.all(read) : []) as Record<string, string>,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function versionIn(log: string): string {
  return /Yosys ([\d.]+(?:\+\d+)? \(git sha1 \w+)/.exec(log)?.[1]?.concat(')') ?? 'unknown';
}
