import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as base from '../../src/base/index.js';
import * as format from '../../src/format/index.js';
import * as nn from '../../src/nn/index.js';
// @ts-expect-error: a script, without types
import { hits, packed } from '../../scripts/baseline/vs-quant-accuracy-figures.mjs';
// @ts-expect-error: a script, without types
import * as vectors from '../../scripts/baseline/vs-quant-seeds-figures.mjs';

const modules = { base, format, nn };

function report<T>(name: string): T {
  return JSON.parse(readFileSync(`reports/baseline/${name}.json`, 'utf8')) as T;
}

interface Pair {
  readonly a: string;
  readonly b: string;
}

/** The networks of a report, of which that for MNIST is tried again. */
interface Networks<Row> {
  readonly networks: readonly {
    readonly data: string;
    readonly rows: readonly Row[];
    readonly pairs: readonly Pair[];
  }[];
}

/** How many images of a seed are tried again. */
const tried = 40;

const lenet5 = readFileSync('models/lenet5.onnx');
const ofMnist = <T extends { readonly data: string }>(all: readonly T[]): T =>
  all.find(({ data }) => data === 'mnist')!;

test('formats by seeds are as reported', async () => {
  interface Row {
    readonly name: string;
    readonly rightBits: readonly string[];
  }
  const { rows, pairs } = ofMnist(report<Networks<Row>>('vs-quant-seeds').networks);
  const network = ofMnist<{ readonly data: string; readonly images: number }>(vectors.networks);
  const own = await vectors.subject(modules, lenet5, network, vectors.seeds[0], tried);
  for (const name of ['per channel 3/3', 'VS-Quant 3/3/4/4', 'mxfp4 ceil']) {
    const one = vectors.tried.find((each: Row) => each.name === name);
    expect(rows.find((row) => row.name === name)!.rightBits[0]!.slice(0, tried / 4)).toBe(
      packed(hits(modules, own, one)),
    );
  }
  const right = new Map(
    rows.map(({ name, rightBits }) => [name, rightBits.map((bits) => unpacked(bits, network.images))]),
  );
  // Some of them, as each is made of two million draws.
  for (const { a, b, ...rest } of pairs.filter((_, i) => i % 5 === 0))
    expect(vectors.above(base, right.get(a), right.get(b))).toEqual(rest);
});

function unpacked(bits: string, count: number): boolean[] {
  return Array.from({ length: count }, (_, i) => ((parseInt(bits[i >> 2]!, 16) >> (3 - (i % 4))) & 1) === 1);
}
