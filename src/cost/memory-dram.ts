import { failure, success, type Result } from '../base/index.js';
import type { FigureSource } from './cost.js';
import { badMemoryFile, outOfRange, unknownDram } from './memory-problems.js';

/** Published energy of moving a bit to or from a DRAM, and what is in it: data, in tech/memory/dram.json. */
export interface DramEnergy {
  readonly name: string;
  readonly about: string;
  readonly energyPjPerBit: number;
  readonly includes: readonly string[];
  readonly leavesOut: readonly string[];
  /** The parts, where the source gives them; they add up to the whole only where `includes` says so. */
  readonly partsPjPerBit: Readonly<Record<string, number>>;
  readonly source: { readonly title: string; readonly url: string };
}

export interface DramCost {
  readonly name: string;
  readonly about: string;
  readonly bits: number;
  readonly energyFj: number;
  readonly energyPjPerBit: number;
  readonly partsPjPerBit: Readonly<Record<string, number>>;
  readonly includes: readonly string[];
  readonly leavesOut: readonly string[];
  readonly sources: readonly FigureSource[];
}

/** The DRAMs of a file as tech/memory/dram.json. */
export function parseDrams(file: string, text: string): Result<readonly DramEnergy[]> {
  try {
    const { drams } = JSON.parse(text) as { readonly drams?: readonly DramEnergy[] };
    if (Array.isArray(drams)) return success(drams as readonly DramEnergy[]);
    return failure(badMemoryFile(file, '`drams` must be a list'));
  } catch (error) {
    return failure(badMemoryFile(file, (error as Error).message));
  }
}

/** The energy of moving a number of bits to or from a DRAM, by a published energy per bit. */
export function dramCost(drams: readonly DramEnergy[], name: string, bits: number): Result<DramCost> {
  const found = drams.find((dram) => dram.name === name);
  if (!found)
    return failure(
      unknownDram(
        name,
        drams.map((dram) => dram.name),
      ),
    );
  if (!Number.isInteger(bits) || bits < 1 || bits > 2 ** 40)
    return failure(outOfRange('width', bits, 2 ** 40));
  const { source, ...dram } = found;
  const energyFj = bits * dram.energyPjPerBit * 1000;
  const from = `${source.title}, ${source.url}`;
  return success({ ...dram, bits, energyFj, sources: [{ figure: 'energyFj', origin: 'quoted', from }] });
}
