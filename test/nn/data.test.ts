import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readIdx } from '../../src/nn/data/idx.js';
import { choose, imageTensor, normalisations, range, readImages, selectImages } from '../../src/nn/index.js';
import { faults, need } from './networks.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-idx-'));
afterAll(() => rmSync(folder, { recursive: true }));

function idx(...bytes: readonly number[]): string {
  const path = join(folder, `${bytes.length}-${bytes.at(-1)}`);
  writeFileSync(path, Uint8Array.from(bytes));
  return path;
}

test('MNIST starts with the images and labels that it is known for', () => {
  const train = need(readImages('mnist', 'train', range(0, 10)));
  expect([...train.labels]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  const first = train.pixels.subarray(0, 784);
  expect([first[5 * 28 + 12], first[5 * 28 + 13], first[6 * 28 + 9], first[0]]).toEqual([3, 18, 36, 0]);
  const test = need(readImages('mnist', 'test'));
  expect([test.count, test.pixels.length, ...test.labels.subarray(0, 5)]).toEqual([
    10_000, 7_840_000, 7, 2, 1, 0, 4,
  ]);
});

test('images read one by one are those read together', () => {
  const all = need(readImages('mnist', 'test', range(0, 60)));
  const some = need(readImages('mnist', 'test', [3, 4, 5, 17, 59]));
  expect(some).toEqual(selectImages(all, [3, 4, 5, 17, 59]));
});

test('normalised images have the dimensions of a batch', () => {
  const images = need(readImages('mnist', 'test', [0, 1, 2]));
  const tensor = imageTensor(images, normalisations.unit, 1, 3);
  expect(tensor.dims).toEqual([2, 1, 28, 28]);
  expect(tensor.data[300]).toBe(Math.fround(images.pixels[784 + 300]! / 255));
  const centred = imageTensor(images, normalisations.mnist);
  expect(centred.data[0]).toBeCloseTo(-0.4242, 4);
});

test('chosen positions differ, rise and depend on the seed alone', () => {
  const chosen = choose(1000, 60_000, 1);
  expect(new Set(chosen).size).toBe(1000);
  expect(chosen).toEqual(chosen.toSorted((a, b) => a - b));
  expect(choose(1000, 60_000, 1)).toEqual(chosen);
  expect(choose(1000, 60_000, 2)).not.toEqual(chosen);
  expect(choose(5, 3, 1)).toEqual([0, 1, 2]);
});

test('every choice is equally likely', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 3000; seed++) {
    const key = choose(2, 3, seed).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(['0,1', '0,2', '1,2']);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(110);
});

test('unknown names and positions are faults', () => {
  const unknown = readImages('minst', 'test');
  expect(faults(unknown)).toEqual(['nn-data-unknown']);
  expect(unknown.diagnostics[0]!.hint).toContain('mnist');
  expect(faults(readImages('toString', 'test'))).toEqual(['nn-data-unknown']);
  for (const positions of [[10_000], [-1], [1.5], [4, 3], [4, 4]]) {
    expect(faults(readImages('mnist', 'test', positions))).toEqual(['nn-data-range']);
  }
});

test('idx files are read by record', () => {
  const path = idx(0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6);
  expect(need(readIdx(path, [0, 2]))).toEqual({ dims: [2], data: Uint8Array.of(1, 2, 5, 6) });
});

test.each([
  ['empty', []],
  ['another magic number', [0, 1, 8, 1, 0, 0, 0, 1, 9]],
  ['numbers that are not bytes', [0, 0, 13, 1, 0, 0, 0, 1, 9]],
  ['no dimension', [0, 0, 8, 0, 1]],
  ['half a header', [0, 0, 8, 2, 0, 0, 0, 1]],
  ['too few records', [0, 0, 8, 1, 0, 0, 0, 3, 1, 2]],
  ['a wanted record missing', [0, 0, 8, 1, 0, 0, 0, 2, 1, 2]],
])('an idx file with %s is a fault', (_about, bytes) => {
  expect(faults(readIdx(idx(...bytes), [2]))).toEqual(['nn-data-damaged']);
});

test('an idx file that is not there is a fault', () => {
  expect(faults(readIdx(join(folder, 'none'), []))).toEqual(['nn-data-damaged']);
});
