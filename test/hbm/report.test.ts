import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as cost from '../../src/cost/index.js';
import * as hbm from '../../src/hbm/index.js';
// @ts-expect-error: a script, without types
import { figures } from '../../scripts/baseline/hbm-figures.mjs';

interface Report {
  readonly lookupTable: {
    readonly rows: readonly { readonly steppedPercent: number; readonly closedPercent: number }[];
  };
  readonly plans: readonly {
    readonly plan: string;
    readonly model: string;
    readonly simulatedPercent: number;
  }[];
  readonly wholes: readonly { readonly percent: number; readonly drainedPercent: number }[];
}

const report = JSON.parse(readFileSync('reports/baseline/hbm.json', 'utf8')) as Report;

describe('reports/baseline/hbm', () => {
  it('is what the code gives', { timeout: 120_000 }, () => {
    expect((figures as (...modules: object[]) => object)(hbm, cost)).toEqual(report);
  });

  it('says that published figures are met', () => {
    const { rows } = report.lookupTable;
    expect(rows.length).toBe(10);
    expect(Math.max(...rows.map((row) => Math.abs(row.steppedPercent)))).toBeLessThan(3);
    expect(rows.filter((row) => Math.abs(row.closedPercent) > 3).length).toBe(2);
    const deployed = report.plans.filter(
      ({ plan, model }) => plan !== 'pairs, as published' || model === 'small',
    );
    for (const { simulatedPercent } of deployed) expect(Math.abs(simulatedPercent)).toBeLessThan(10);
    const off = report.wholes.map(({ percent, drainedPercent }, at) => (at === 2 ? drainedPercent : percent));
    for (const percent of off) expect(Math.abs(percent)).toBeLessThan(3);
  });
});
