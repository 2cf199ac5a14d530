import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as base from '../../src/base/index.js';
import { defaultsOf } from '../../src/flow/index.js';
import * as format from '../../src/format/index.js';
import * as nn from '../../src/nn/index.js';
import * as unit from '../../src/ops/nibble_inner_product/index.js';
// @ts-expect-error: a script, without types
import * as ipu from '../../scripts/baseline/ipu-accuracy-figures.mjs';
// @ts-expect-error: a script, without types
import { packed } from '../../scripts/baseline/vs-quant-accuracy-figures.mjs';

const modules = { base, format, nn };

const ofMnist = <T extends { readonly data: string }>(all: readonly T[]): T =>
  all.find(({ data }) => data === 'mnist')!;

test('the engine of nibble products is the unit, and gives what is reported', async () => {
  const flow = { defaultsOf };
  for (const tree of [10, 12, 16])
    expect(ipu.distanceFromDefinition({ ...modules, flow, unit }, tree, 40)).toBe(0);
  interface Row {
    readonly tree: number | null;
    readonly rightBits: string;
  }
  const { networks } = JSON.parse(readFileSync('reports/baseline/ipu-accuracy.json', 'utf8')) as {
    readonly networks: readonly { readonly data: string; readonly rows: readonly Row[] }[];
  };
  const { rows } = ofMnist(networks);
  const network = ofMnist(ipu.networks);
  const own = await ipu.subject(modules, readFileSync('models/lenet5.onnx'), network, ipu.seeds[0], 20);
  for (const tree of [undefined, 6, 12]) {
    const bits = packed(ipu.rightOf(nn, own, ipu.scores(modules, own, tree)));
    expect(rows.find((row) => row.tree === (tree ?? null))!.rightBits.slice(0, 5)).toBe(bits);
  }
});
