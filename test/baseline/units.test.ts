import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modules, type Size } from './modules.js';
// @ts-expect-error: a script, without types
import * as hetero from '../../scripts/baseline/hetero-cost.mjs';
// @ts-expect-error: a script, without types
import * as blocks from '../../scripts/baseline/mx-nvfp4-cost.mjs';
// @ts-expect-error: a script, without types
import { elaborated, sizeOf } from '../../scripts/baseline/synthesis.mjs';

const report = <T>(name: string): T => JSON.parse(readFileSync(`reports/baseline/${name}.json`, 'utf8')) as T;
const page = (name: string): string => readFileSync(`reports/baseline/${name}.md`, 'utf8');

interface Unit {
  readonly technology: string;
  readonly design: string;
  readonly size: Size;
}

interface Layer {
  readonly technology: string;
  readonly weights: string;
  readonly bits: number;
  readonly share: boolean;
  readonly size: Size;
  readonly binaryOperations: number;
  readonly squaredError: number;
}

describe('reports/baseline/hetero-cost', () => {
  const own = report<{ readonly rows: readonly Layer[] }>('hetero-cost');

  it('is of the layers as they are now', { timeout: 60_000 }, async () => {
    const layers = (await hetero.layers(modules)) as readonly { readonly weights: string }[];
    expect([...new Set(own.rows.map(({ technology }) => technology))]).toEqual(hetero.technologies);
    for (const row of own.rows) {
      const layer = layers.find(({ weights }) => weights === row.weights);
      const design = hetero.designOf(modules, layer, row.bits, row.share);
      expect(sizeOf(modules, elaborated(modules, design)), design.name).toEqual(row.size);
      const { binaryOperations, squaredError } = design;
      expect([row.binaryOperations, row.squaredError]).toEqual([binaryOperations, squaredError]);
    }
  });

  it('is the page that it says', () => expect(hetero.markdown(own)).toBe(page('hetero-cost')));
});

describe('reports/baseline/mx-nvfp4-cost', () => {
  const own = report<{ readonly units: readonly Unit[] }>('mx-nvfp4-cost');
  const technologies = blocks.technologies as readonly string[];

  it('is of the units as they are now', { timeout: 60_000 }, () => {
    const designs = blocks.designs as readonly { readonly name: string }[];
    expect(own.units.map(({ technology, design }) => [technology, design])).toEqual(
      technologies.flatMap((technology) => designs.map(({ name }) => [technology, name])),
    );
    for (const design of designs)
      for (const { size } of own.units.filter((unit) => unit.design === design.name))
        expect(sizeOf(modules, elaborated(modules, design)), design.name).toEqual(size);
  });

  it('is the page that it says', () => expect(blocks.markdown(own)).toBe(page('mx-nvfp4-cost')));
});
