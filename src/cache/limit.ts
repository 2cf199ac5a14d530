import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from './store.js';

/** How much a store holds. */
export interface Usage {
  readonly entries: number;
  readonly bytes: number;
}

interface Entry {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/** What a store holds now, of all processes. */
export async function usage(store: Store): Promise<Usage> {
  const entries = await entriesOf(store);
  return { entries: entries.length, bytes: total(entries) };
}

/** Removes what was not used for the longest time until no more than `limitBytes` are left; gives what was removed. */
export async function prune(store: Store, limitBytes = store.limitBytes): Promise<Usage> {
  const entries = (await entriesOf(store)).sort((a, b) => a.usedMs - b.usedMs);
  let left = total(entries);
  const removed: Entry[] = [];
  for (const entry of entries) {
    if (left <= limitBytes) break;
    await rm(entry.path, { force: true });
    left -= entry.bytes;
    removed.push(entry);
  }
  sizes.set(store.folder, left);
  return { entries: removed.length, bytes: total(removed) };
}

/** Removes all entries; gives what was removed. */
export function clear(store: Store): Promise<Usage> {
  return prune(store, -1);
}

/** Sizes of stores by folder, as this process believes: what it found at first and what it has put there since. */
const sizes = new Map<string, number>();

/** Notes that an entry was added, and makes room where the store has grown beyond its limit: a tenth, so as not to look through it each time. */
export async function keepWithin(store: Store, addedBytes: number): Promise<void> {
  const known = sizes.get(store.folder);
  const size = known === undefined ? (await usage(store)).bytes : known + addedBytes;
  sizes.set(store.folder, size);
  if (size > store.limitBytes) await prune(store, 0.9 * store.limitBytes);
}

async function entriesOf({ folder }: Store): Promise<Entry[]> {
  const shelves = await readdir(folder).catch(() => []);
  const lists = await Promise.all(
    shelves.map(async (shelf) =>
      (await readdir(join(folder, shelf)).catch(() => [])).map((file) => join(folder, shelf, file)),
    ),
  );
  const entries: Entry[] = [];
  for (const path of lists.flat()) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) entries.push({ path, bytes: found.size, usedMs: found.mtimeMs });
  }
  return entries;
}

function total(entries: readonly Entry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
