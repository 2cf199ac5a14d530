import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { FigureSource } from './cost.js';
import { outOfRange, unknownPorts } from './memory-problems.js';

/** The figures of a memory. An access is of one whole word by one port. */
export const memoryFigures = ['areaUm2', 'readEnergyFj', 'writeEnergyFj', 'leakageNw', 'latencyPs'] as const;

export type MemoryFigure = (typeof memoryFigures)[number];

/** Published macros of a technology and formulas fitted to them: data, in tech/memory/<name>.json. */
export interface MemoryModel {
  readonly technology: string;
  /** What memories these are, in a line. */
  readonly memory: string;
  readonly corner: { readonly name: string; readonly voltage: number; readonly temperature: number };
  readonly source: { readonly title: string; readonly url: string };
  /** What each figure is and includes. */
  readonly conventions: Readonly<Partial<Record<MemoryFigure, string>>>;
  readonly notes: readonly string[];
  readonly variants: readonly MemoryVariant[];
}

/** The memories with one number of ports. */
export interface MemoryVariant {
  readonly ports: number;
  readonly about: string;
  /** How many words a row may hold, ascending; the least is taken that leaves at most `rowsMost` rows. */
  readonly muxes: readonly number[];
  readonly rowsMost: number;
  readonly points: readonly MemoryPoint[];
  readonly figures: Readonly<Partial<Record<MemoryFigure, MemoryFit>>>;
  /** Why there is no model of the other figures. */
  readonly missing: Readonly<Partial<Record<MemoryFigure, string>>>;
}

/** A published macro, with the files that its figures were read from. */
export interface MemoryPoint extends Readonly<Partial<Record<MemoryFigure, number>>> {
  readonly name: string;
  readonly words: number;
  readonly width: number;
  readonly mux: number;
  readonly from: readonly { readonly path: string; readonly commit: string }[];
}

/** A sum of terms; `of` is an expression over words, width, bits, rows and columns, which `value` computes. */
export interface MemoryFit {
  readonly terms: readonly {
    readonly of: string;
    readonly times: number;
    readonly value: (array: MemoryArray) => number;
  }[];
  readonly errorPercent: MemoryError;
}

/** How far the formula is off at the points; `leaveOneOut` is the mean with each point fitted without itself. */
export interface MemoryError {
  readonly mean: number;
  readonly worst: number;
  /** Null where the points are too few to leave one out. */
  readonly leaveOneOut: number | null;
}

/** A memory as an array of bit cells. */
export interface MemoryArray {
  readonly words: number;
  readonly width: number;
  readonly bits: number;
  readonly rows: number;
  readonly columns: number;
}

/** What a memory is asked for. Words and width in bits from 1; ports that each read or write a word in a cycle. */
export interface MemoryShape {
  readonly words: number;
  readonly width: number;
  readonly ports: number;
}

/** What a memory costs, plain JSON. A figure that nobody published for the technology is null, and `missing` says why. */
export interface MemoryCost extends MemoryShape, Readonly<Record<MemoryFigure, number | null>> {
  readonly technology: string;
  readonly memory: string;
  readonly bits: number;
  readonly rows: number;
  readonly columns: number;
  /** Whether the shape lies beyond the macros that a figure was fitted to; `beyond` says in what. */
  readonly extrapolated: boolean;
  readonly beyond: readonly string[];
  /** Of the formulas at their points, in percent: within the fitted range expect `leaveOneOut`. */
  readonly errorPercent: Readonly<Partial<Record<MemoryFigure, MemoryError>>>;
  readonly missing: Readonly<Partial<Record<MemoryFigure, string>>>;
  /** What each figure is and includes. */
  readonly conventions: Readonly<Partial<Record<MemoryFigure, string>>>;
  readonly notes: readonly string[];
  readonly sources: readonly FigureSource[];
}

/** The most words and the widest word that are answered; far beyond every published macro. */
export const memoryLimits = { words: 2 ** 24, width: 2 ** 12 } as const;

/** Area, energy of an access, leakage and latency of an SRAM by the fitted model of a technology. */
export function memoryCost(model: MemoryModel, shape: MemoryShape): Result<MemoryCost> {
  const wrong = faultsOf(shape);
  const variant = model.variants.find(({ ports }) => ports === shape.ports);
  if (wrong.length > 0) return failure(...wrong);
  if (!variant) return failure(unknownPorts(model, shape.ports));
  const array = arrayOf(variant, shape);
  const beyond = [...new Set(memoryFigures.flatMap((figure) => beyondOf(variant, figure, shape)))];
  const fits = Object.entries(variant.figures);
  return success({
    technology: model.technology,
    memory: `${model.memory}: ${variant.about}`,
    ...array,
    ports: shape.ports,
    ...figuresOf(variant, array),
    extrapolated: beyond.length > 0,
    beyond,
    errorPercent: Object.fromEntries(fits.map(([figure, fit]) => [figure, fit.errorPercent])),
    missing: variant.missing,
    conventions: model.conventions,
    notes: model.notes,
    sources: sourcesOf(model, variant),
  });
}

/** What is wrong with the size of a memory, whatever the technology. */
export function faultsOf({ words, width, ports }: MemoryShape): Diagnostic[] {
  const within = (value: number, most: number): boolean =>
    Number.isInteger(value) && value >= 1 && value <= most;
  return [
    ...(within(words, memoryLimits.words) ? [] : [outOfRange('words', words, memoryLimits.words)]),
    ...(within(width, memoryLimits.width) ? [] : [outOfRange('width', width, memoryLimits.width)]),
    ...(within(ports, 16) ? [] : [outOfRange('ports', ports, 16)]),
  ];
}

function arrayOf({ muxes, rowsMost }: MemoryVariant, { words, width }: MemoryShape): MemoryArray {
  const mux = muxes.find((one) => Math.ceil(words / one) <= rowsMost) ?? muxes.at(-1)!;
  return { words, width, bits: words * width, rows: Math.ceil(words / mux), columns: width * mux };
}

function figuresOf(variant: MemoryVariant, array: MemoryArray): Record<MemoryFigure, number | null> {
  const value = (figure: MemoryFigure): number | null =>
    variant.figures[figure]?.terms.reduce((sum, term) => sum + term.times * term.value(array), 0) ?? null;
  return {
    areaUm2: value('areaUm2'),
    readEnergyFj: value('readEnergyFj'),
    writeEnergyFj: value('writeEnergyFj'),
    leakageNw: value('leakageNw'),
    latencyPs: value('latencyPs'),
  };
}

function beyondOf(variant: MemoryVariant, figure: MemoryFigure, shape: MemoryShape): string[] {
  if (!variant.figures[figure]) return [];
  const known = variant.points.filter((point) => point[figure] !== undefined);
  const bits = (one: { readonly words: number; readonly width: number }): number => one.words * one.width;
  return [
    ...outside(
      'words',
      shape.words,
      known.map(({ words }) => words),
    ),
    ...outside(
      'width',
      shape.width,
      known.map(({ width }) => width),
    ),
    ...outside('bits', bits(shape), known.map(bits)),
  ];
}

function outside(what: string, value: number, known: readonly number[]): string[] {
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const range = least === most ? `${least} alone` : `${least} to ${most}`;
  return value < least || value > most ? [`${what} ${value}: published for ${range}`] : [];
}

function sourcesOf(model: MemoryModel, variant: MemoryVariant): FigureSource[] {
  return memoryFigures.flatMap((figure) => {
    if (!variant.figures[figure]) return [];
    const macros = variant.points.filter((point) => point[figure] !== undefined).length;
    const { title, url } = model.source;
    const from = `fitted to ${macros} macro${macros === 1 ? '' : 's'} at ${model.corner.voltage} V, ${model.corner.temperature} °C: ${title}, ${url}`;
    return [{ figure, origin: 'modelled' as const, from }];
  });
}
