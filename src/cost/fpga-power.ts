import type { Design } from '../ir/index.js';
import type { FpgaPower as Coefficients, Placed } from '../synth/index.js';
import { classes, featuresOf } from './model/index.js';

/** The power that a placed circuit takes from the supply of the core, in µW, input and output pads left out. */
export interface FpgaPower {
  readonly clockMhz: number;
  /** Logic cells of the circuit, those of the registers around it left out. */
  readonly cells: number;
  /** Without a clock. */
  readonly staticUw: number;
  /** With the clock running, and nothing else changing. */
  readonly quietUw: number;
  /** With every cell as busy as those of a multiplier that gets new factors in every cycle. */
  readonly busyUw: number;
  /** With uniform random words on every input in every cycle; only where changes were counted. */
  readonly randomUw?: number;
}

/**
 * The power at a clock, by currents that were measured on the device: linear in the clock and in the number of cells. `changes` are
 * those of `changesOf`: a cell's current lies between those of the two cells that were measured, by changes a cell; beyond them nothing
 * is known, and it is that of the nearer one.
 */
export function fpgaPowerOf(
  placed: Placed,
  measured: Coefficients,
  clockMhz: number,
  changes?: number,
): FpgaPower {
  const cells = Math.max(0, (placed.used[measured.cell]?.used ?? 0) - placed.harnessFf);
  const at = (cellUaPerMhz: number): number => {
    const moving = clockMhz * (measured.clockUaPerMhz + cells * cellUaPerMhz);
    return rounded(measured.supplyV * (measured.staticUa + moving));
  };
  return {
    clockMhz,
    cells,
    staticUw: rounded(measured.supplyV * measured.staticUa),
    quietUw: at(measured.quietCellUaPerMhz),
    busyUw: at(measured.busyCellUaPerMhz),
    ...(changes !== undefined && cells > 0 && { randomUw: at(cellCurrent(measured, changes / cells)) }),
  };
}

/** The current of a cell that so many one-bit elements change in, in µA/MHz. */
function cellCurrent(measured: Coefficients, changes: number): number {
  const { quietCellUaPerMhz: quiet, busyCellUaPerMhz: busy, quietChanges, busyChanges } = measured;
  const share = (changes - quietChanges) / (busyChanges - quietChanges);
  return quiet + Math.min(1, Math.max(0, share)) * (busy - quiet);
}

/** How many one-bit elements of a design change in a mean cycle under uniform random inputs, without hazards. */
export function changesOf(design: Design): number {
  const { counts } = featuresOf(design);
  const own = classes.filter((name) => name !== 'input');
  return own.reduce((sum, name) => sum + counts[`${name}Changes`]!, 0);
}

/** More digits than these were not measured. */
function rounded(power: number): number {
  return Number(power.toPrecision(3));
}
