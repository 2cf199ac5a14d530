import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { energyAt, parseCurve, rateAt, voltageAt, type VoltageCurve } from '../../src/robust/index.js';

const shipped = JSON.parse(
  readFileSync(new URL('../../tech/sram/14nm.json', import.meta.url), 'utf8'),
) as unknown;

function curve(): VoltageCurve {
  const parsed = parseCurve('14nm.json', shipped);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}

const rate = (voltage: number): number => {
  const found = rateAt(curve(), voltage);
  return found.ok ? found.value : NaN;
};

describe('the 14 nm curve', () => {
  it('goes through its points and linearly in log p between them', () => {
    for (const point of curve().points) {
      expect(rate(point.voltage)).toBeCloseTo(point.rate, 12);
      expect(energyAt(curve(), point.voltage)).toBeCloseTo(point.energy, 12);
    }
    const [a, b] = [curve().points[2]!, curve().points[3]!];
    expect(rate((a.voltage + b.voltage) / 2)).toBeCloseTo(Math.sqrt(a.rate * b.rate), 12);
  });

  it('saves about 30 % at a rate of 1 % and 23 % at 0.1 %', () => {
    const energy = (p: number): number => energyAt(curve(), voltageAt(curve(), p)!)!;
    expect(energy(0.01)).toBeCloseTo(0.7, 2);
    expect(energy(0.001)).toBeCloseTo(0.77, 1);
  });

  it('gives back the voltage of a rate, also where no rate was measured', () => {
    for (const voltage of [0.75, 0.76, 0.8, 0.9, 0.95, 0.97, 0.99])
      expect(voltageAt(curve(), rate(voltage))).toBeCloseTo(voltage, 9);
    expect(voltageAt(curve(), 0)).toBe(1);
    expect(rate(1)).toBe(0);
    expect(rate(0.99)).toBeGreaterThan(0);
    expect(rate(0.99)).toBeLessThan(2e-6);
    expect(voltageAt(curve(), 0.3)).toBeUndefined();
    expect(rateAt(curve(), 0.7).diagnostics[0]?.code).toBe('robust-voltage');
  });

  it('agrees with the square of the voltage in energy', () => {
    for (const { voltage, energy } of curve().points)
      expect(Math.abs(energy - voltage ** 2)).toBeLessThan(0.005);
  });
});

it('all that is wrong with a curve is told', () => {
  const bad = {
    points: [
      { voltage: 1, rate: 0, energy: 1 },
      { voltage: 0.9, rate: 0.1 },
      { voltage: 0.8, rate: 2, energy: 1 },
    ],
  };
  const { ok, diagnostics } = parseCurve('f.json', bad);
  expect(ok).toBe(false);
  expect(diagnostics.map(({ message }) => message)).toHaveLength(5);
  expect(parseCurve('f.json', null).ok).toBe(false);
});
