import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { failure, success, type Result } from '../base/index.js';
import { keyOf, remembered, type Store } from '../cache/index.js';
import { embedded } from './embedded.js';
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

/** What came of a run. */
export interface Ended {
  readonly code: number;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Runs a Yosys script in another process, so that the caller stays responsive and can stop it; at most as many at once as
 * there are cores, or as `limitYosys` says. Faults: a script that fails (with Yosys' last lines), a native executable that is not there,
 * a run that was stopped.
 */
export async function runYosys(job: YosysJob, options: YosysOptions = {}): Promise<Result<YosysOutput>> {
  if (!options.cache) return runNow(job, options);
  const key = keyOf({ yosys: await identityOf(options.executable), ...job });
  let ran: Result<YosysOutput> | undefined;
  const { value } = await remembered(options.cache, key, async () => {
    ran = await runNow(job, options);
    return ran.ok ? { ...ran.value, log: '' } : undefined;
  });
  return ran ?? success(value!);
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

let most = availableParallelism();
let running = 0;
const waiting: (() => void)[] = [];

/** Says how many runs this process may have under way at once; as many as there are cores if it is not called. */
export function limitYosys(runs: number): void {
  most = runs;
}

/** Waits until fewer runs than that are under way. */
async function turn(): Promise<void> {
  if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
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
