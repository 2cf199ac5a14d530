import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/base/index.js';
import { costAt, supplyAt, type Cost } from '../../src/cost/index.js';
import { parseTechnology, type Technology } from '../../src/synth/index.js';

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

const technology = (name: string): Technology =>
  must(parseTechnology(name, readFileSync(`tech/${name}.json`, 'utf8')));

describe('another supply voltage', () => {
  it('gives back what the libraries of sky130 and sg13g2 say', () => {
    const sky130 = { ...technology('sky130').supply!, thresholdV: 1.005 };
    const slow = { ...technology('sky130'), supply: sky130 };
    const ratio = (a: number, b: number): number =>
      must(supplyAt(slow, a)).delayFactor / must(supplyAt(slow, b)).delayFactor;
    expect(ratio(1.28, 1.76)).toBeCloseTo(165.0 / 53.0, 1);
    expect(ratio(1.44, 1.76)).toBeCloseTo(95.8 / 53.0, 1);
    const higher = must(supplyAt(technology('sg13g2'), 1.5));
    expect(1 / higher.delayFactor).toBeCloseTo(153.4 / 106.3, 2);
    expect(higher.leakageFactor).toBeCloseTo(458.1 / 158.3, 1);
    expect(higher.energyFactor).toBeCloseTo(1.5625, 4);
  });

  it('changes nothing at the corner, and is slower and thriftier below it', () => {
    for (const name of ['asap7', 'sky130', 'sg13g2', 'freepdk45']) {
      const { corner, supply } = technology(name);
      const at = (voltage: number) => must(supplyAt(technology(name), voltage));
      expect(at(corner.voltage)).toMatchObject({ delayFactor: 1, energyFactor: 1, leakageFactor: 1 });
      const low = at(supply!.leastV);
      expect(low.delayFactor).toBeGreaterThan(1);
      expect(low.energyFactor).toBeLessThan(1);
      expect(low.leakageFactor).toBeLessThan(low.energyFactor);
    }
  });

  it('is refused outside the range, and where nothing is known', () => {
    const low = supplyAt(technology('asap7'), 0.5);
    expect(low.ok).toBe(false);
    expect(low.diagnostics[0]).toMatchObject({ code: 'voltage-range', hint: 'from 0.63 to 0.77 V' });
    const { supply: _, ...bare } = technology('asap7');
    expect(supplyAt(bare, 0.7).diagnostics[0]?.code).toBe('no-supply-model');
    expect(supplyAt(technology('asap7'), NaN).ok).toBe(false);
  });

  it('scales a cost with its parts, its paths and its clock', () => {
    const cost = {
      delayPs: 100,
      fmaxMhz: 10_000,
      energyFjPerCycle: 12,
      leakageNw: 5,
      breakdown: [{ by: 'kind', name: 'adder', cells: 1, areaUm2: 1, leakageNw: 5 }],
      energy: {
        switchingFj: 6,
        internalFj: 4,
        clockFj: 2,
        wiresFj: 1,
        registersFj: 1,
        clockTreeFj: 1,
        leakageFj: 3,
      },
      paths: { inputToOutput: 100 },
      stages: [{ stage: 1, delayPs: 100, end: 'y' }],
      critical: [{ arrivalPs: 100, slewPs: 10 }],
      clock: { targetPs: 110, slackPs: 10, met: true },
      sources: [],
    } as unknown as Cost;
    const factors = { delayFactor: 2, energyFactor: 0.5, leakageFactor: 0.25 };
    const scaled = costAt(cost, { ...factors, voltage: 0.6, nominal: 0.7, source: 'here' });
    expect(scaled).toMatchObject({ delayPs: 200, fmaxMhz: 5000, energyFjPerCycle: 6, leakageNw: 1.25 });
    const { switchingFj, internalFj, clockFj, leakageFj } = scaled.energy;
    expect(switchingFj + internalFj + clockFj).toBe(scaled.energyFjPerCycle);
    expect(leakageFj).toBe(1.5);
    expect(scaled.clock).toEqual({ targetPs: 220, slackPs: 20, met: true });
    expect(scaled.stages).toEqual([{ stage: 1, delayPs: 200, end: 'y' }]);
    expect(scaled.critical[0]).toMatchObject({ arrivalPs: 200, slewPs: 20 });
    expect(scaled.breakdown[0]!.leakageNw).toBe(1.25);
    expect(scaled.sources[0]!.from).toContain('0.7 V scaled to 0.6 V');
  });
});
