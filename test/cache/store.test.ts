import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import {
  cacheFolder,
  clear,
  getBytes,
  getJson,
  keyOf,
  openStore,
  prune,
  putBytes,
  putJson,
  remembered,
  usage,
  type Store,
} from '../../src/cache/index.js';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bitloom-cache-'));
  store = openStore('work', 10_000, folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const noise = (size: number, seed: number): Uint8Array => {
  const source = random(seed);
  return Uint8Array.from({ length: size }, () => Number(source.word(8)));
};
const files = (): string[] =>
  readdirSync(store.folder).flatMap((shelf) =>
    readdirSync(join(store.folder, shelf)).map((file) => join(store.folder, shelf, file)),
  );

describe('keys', () => {
  it('do not depend on the order of an object', () =>
    expect(keyOf({ a: 1, b: [2, { c: 3, d: 4 }] })).toBe(keyOf({ b: [2, { d: 4, c: 3 }], a: 1 })));

  it('differ where values do', () => {
    const values = ['1', 1, 1n, [1], { 1: 1 }, null, true, new Uint8Array([1]), ['a', 'b'], ['a,b'], 'n1'];
    expect(new Set(values.map(keyOf)).size).toBe(values.length);
  });

  it('leave out what is undefined', () => expect(keyOf({ a: undefined })).toBe(keyOf({})));
});

describe('a store', () => {
  it('gives back what was put, by key', async () => {
    const bytes = noise(1000, 1);
    expect(await getBytes(store, keyOf('x'))).toBeUndefined();
    expect(await putBytes(store, keyOf('x'), bytes)).toBe(true);
    expect(new Uint8Array((await getBytes(store, keyOf('x')))!)).toEqual(bytes);
    await putJson(store, keyOf('y'), { found: [1, 'two'] });
    expect(await getJson(store, keyOf('y'))).toEqual({ found: [1, 'two'] });
    expect(await usage(store)).toMatchObject({ entries: 2 });
  });

  it('makes once what is asked for twice', async () => {
    let made = 0;
    const make = () => Promise.resolve({ made: ++made });
    expect(await remembered(store, keyOf(1), make)).toEqual({ value: { made: 1 }, reused: false });
    expect(await remembered(store, keyOf(1), make)).toEqual({ value: { made: 1 }, reused: true });
    expect(await remembered(store, keyOf(2), () => Promise.resolve(undefined))).toMatchObject({
      reused: false,
    });
    expect(await getBytes(store, keyOf(2))).toBeUndefined();
  });

  it('waits for what another one is making, unless that one is gone', async () => {
    let made = 0;
    const make = async () => {
      await new Promise((done) => setTimeout(done, 20));
      return { made: ++made };
    };
    const both = await Promise.all([remembered(store, keyOf(1), make), remembered(store, keyOf(1), make)]);
    expect(both.map(({ value }) => value)).toEqual([{ made: 1 }, { made: 1 }]);
    expect(both.map(({ reused }) => reused).toSorted()).toEqual([false, true]);

    const path = join(store.folder, keyOf(2).slice(0, 2), keyOf(2).slice(2));
    mkdirSync(dirname(path), { recursive: true });
    const claim = (pid: number): void => writeFileSync(`${path}.claim`, `${hostname()} ${pid}`);
    claim(spawnSync(process.execPath, ['-e', '']).pid);
    expect(await remembered(store, keyOf(2), make)).toEqual({ value: { made: 2 }, reused: false });
    rmSync(path);
    claim(process.pid);
    const waits = remembered(store, keyOf(2), make);
    await putJson(store, keyOf(2), { made: 'elsewhere' });
    rmSync(`${path}.claim`);
    expect(await waits).toEqual({ value: { made: 'elsewhere' }, reused: true });
    expect(files().filter((file) => file.endsWith('.claim'))).toEqual([]);
  });

  it('lets the next one try where making it has failed', async () => {
    let begun = (): void => undefined;
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const fails = remembered(store, keyOf(1), async () => {
      begun();
      await new Promise((done) => setTimeout(done, 20));
      throw new Error('no');
    });
    await isBegun;
    const next = remembered(store, keyOf(1), () => Promise.resolve(7));
    await expect(fails).rejects.toThrow('no');
    expect(await next).toEqual({ value: 7, reused: false });
  });

  it.each(['cut short', 'changed', 'empty'])(
    'takes an entry that is %s for none and drops it',
    async (how) => {
      const key = keyOf('x');
      await putBytes(store, key, noise(500, 2));
      const [path] = files();
      const bytes = readFileSync(path!);
      const damaged = Buffer.from(bytes);
      damaged[damaged.length >> 1]! ^= 1;
      writeFileSync(
        path!,
        how === 'changed' ? damaged : bytes.subarray(0, how === 'empty' ? 0 : bytes.length - 9),
      );
      expect(await getBytes(store, key)).toBeUndefined();
      expect(files()).toEqual([]);
    },
  );

  it('removes first what was not used for the longest time', async () => {
    for (const k of [1, 2, 3]) await putBytes(store, keyOf(k), noise(2000, k));
    files().forEach((path) => {
      const k = [1, 2, 3].find((one) => path.endsWith(keyOf(one).slice(2)))!;
      utimesSync(path, 1000 * k, 1000 * k);
    });
    await getBytes(store, keyOf(1));
    const removed = await prune(store, 4100);
    expect(removed.entries).toBe(1);
    expect(await getBytes(store, keyOf(1))).toBeDefined();
    expect(await getBytes(store, keyOf(2))).toBeUndefined();
    expect((await clear(store)).entries).toBe(2);
    expect(await usage(store)).toEqual({ entries: 0, bytes: 0 });
  });

  it('stays within its limit', async () => {
    for (let k = 0; k < 20; k++) await putBytes(store, keyOf(k), noise(1500, k));
    expect((await usage(store)).bytes).toBeLessThanOrEqual(10_000);
    expect(await getBytes(store, keyOf(19))).toBeDefined();
    expect(await getBytes(store, keyOf(0))).toBeUndefined();
  });

  it('says so where it cannot write', async () => {
    writeFileSync(join(folder, 'file'), '');
    const nowhere = openStore('work', 1000, join(folder, 'file'));
    expect(await putBytes(nowhere, keyOf(1), noise(10, 1))).toBe(false);
    expect(await getBytes(nowhere, keyOf(1))).toBeUndefined();
  });

  it('is whole while others write the same entries', async () => {
    const text = 'x'.repeat(100_000);
    const program = `const fs = require('fs'), path = require('path'), zlib = require('zlib');
      const [to, text] = [process.argv[1], 'x'.repeat(100000)];
      fs.mkdirSync(path.dirname(to), { recursive: true });
      for (let k = 0; k < 200; k++) { const d = to + '.' + process.pid + '.draft';
        fs.writeFileSync(d, zlib.gzipSync(JSON.stringify(text))); fs.renameSync(d, to); }`;
    const key = keyOf('shared');
    const path = join(store.folder, key.slice(0, 2), key.slice(2));
    const other = spawn(process.execPath, ['-e', program, path]);
    const ended = new Promise((resolve) => other.on('close', resolve));
    let seen = 0;
    for (let k = 0; k < 100; k++) {
      await putJson(store, key, text);
      const found = await getJson<string>(store, key);
      expect(found).toBe(text);
      seen++;
    }
    expect(await ended).toBe(0);
    expect(seen).toBe(100);
  });
});

describe('the cache folder', () => {
  it('is where the environment says', () => {
    const before = { ...process.env };
    process.env['BITLOOM_CACHE'] = '/somewhere';
    expect(cacheFolder()).toBe('/somewhere');
    delete process.env['BITLOOM_CACHE'];
    process.env['XDG_CACHE_HOME'] = '/user';
    expect(cacheFolder()).toBe('/user/bitloom');
    process.env = before;
  });
});
