import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { failure, fault, suggest, type Result } from '../base/index.js';
import type { DramCost, MemoryCost, MemoryError, MemoryModel } from '../cost/index.js';
import type { Run } from './command.js';
import { packageFolder, readTechnology } from './data.js';
import { exit } from './exit.js';
import { readText } from './files.js';
import { fail, print, printJson, table } from './terminal.js';

interface Options {
  readonly words?: number;
  readonly width: number;
  readonly ports: number;
  readonly tech: string;
  readonly registers?: boolean;
  readonly json?: boolean;
}

const folder = `${packageFolder}tech/memory/`;

/** `bitloom cost memory`: an SRAM, the storage of a register file, or the energy of a DRAM. */
export const run: Run<Options> = async (_, options) => {
  const { parseDrams } = await import('../cost/index.js');
  const text = await readText(`${folder}dram.json`);
  const drams = text.ok ? parseDrams('dram.json', text.value) : text;
  if (!drams.ok) return fail(drams.diagnostics);
  const isDram = drams.value.some(({ name }) => name === options.tech);
  const cost = isDram ? await dram(drams.value, options) : await onChip(options);
  if (!cost.ok) return fail(cost.diagnostics);
  if (options.json) printJson({ schema: 1, ...cost.value });
  else printCost(cost.value);
  return exit.done;
};

async function dram(
  drams: readonly import('../cost/index.js').DramEnergy[],
  { tech, width }: Options,
): Promise<Result<object>> {
  const { dramCost } = await import('../cost/index.js');
  return dramCost(drams, tech, width);
}

async function onChip({ words, width, ports, tech, registers }: Options): Promise<Result<object>> {
  if (words === undefined)
    return failure(
      fault('no-words', 'a memory needs a number of words', { hint: 'give --words, as in --words 1024' }),
    );
  const { memoryCost, registersCost } = await import('../cost/index.js');
  if (registers) {
    const technology = await readTechnology(tech);
    return technology.ok ? registersCost(technology.value, { words, width }) : technology;
  }
  const model = await readMemoryModel(tech);
  return model.ok ? memoryCost(model.value, { words, width, ports }) : model;
}

/** A memory model by the name of its technology, or from a file. */
export async function readMemoryModel(name: string): Promise<Result<MemoryModel>> {
  const files = await readdir(folder);
  const known = files.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : [])).sort();
  const file = known.includes(name) ? `${folder}${name}.json` : name;
  if (!existsSync(file))
    return failure(
      fault('unknown-memory', `there is no memory model \`${name}\``, {
        hint: `${suggest(name, [...known.filter((one) => one !== 'dram'), 'hbm2', 'dram'])}; --registers costs flip-flops of any technology`,
      }),
    );
  const text = await readText(file);
  if (!text.ok) return text;
  const { parseMemoryModel } = await import('../cost/index.js');
  return parseMemoryModel(file, text.value);
}

/** What it is; every figure on a line with its expected error; then how far to trust it, and where it comes from. */
function printCost(cost: object): void {
  const { sources, notes, missing, conventions, errorPercent, beyond, memory, ...figures } =
    cost as Partial<MemoryCost>;
  const errors: Partial<Record<string, MemoryError>> = errorPercent ?? {};
  const rows = Object.entries(figures).filter(([, value]) => value !== null && typeof value !== 'object');
  if (memory) print(memory);
  print(table(rows.map(([name, value]) => [`  ${name}`, shown(value), expected(errors[name])])));
  for (const what of beyond ?? []) print(`extrapolated: ${what}`);
  for (const [figure, why] of Object.entries(missing ?? {})) print(`no ${figure}: ${why}`);
  for (const [figure, what] of Object.entries(conventions ?? {})) print(`${figure}: ${what}`);
  for (const note of notes ?? []) print(`note: ${note}`);
  const { includes = [], leavesOut = [] } = cost as Partial<DramCost>;
  for (const part of includes) print(`included: ${part}`);
  for (const part of leavesOut) print(`left out: ${part}`);
  for (const from of new Set(sources?.map((source) => `${source.origin}, ${source.from}`))) print(from);
}

function shown(value: unknown): string {
  return typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(4)))
    : String(value);
}

function expected(error: MemoryError | undefined): string {
  if (!error) return '';
  return `± ${error.leaveOneOut ?? error.mean} %${error.leaveOneOut === null ? ' at its points' : ''}`;
}
