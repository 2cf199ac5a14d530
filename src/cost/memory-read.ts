import { failure, success, type Result } from '../base/index.js';
import { badMemoryFile } from './memory-problems.js';
import {
  memoryFigures,
  type MemoryArray,
  type MemoryFit,
  type MemoryModel,
  type MemoryVariant,
} from './memory.js';

/** A model as the file has it: the terms are not yet functions. */
type Written<T> = T extends (...given: never[]) => unknown
  ? undefined
  : T extends object
    ? { readonly [K in keyof T]: Written<T[K]> }
    : T;

type Compile = (expression: string) => { evaluate(scope: object): unknown };

/**
 * A memory model from the text of a file as tech/memory/sg13g2.json.
 *
 * @returns the model, or what is wrong with the file: no JSON, missing parts, or a term that is no number
 */
export async function parseMemoryModel(file: string, text: string): Promise<Result<MemoryModel>> {
  const written = parsed(text);
  const wrong = typeof written === 'string' ? written : faultOf(written);
  if (typeof written === 'string' || wrong !== undefined) return failure(badMemoryFile(file, wrong!));
  const { compile } = await import('mathjs');
  try {
    return success({ ...written, variants: written.variants.map((variant) => compiled(variant, compile)) });
  } catch (error) {
    return failure(badMemoryFile(file, (error as Error).message));
  }
}

function parsed(text: string): Written<MemoryModel> | string {
  try {
    return JSON.parse(text) as Written<MemoryModel>;
  } catch (error) {
    return (error as Error).message;
  }
}

function faultOf(written: Written<MemoryModel> | null): string | undefined {
  if (!written || typeof written.technology !== 'string') return '`technology` must be a name';
  if (!Array.isArray(written.variants) || written.variants.length === 0)
    return '`variants` must be a list of at least one';
  for (const name of ['corner', 'source', 'conventions'] as const)
    if (!isRecord(written[name])) return `\`${name}\` must be an object`;
  if (!Array.isArray(written.notes)) return '`notes` must be a list';
  return written.variants.map(variantFault).find((fault) => fault !== undefined);
}

function variantFault(variant: Written<MemoryVariant>, at: number): string | undefined {
  const name = `\`variants[${at}]\``;
  const { ports, muxes, rowsMost, points, figures, missing } = variant;
  if (![ports, rowsMost].every((value) => Number.isInteger(value) && value >= 1))
    return `\`ports\` and \`rowsMost\` of ${name} must be positive integers`;
  if (!Array.isArray(muxes) || muxes.length === 0) return `\`muxes\` of ${name} must be a list of integers`;
  if (!Array.isArray(points) || points.length === 0) return `\`points\` of ${name} must be a list of macros`;
  if (!isRecord(figures) || !isRecord(missing))
    return `\`figures\` and \`missing\` of ${name} must be objects`;
  const without = memoryFigures.find((figure) => !figures[figure] && !missing[figure]);
  if (without) return `${name} must have \`${without}\` under \`figures\`, or under \`missing\` why not`;
  const unfitted = Object.entries(figures).find(
    ([, fit]) => !Array.isArray(fit?.terms) || !isRecord(fit.errorPercent),
  );
  if (unfitted) return `\`${unfitted[0]}\` of ${name} must have \`terms\` and \`errorPercent\``;
  return undefined;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function compiled(variant: Written<MemoryVariant>, compile: Compile): MemoryVariant {
  const figures = Object.entries(variant.figures).map(([figure, fit]) => {
    const terms = fit.terms.map(({ of, times }) => ({ of, times, value: termOf(of, times, compile) }));
    const { mean, worst, leaveOneOut } = fit.errorPercent;
    return [figure, { terms, errorPercent: { mean, worst, leaveOneOut } } satisfies MemoryFit];
  });
  return { ...variant, figures: Object.fromEntries(figures) as MemoryVariant['figures'] };
}

/** @throws Error for an expression that is no number over the names of an array */
function termOf(of: string, times: number, compile: Compile): (array: MemoryArray) => number {
  const expression = compile(of);
  const sample = expression.evaluate({ words: 64, width: 8, bits: 512, rows: 16, columns: 32 });
  if (!Number.isFinite(sample) || !Number.isFinite(times)) throw new Error(`the term ${of} is no number`);
  return (array) => expression.evaluate({ ...array }) as number;
}
