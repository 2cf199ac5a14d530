import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as cost from '../../src/cost/index.js';
import * as hbm from '../../src/hbm/index.js';
// @ts-expect-error: a script, without types
import { figures } from '../../scripts/baseline/hbm-figures.mjs';
// @ts-expect-error: a script, without types
import { simulatedCycles, trials } from '../../scripts/baseline/microrec-trials.mjs';

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

interface Engine {
  readonly items: number;
  readonly mismatches: number;
  readonly network: boolean;
  readonly cyclesPerItem: number;
  readonly latencyCycles: number;
  readonly simulated: { readonly cyclesPerItem: number; readonly latencyCycles: number };
}

describe('reports/baseline/microrec', () => {
  const { engines } = JSON.parse(readFileSync('reports/baseline/microrec.json', 'utf8')) as {
    readonly engines: readonly Engine[];
  };

  it('is of the trials of the script, and has no wrong row', () => {
    expect(engines.length).toBe((trials as object[]).length);
    engines.forEach((engine, at) => expect(engine).toMatchObject((trials as object[])[at]!));
    for (const { mismatches } of engines) expect(mismatches).toBe(0);
  });

  it('has cycles within five percent of the timing model', () => {
    for (const { cyclesPerItem, latencyCycles, simulated } of engines) {
      expect(Math.abs(cyclesPerItem / simulated.cyclesPerItem - 1)).toBeLessThan(0.05);
      expect(Math.abs(latencyCycles / simulated.latencyCycles - 1)).toBeLessThan(0.05);
    }
  });

  it('has the cycles that the timing model gives', { timeout: 120_000 }, () => {
    engines.forEach(({ network, simulated }, at) => {
      if (network) return;
      const cycles = (simulatedCycles as (...given: unknown[]) => number)(hbm, (trials as object[])[at]);
      expect(simulated.cyclesPerItem).toBe(cycles);
    });
  });
});
