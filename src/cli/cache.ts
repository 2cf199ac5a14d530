import { readdir } from 'node:fs/promises';
import { cacheFolder, clear, openStore, prune, usage, type Usage } from '../cache/index.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { print, printJson, table } from './terminal.js';

interface Options {
  readonly limit?: number;
  readonly json?: boolean;
}

/** `bitloom cache`: what finished work takes on the disk. */
export const run: Run<Options> = async (_, { json }) => report(json === true, usage);

/** `bitloom cache prune`: removes what was not used for the longest time. */
export const pruneCache: Run<Options> = async (_, { json, limit }) =>
  report(
    json === true,
    (store) => prune(store, limit === undefined ? undefined : limit * 2 ** 20),
    'removed',
  );

/** `bitloom cache clear`: removes all of it. */
export const clearCache: Run<Options> = async (_, { json }) => report(json === true, clear, 'removed');

async function report(
  json: boolean,
  look: (store: ReturnType<typeof openStore>) => Promise<Usage>,
  what = 'kept',
): Promise<number> {
  const folder = cacheFolder();
  const stores: (Usage & { readonly store: string; readonly limitBytes: number })[] = [];
  for (const store of await storeNames(folder)) {
    const opened = openStore(store);
    stores.push({ store, ...(await look(opened)), limitBytes: opened.limitBytes });
  }
  if (json) printJson({ schema: 1, folder, what, stores });
  else {
    const mb = (bytes: number): number => Number((bytes / 2 ** 20).toFixed(1));
    print(folder);
    print(
      table([
        ['store', `entries ${what}`, `MB ${what}`, 'limit MB'],
        ...stores.map(({ store, entries, bytes, limitBytes }) => [store, entries, mb(bytes), mb(limitBytes)]),
      ]),
    );
  }
  return exit.done;
}

/** Stores are folders of shelves, which two hex digits name. */
async function storeNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const found: string[] = [];
  for (const name of names.sort()) {
    const shelves = await readdir(`${folder}/${name}`).catch(() => []);
    if (shelves.length > 0 && shelves.every((shelf) => /^[0-9a-f]{2}$/.test(shelf))) found.push(name);
  }
  return found;
}
