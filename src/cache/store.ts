import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { claimed } from './claim.js';
import { cacheFolder } from './folder.js';
import { keepWithin } from './limit.js';

/**
 * A store of finished work by key, one file an entry, safe for several processes at once: entries are written beside
 * their place and moved there whole, and their checksum is looked at when they are read. It is a cache: what cannot be
 * read or written is as if it were not there, and the entries that were not used for the longest time go first when
 * it grows beyond its limit.
 */
export interface Store {
  readonly folder: string;
  readonly limitBytes: number;
}

/** The limit of a store, in bytes, unless another is given. */
const defaultLimit = 2 ** 30;

/** The store called `name` (a word of letters, digits and dashes) in the cache folder; made when first written to. */
export function openStore(name: string, limitBytes = defaultLimit, folder = cacheFolder()): Store {
  return { folder: join(folder, name), limitBytes };
}

/** What was put under the key; undefined if nothing was, or if it is damaged. */
export async function getBytes(store: Store, key: string): Promise<Buffer | undefined> {
  const path = entryPath(store, key);
  try {
    const bytes = await promisify(gunzip)(await readFile(path));
    await touch(path);
    return bytes;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing) await rm(path, { force: true }).catch(() => undefined);
    return undefined;
  }
}

/** Keeps bytes under a key. Gives whether they were kept: a full or read-only disk is no fault. */
export async function putBytes(store: Store, key: string, bytes: Uint8Array): Promise<boolean> {
  const path = entryPath(store, key);
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    const packed = await promisify(gzip)(bytes, { level: 4 });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, packed);
    await rename(draft, path);
    await keepWithin(store, packed.length);
    return true;
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
    return false;
  }
}

/** What was put under the key as JSON; undefined if nothing was, or if it is damaged. */
export async function getJson<T>(store: Store, key: string): Promise<T | undefined> {
  const bytes = await getBytes(store, key);
  try {
    return bytes && (JSON.parse(bytes.toString('utf8')) as T);
  } catch {
    return undefined;
  }
}

/** Keeps what JSON can say under a key; see `putBytes`. */
export function putJson(store: Store, key: string, value: unknown): Promise<boolean> {
  return putBytes(store, key, Buffer.from(JSON.stringify(value)));
}

/**
 * The JSON under the key; if there is none, it is made and, unless it is undefined, kept. Where another process, or another call, is making it,
 * that is waited for.
 */
export async function remembered<T>(
  store: Store,
  key: string,
  make: () => Promise<T | undefined>,
): Promise<{ readonly value: T | undefined; readonly reused: boolean }> {
  for (;;) {
    const known = await getJson<T>(store, key);
    if (known !== undefined) return { value: known, reused: true };
    const release = await claimed(entryPath(store, key));
    if (!release) continue;
    try {
      // It may have been finished between the look and the claim.
      const late = await getJson<T>(store, key);
      if (late !== undefined) return { value: late, reused: true };
      const value = await make();
      if (value !== undefined) await putJson(store, key, value);
      return { value, reused: false };
    } finally {
      await release();
    }
  }
}

function entryPath({ folder }: Store, key: string): string {
  return join(folder, key.slice(0, 2), key.slice(2));
}

/** Notes the use of an entry, to the minute. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  const { mtimeMs } = await stat(path);
  if (now.getTime() - mtimeMs > 60_000) await utimes(path, now, now);
}
