import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as format from '../../src/format/index.js';
import * as nn from '../../src/nn/index.js';
// @ts-expect-error: a script, without types
import * as script from '../../scripts/baseline/vs-quant-accuracy-figures.mjs';

interface Row {
  readonly name: string;
  readonly rightBits: string;
}

const report = JSON.parse(readFileSync('reports/baseline/vs-quant-accuracy.json', 'utf8')) as {
  readonly networks: readonly { readonly data: string; readonly rows: readonly Row[] }[];
};

test('the report holds what the code gives for the first images of MNIST', { timeout: 120_000 }, async () => {
  const { subject, hits, packed, configurations, settings } = script;
  const bytes = readFileSync('models/lenet5.onnx');
  const own = await subject({ nn }, bytes, 'mnist', { images: 16, ...settings });
  const { rows } = report.networks.find(({ data }) => data === 'mnist')!;
  expect(rows.length).toBe(configurations.length + 1);
  for (const name of ['per channel 3/3', 'VS-Quant 3/3/4/4', 'mxfp4 ceil', 'nvfp4 floor']) {
    const configuration = configurations.find((one: Row) => one.name === name);
    const right = packed(hits({ nn, format }, own, configuration));
    expect(rows.find((row) => row.name === name)!.rightBits.slice(0, 4)).toBe(right);
  }
});
