import type { FpgaPower as Coefficients, Placed } from '../synth/index.js';

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
}

/** The power at a clock, by currents that were measured on the device: linear in the clock and in the number of cells. */
export function fpgaPowerOf(placed: Placed, measured: Coefficients, clockMhz: number): FpgaPower {
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
  };
}

/** More digits than these were not measured. */
function rounded(power: number): number {
  return Number(power.toPrecision(3));
}
