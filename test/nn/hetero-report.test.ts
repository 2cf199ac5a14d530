import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as base from '../../src/base/index.js';
import * as nn from '../../src/nn/index.js';
// @ts-expect-error: a script, without types
import * as hetero from '../../scripts/baseline/hetero-accuracy-figures.mjs';

interface Report {
  readonly rows: readonly { readonly name: string; readonly accuracies: readonly number[] }[];
  readonly pairs: readonly { readonly a: string; readonly b: string }[];
  readonly small: readonly { readonly name: string; readonly accuracy: number }[];
}

test('trainings with few bits a weight come out as reported', async () => {
  const { rows, pairs, small } = JSON.parse(
    readFileSync('reports/baseline/hetero-accuracy.json', 'utf8'),
  ) as Report;
  const recipe = JSON.parse(readFileSync('models/lenet5.recipe.json', 'utf8')) as object;
  const data = hetero.imagesOf(nn, recipe);
  expect(small.length).toBe(hetero.small.names.length);
  for (const { name, accuracy } of small) {
    const one = hetero.configurations.find((each: { readonly name: string }) => each.name === name);
    expect(await hetero.accuracy(nn, recipe, data, one, hetero.small, hetero.small.seed)).toBe(accuracy);
  }
  const found = new Map(rows.map(({ name, accuracies }) => [name, accuracies]));
  for (const { a, b, ...rest } of pairs) expect(hetero.above(base, found, a, b)).toEqual(rest);
});
