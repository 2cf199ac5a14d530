import { failure, success, type Result } from '../../base/index.js';
import type { Technology } from '../../synth/index.js';
import type { Cost, Origin } from '../cost.js';
import { registersCost } from '../memory-registers.js';
import { memoryCost, type MemoryModel } from '../memory.js';
import type { LogicPart, MemoryPart, RegistersPart } from './element.js';

/** What one of a part costs. A figure that there is none of is null, and `missing` says why. */
export interface PartFigures {
  readonly areaUm2: number | null;
  readonly leakageNw: number | null;
  /** From clock to clock, or from an access to its word. */
  readonly delayPs: number | null;
  /** Mean over the cycles in which the element works. */
  readonly dynamicFj: number | null;
  /** The same of the modelled clock tree. */
  readonly clockTreeFj: number;
  /** Clock and clock tree in a cycle in which the element does not work. */
  readonly idleFj: number;
  readonly origin: Readonly<Record<'areaUm2' | 'leakageNw' | 'delayPs' | 'energyFjPerCycle', Origin>>;
  /** How far a modelled area and energy are expected to be off, in percent. */
  readonly errorPercent: { readonly areaUm2: number; readonly energyFjPerCycle: number };
  /** Where a model was asked beyond what it was fitted to, and what is not in the figures. */
  readonly notes: readonly string[];
  readonly missing: readonly string[];
}

const modelled = {
  areaUm2: 'modelled',
  leakageNw: 'modelled',
  delayPs: 'modelled',
  energyFjPerCycle: 'modelled',
} as const;

/** Logic, from what synthesis says of it at work. */
export function logicFigures({ busyEvery, gated }: LogicPart, cost: Cost): PartFigures {
  const { areaUm2, leakageNw, delayPs, energyFjPerCycle, energy } = cost;
  const busy = 1 / busyEvery;
  const idle = gated ? 0 : energy.clockFj;
  return {
    areaUm2,
    leakageNw,
    delayPs,
    dynamicFj: busy * energyFjPerCycle + (1 - busy) * idle,
    clockTreeFj: gated ? busy * energy.clockTreeFj : energy.clockTreeFj,
    idleFj: gated ? 0 : energy.clockFj + energy.clockTreeFj,
    origin: {
      areaUm2: 'synthesised',
      leakageNw: 'synthesised',
      delayPs: 'synthesised',
      energyFjPerCycle: 'simulated',
    },
    errorPercent: { areaUm2: 0, energyFjPerCycle: 0 },
    notes: [],
    missing: [],
  };
}

/** An SRAM by the model of a technology, or that there is none for its ports. */
export function memoryFiguresOf(part: MemoryPart, model: MemoryModel): Result<PartFigures> {
  const cost = memoryCost(model, part);
  if (!cost.ok) return cost;
  const { areaUm2, leakageNw, latencyPs, readEnergyFj, writeEnergyFj, errorPercent, beyond } = cost.value;
  const error = (figure: 'areaUm2' | 'readEnergyFj'): number =>
    errorPercent[figure]?.leaveOneOut ?? errorPercent[figure]?.mean ?? 0;
  return success({
    areaUm2,
    leakageNw,
    delayPs: latencyPs,
    dynamicFj: added(each(readEnergyFj, part.readEvery), each(writeEnergyFj, part.writeEvery)),
    clockTreeFj: 0,
    idleFj: 0,
    origin: modelled,
    errorPercent: { areaUm2: error('areaUm2'), energyFjPerCycle: error('readEnergyFj') },
    notes: beyond.map((what) => `extrapolated: ${what}`),
    missing: Object.entries(cost.value.missing).map(([figure, why]) => `${figure}: ${why}`),
  });
}

/** Flip-flops of a technology. Reads are not in the energy: their multiplexers are logic. */
export function registersFiguresOf(part: RegistersPart, technology: Technology): Result<PartFigures> {
  const cost = registersCost(technology, part);
  if (!cost.ok) return failure(...cost.diagnostics);
  const { areaUm2, leakageNw, writeEnergyFj, ungatedClockFjPerCycle, width, bits } = cost.value;
  const clock = part.gated ? 0 : ungatedClockFjPerCycle;
  const written = part.gated ? writeEnergyFj : writeEnergyFj - (ungatedClockFjPerCycle * width) / bits;
  return success({
    areaUm2,
    leakageNw,
    delayPs: null,
    dynamicFj: clock + each(written, part.writeEvery)!,
    clockTreeFj: 0,
    idleFj: clock,
    origin: modelled,
    errorPercent: { areaUm2: 0, energyFjPerCycle: 0 },
    notes: ['flip-flops alone: decoder, read multiplexers and clock tree are not in it'],
    missing: [],
  });
}

function each(energyFj: number | null, every: number | undefined): number | null {
  return every === undefined ? 0 : energyFj === null ? null : energyFj / every;
}

function added(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
