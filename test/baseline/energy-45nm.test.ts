import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modules, type Size } from './modules.js';
// @ts-expect-error: a script, without types
import * as script from '../../scripts/baseline/energy-45nm.mjs';
// @ts-expect-error: a script, without types
import { elaborated, sizeOf } from '../../scripts/baseline/synthesis.mjs';

interface Report {
  readonly operations: readonly {
    readonly operation: string;
    readonly size: Size;
    readonly ratio: { readonly area: number };
  }[];
  readonly memories: readonly object[];
}

const report = JSON.parse(readFileSync('reports/baseline/energy-45nm.json', 'utf8')) as Report;

describe('reports/baseline/energy-45nm', () => {
  it('is of the operations as they are now', () => {
    for (const design of script.operations) {
      const row = report.operations.find(({ operation }) => operation === design.name);
      expect(row?.size, design.name).toEqual(sizeOf(modules, elaborated(modules, design)));
    }
    expect(report.operations.length).toBe(script.operations.length);
  });

  it('has what synthesis gives of the small ones, and what the model gives of memories', async () => {
    const again = (await script.figures(modules, (name: string) => name === 'int8 add')) as Report;
    expect(again.operations).toEqual(report.operations.filter(({ operation }) => operation === 'int8 add'));
    expect(again.memories).toEqual(report.memories);
  }, 120_000);

  it('is within a factor of two of the published areas, but for floating point', () => {
    for (const { operation, ratio } of report.operations.filter((one) => one.operation.startsWith('int'))) {
      expect(ratio.area, operation).toBeGreaterThan(0.5);
      expect(ratio.area, operation).toBeLessThan(2);
    }
  });
});
