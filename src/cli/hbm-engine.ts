import { join } from 'node:path';
import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { LookupVerdict } from '../flow/index.js';
import type { EngineOptions, Plan, TableCodes } from '../hbm/index.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { readBytes, readText, writeFolder, writeWhole } from './files.js';
import { cacheFolder } from './options.js';
import { fail, print, printJson, progress, say, table } from './terminal.js';

interface Shared extends EngineOptions {
  readonly tables?: string;
  readonly json?: boolean;
}

interface ImageOptions extends Shared {
  readonly tables: string;
  readonly o: string;
}

/** `bitloom hbm image PLAN.json --tables DIR -o DIR`: an image for each channel, and the engine that reads them. */
export const image: Run<ImageOptions> = async (file, options) => {
  const plan = await readPlan(file!);
  if (!plan.ok) return fail(plan.diagnostics);
  const codes = await codesOf(plan.value, options);
  if (!codes.ok) return fail(codes.diagnostics);
  const { lookupEngine, formsOf } = await import('../flow/index.js');
  const hbm = await import('../hbm/index.js');
  const engine = lookupEngine(plan.value, codes.value, options);
  if (!engine.ok) return fail(engine.diagnostics);
  const { layout, parameters, design } = engine.value;
  const document = hbm.layoutDocument(plan.value, layout, options.fraction);
  for (const [k, channel] of layout.channels.entries()) {
    const bytes = hbm.channelImage(plan.value, channel, codes.value);
    const written = await writeWhole(join(options.o, document.channels[k]!.file), bytes);
    if (!written.ok) return fail(written.diagnostics);
  }
  const { emitted } = formsOf(design);
  const text = await designText(plan.value, parameters);
  const files = [
    { name: 'layout.json', text: `${JSON.stringify(document, undefined, 2)}\n` },
    ...(text === undefined ? [] : [{ name: `${design.top}.dp`, text }]),
    ...[...emitted.verilog, ...emitted.others].map((one) => ({ ...one, name: `verilog/${one.name}` })),
  ];
  const written = await writeFolder(options.o, files);
  if (!written.ok) return fail(written.diagnostics);
  if (text === undefined)
    say(
      `the tables on the chip have more elements than a list of a design file: it is written as Verilog alone`,
    );
  if (options.json) printJson({ ...document, files: files.map(({ name }) => join(options.o, name)) });
  else {
    const rows = document.channels.map(({ file: name, port, bytes, tables }) => [
      join(options.o, name),
      port,
      bytes,
      `${tables.length} table${tables.length === 1 ? '' : 's'}`,
    ]);
    print(table([...rows, ...files.map(({ name }) => [join(options.o, name), '', '', ''])]));
  }
  return exit.done;
};

interface VerifyOptions extends Shared {
  readonly seed: number;
  readonly items: number;
  readonly mostRows?: number;
}

/** `bitloom hbm verify PLAN.json`: the engine as Verilog on a model of its memories. */
export const verify: Run<VerifyOptions> = async (file, options) => {
  const read = await readPlan(file!);
  if (!read.ok) return fail(read.diagnostics);
  const { scaledDown } = await import('../hbm/index.js');
  const plan = options.mostRows === undefined ? read.value : scaledDown(read.value, options.mostRows);
  const codes = await codesOf(plan, options);
  if (!codes.ok) return fail(codes.diagnostics);
  const { verifyLookup } = await import('../flow/index.js');
  const bar = progress('looking up');
  const { items, seed } = options;
  const trial = { items, seed, engine: options, cache: cacheFolder() };
  const made = await verifyLookup(plan, codes.value, trial, bar.update);
  bar.end();
  if (!made.ok) return fail(made.diagnostics);
  if (options.json) printJson({ schema: 1, ...made.value, seed });
  else printVerdict(plan, made.value);
  return made.value.mismatches === 0 ? exit.done : exit.checkFailed;
};

async function readPlan(file: string): Promise<Result<Plan>> {
  const text = await readText(file);
  return text.ok ? (await import('../hbm/index.js')).parsePlan(file, text.value) : text;
}

/** The elements of all tables: from `NAME.npy` in the folder, or random ones where none is given. */
async function codesOf(
  plan: Plan,
  { tables, seed = 1, fraction }: Shared & { readonly seed?: number },
): Promise<Result<TableCodes>> {
  const { codesFrom, imageFaults } = await import('../hbm/index.js');
  const unfit = imageFaults(plan.model, fraction);
  if (unfit.length > 0) return failure(...unfit);
  const { randomTables } = await import('../flow/index.js');
  if (tables === undefined) return success(randomTables(plan, seed));
  const { readNpy } = await import('../format/index.js');
  const faults: Diagnostic[] = [];
  const codes: Float64Array[] = [];
  for (const one of plan.model.tables) {
    const name = join(tables, `${one.name}.npy`);
    const bytes = await readBytes(name);
    const array = bytes.ok ? readNpy(name, bytes.value) : bytes;
    const made = array.ok ? codesFrom(name, one, array.value, plan.model.elementBits, fraction) : array;
    if (made.ok) codes.push(made.value);
    else faults.push(...made.diagnostics);
  }
  return faults.length > 0 ? failure(...faults) : success(codes);
}

/** The engine in the text form; undefined where a list of it is too long for that. */
async function designText(
  plan: Plan,
  parameters: Parameters<typeof import('../hbm/index.js').engineText>[1],
) {
  const { engineText, mostListed } = await import('../hbm/index.js');
  if ((parameters['contents'] as readonly number[]).length > mostListed) return undefined;
  const { formatSource } = await import('../lang/index.js');
  const text = formatSource(engineText(plan, parameters), 'engine.dp');
  if (!text.ok) throw new Error(text.diagnostics[0]!.message);
  return text.value;
}

function printVerdict({ model }: Plan, found: LookupVerdict): void {
  const { items, mismatches, first, reads, overtaken, faulty, readCycles } = found;
  const cycles = (value: number): string => value.toFixed(2).replace(/\.?0+$/, '');
  const beside = (measured: number, expected: number): string =>
    `${cycles(measured)} measured, ${cycles(expected)} by the closed form`;
  print(
    table([
      ['model', model.name],
      ['items', `${items}, ${mismatches === 0 ? 'all rows right' : `${mismatches} rows wrong`}`],
      ['reads', `${reads}, of which ${overtaken} overtook another`],
      ['faults', `told in ${faulty} rows`],
      ['cycles an item', `${beside(found.cyclesPerItem, found.model.cyclesPerItem)} (${found.model.bound})`],
      ['cycles of one', beside(found.latencyCycles, found.model.latencyCycles)],
      ['memories', `first beat after ${readCycles} cycles`],
    ]),
  );
  if (first) print(`first: item ${first.item}, word ${first.word}: ${first.found}, due is ${first.expected}`);
}
