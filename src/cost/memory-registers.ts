import { failure, success, type Result } from '../base/index.js';
import type { Technology } from '../synth/index.js';
import type { FigureSource } from './cost.js';
import { noFlipFlop } from './memory-problems.js';
import { faultsOf } from './memory.js';

/**
 * A register file's storage, one flip-flop of the technology for each bit. The address decoder and the multiplexers
 * of the read ports are logic and not in it: synthesis gives them.
 */
export interface RegistersCost {
  readonly technology: string;
  readonly words: number;
  readonly width: number;
  readonly bits: number;
  readonly cell: string;
  readonly areaUm2: number;
  /** Of writing a word: its clock pins (one cycle), and the data and outputs of half of its bits. */
  readonly writeEnergyFj: number;
  /** Of the clock at all words in every cycle, where words that are not written are not gated. */
  readonly ungatedClockFjPerCycle: number;
  readonly leakageNw: number;
  readonly sources: readonly FigureSource[];
}

/** Area, leakage and energy of the flip-flops of a register file. */
export function registersCost(
  technology: Technology,
  { words, width }: { readonly words: number; readonly width: number },
): Result<RegistersCost> {
  const wrong = faultsOf({ words, width, ports: 1 });
  if (wrong.length > 0) return failure(...wrong);
  const cell = technology.cells.find(({ name }) => name === technology.roles.flipFlop);
  if (!cell?.flipFlop) return failure(noFlipFlop(technology.name));
  const bits = words * width;
  const pin = (name: string) => cell.inputs.find((input) => input.name === name)!;
  const clock = pin(cell.flipFlop.clock);
  const clockFj = 2 * clock.energyFj + clock.capFf * technology.corner.voltage ** 2;
  const outputsFj = cell.outputs.reduce((sum, output) => sum + output.energyFj, 0);
  const dataFj = (pin(cell.flipFlop.data).energyFj + outputsFj) / 2;
  return success({
    technology: technology.name,
    words,
    width,
    bits,
    cell: cell.name,
    areaUm2: bits * cell.areaUm2,
    writeEnergyFj: width * (clockFj + dataFj),
    ungatedClockFjPerCycle: bits * clockFj,
    leakageNw: bits * cell.leakageNw,
    sources: [
      {
        figure: 'all',
        origin: 'modelled',
        from: `${bits} flip-flops ${cell.name} of ${technology.source.library} at ${technology.corner.voltage} V: area, leakage and internal energies of the cell, ½·C·V² of its clock pin; half of the bits change in a write; without decoder, multiplexers, wires and the load of the outputs`,
      },
    ],
  });
}
