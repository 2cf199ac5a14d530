import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

/** How often a claim says that its holder is at work. */
const signMs = 2000;
/** After how long without a sign the holder counts as gone: its thread may be busy, and doing the same twice does no harm. */
const patienceMs = 20_000;
/** How often a claim that another one holds is looked at. */
const lookMs = 100;

/** Ends a claim. */
export type Release = () => Promise<void>;

/**
 * Claims the making of what is to be at `path`, for all processes that see the folder; undefined as soon as another one who had claimed
 * it has ended his claim, or is gone. Where nothing can be written everybody has his claim.
 */
export async function claimed(path: string): Promise<Release | undefined> {
  const file = `${path}.claim`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${hostname()} ${process.pid}`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return () => Promise.resolve();
    await released(file);
    return undefined;
  }
  const signs = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, signMs).unref();
  return async () => {
    clearInterval(signs);
    await rm(file, { force: true }).catch(() => undefined);
  };
}

/** Waits until a claim has ended; one whose holder is gone is removed. */
async function released(file: string): Promise<void> {
  let last = 0;
  let seenMs = performance.now();
  for (;;) {
    const holder = await readFile(file, 'utf8').catch(() => undefined);
    const sign = await stat(file).catch(() => undefined);
    if (holder === undefined || !sign) return;
    // Clocks of machines differ: what counts is that the time of the file goes on.
    if (sign.mtimeMs !== last) [last, seenMs] = [sign.mtimeMs, performance.now()];
    if (performance.now() - seenMs > patienceMs || isGone(holder)) {
      await rm(file, { force: true }).catch(() => undefined);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** Whether a process of this machine is known to have ended. */
function isGone(holder: string): boolean {
  const [host, id] = holder.split(' ');
  // A claim is empty for a moment before its holder has written into it.
  if (host !== hostname() || !id) return false;
  try {
    process.kill(Number(id), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
