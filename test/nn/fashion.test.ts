import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readFashion } from '../../src/nn/data/fashion.js';
import { dataSets, range } from '../../src/nn/index.js';
import { faults, need } from './networks.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-fashion-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Files as the package has them: image i of class c has c, i / 256 and i mod 256 in front. */
function files(name: string, change: (text: string) => string = (text) => text): string {
  const path = join(folder, name);
  mkdirSync(path);
  const rest = ',0'.repeat(781);
  for (let label = 0; label < 10; label++) {
    const images = Array.from({ length: 7000 }, (_, i) => `[${label},${i >> 8},${i & 255}${rest}]`);
    // The package has entries without pixels.
    const entries = label === 0 ? [...images.slice(0, 9), '[]', ...images.slice(9), '[]'] : images;
    const text = `{"data":[${entries.join()}]}`;
    writeFileSync(join(path, `${label}.json`), label === 3 ? change(text) : text);
  }
  return path;
}

test('classes take turns, the last thousand of each are for tests, and all is kept for the next time', () => {
  const path = files('whole');
  const cache = join(folder, 'cache');
  const train = need(readFashion(path, cache, 'train', range(0, 60_000)));
  const head = (pixels: Uint8Array, at: number) => [...pixels.subarray(at * 784, at * 784 + 3)];
  expect([train.count, train.pixels.length, ...train.labels.subarray(8, 12)]).toEqual([
    60_000, 47_040_000, 8, 9, 0, 1,
  ]);
  expect(head(train.pixels, 0)).toEqual([0, 0, 0]);
  expect(head(train.pixels, 59_997)).toEqual([7, 5999 >> 8, 5999 & 255]);
  rmSync(path, { recursive: true });
  const test = need(readFashion(path, cache, 'test', [0, 13, 9_999]));
  expect([...test.labels]).toEqual([0, 3, 9]);
  const places = [6000, 6001, 6999].map((i) => [i >> 8, i & 255]);
  expect([0, 1, 2].map((at) => head(test.pixels, at).slice(1))).toEqual(places);
});

test.each<[string, (text: string) => string]>([
  ['not JSON', (text) => text.slice(0, -5)],
  ['of another kind', () => '[]'],
  ['with a number that is no byte', (text) => text.replace('[3,0,1,', '[3,0,256,')],
  ['with an image too few', (text) => text.replace(/\[3,0,1,[^\]]*\],/, '')],
])('a file %s is a fault, and nothing is kept', (about, change) => {
  const cache = join(folder, `cache ${about}`);
  const path = files(about, change);
  expect(faults(readFashion(path, cache, 'test', [0]))).toEqual(['nn-data-damaged']);
  rmSync(path, { recursive: true });
  expect(faults(readFashion(path, cache, 'test', [0]))).toEqual(['nn-data-damaged']);
});

test('a cache that cannot be written is a fault', () => {
  const path = files('blocked');
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(faults(readFashion(path, join(file, 'cache'), 'test', [0]))).toEqual(['nn-data-cache']);
});

test('it is in the list of data sets', () => {
  expect(dataSets['fashion-mnist']!.sizes).toEqual({ train: 60_000, test: 10_000 });
});
