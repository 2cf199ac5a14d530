import { failure, success, type Result } from '../base/index.js';
import type { SupplyModel, Technology } from '../synth/index.js';
import type { Cost, FigureSource } from './cost.js';
import { noSupplyModel, outsideSupply } from './voltage-problems.js';

/** A supply voltage, and what it makes of the figures at the technology's own. */
export interface Supply {
  readonly voltage: number;
  /** The voltage of the technology's corner. */
  readonly nominal: number;
  readonly delayFactor: number;
  readonly energyFactor: number;
  readonly leakageFactor: number;
  readonly source: string;
}

/**
 * What another supply voltage makes of delays, energies and leakage. Delays follow the alpha-power law, V / (V − Vt)^α
 * (Sakurai and Newton, IEEE J. Solid-State Circuits 25, 1990, 584–594); energies V²; leakage V · e^(k·V), as the drain's
 * voltage lowers the barrier. Refused outside the range of the technology, and where it has no such model.
 */
export function supplyAt(technology: Technology, voltage: number): Result<Supply> {
  const { supply, corner } = technology;
  if (!supply) return failure(noSupplyModel(technology.name));
  if (!(voltage >= supply.leastV && voltage <= supply.mostV))
    return failure(outsideSupply(technology.name, voltage, supply));
  const ratio = voltage / corner.voltage;
  return success({
    voltage,
    nominal: corner.voltage,
    delayFactor: slowness(supply, voltage) / slowness(supply, corner.voltage),
    energyFactor: ratio ** 2,
    leakageFactor: ratio * Math.exp(supply.leakagePerV * (voltage - corner.voltage)),
    source: supply.source,
  });
}

function slowness({ thresholdV, alpha }: SupplyModel, voltage: number): number {
  return voltage / (voltage - thresholdV) ** alpha;
}

/** A cost at the voltage of the technology's corner, as it is at another; a clock that was asked for stays the period it is. */
export function costAt<C extends Cost>(cost: C, supply: Supply): C {
  const { delayFactor, energyFactor, leakageFactor } = supply;
  const delayPs = cost.delayPs * delayFactor;
  const targetPs = cost.clock && cost.clock.targetPs * delayFactor;
  const { leakageFj, ...dynamic } = cost.energy;
  const energy = Object.fromEntries(Object.entries(dynamic).map(([part, fj]) => [part, fj * energyFactor]));
  return {
    ...cost,
    supply,
    delayPs,
    fmaxMhz: cost.fmaxMhz === null ? null : cost.fmaxMhz / delayFactor,
    energyFjPerCycle: cost.energyFjPerCycle * energyFactor,
    leakageNw: cost.leakageNw * leakageFactor,
    breakdown: cost.breakdown.map((share) => ({ ...share, leakageNw: share.leakageNw * leakageFactor })),
    energy: { ...energy, leakageFj: leakageFj * leakageFactor * delayFactor },
    paths: Object.fromEntries(Object.entries(cost.paths).map(([kind, ps]) => [kind, ps * delayFactor])),
    stages: cost.stages.map((stage) => ({ ...stage, delayPs: stage.delayPs * delayFactor })),
    critical: cost.critical.map((point) => ({
      ...point,
      arrivalPs: point.arrivalPs * delayFactor,
      slewPs: point.slewPs * delayFactor,
    })),
    ...(targetPs !== undefined && {
      clock: { targetPs, slackPs: targetPs - delayPs, met: delayPs <= targetPs },
    }),
    sources: [...cost.sources, sourceOf(supply)],
  };
}

function sourceOf({
  voltage,
  nominal,
  delayFactor,
  energyFactor,
  leakageFactor,
  source,
}: Supply): FigureSource {
  const factors = [delayFactor, energyFactor, leakageFactor].map((factor) => factor.toFixed(3));
  return {
    figure: 'supply',
    origin: 'modelled',
    from: `figures at ${nominal} V scaled to ${voltage} V: delays × ${factors[0]} (alpha-power law), energies × ${factors[1]} (V²), leakage × ${factors[2]}; ${source}`,
  };
}
