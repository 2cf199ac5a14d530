import { join } from 'node:path';
import type { LookupEngine, LookupVerdict } from '../flow/index.js';
import type { EngineOptions, Plan } from '../hbm/index.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { writeFolder, writeWhole } from './files.js';
import { readTimings } from './hbm.js';
import { numbersOf, readPlan, type NumbersGiven } from './hbm-tables.js';
import { cacheFolder } from './options.js';
import { fail, print, printJson, progress, say, table } from './terminal.js';

interface Shared extends EngineOptions, NumbersGiven {
  readonly fraction: number;
  readonly json?: boolean;
}

interface ImageOptions extends Shared {
  readonly o: string;
}

/** `bitloom hbm image PLAN.json --tables DIR -o DIR`: an image for each channel, and the engine that reads them. */
export const image: Run<ImageOptions> = async (file, options) => {
  const plan = await readPlan(file!);
  if (!plan.ok) return fail(plan.diagnostics);
  const numbers = await numbersOf(plan.value, options);
  if (!numbers.ok) return fail(numbers.diagnostics);
  const { lookupEngine, emittedEngine } = await import('../flow/index.js');
  const hbm = await import('../hbm/index.js');
  const engine = lookupEngine(plan.value, numbers.value, options);
  if (!engine.ok) return fail(engine.diagnostics);
  const { layout, design } = engine.value;
  const document = hbm.layoutDocument(plan.value, layout, options.fraction);
  for (const [k, channel] of layout.channels.entries()) {
    const bytes = hbm.channelImage(plan.value, channel, numbers.value.codes);
    const written = await writeWhole(join(options.o, document.channels[k]!.file), bytes);
    if (!written.ok) return fail(written.diagnostics);
  }
  const emitted = emittedEngine(design);
  const text = await designText(plan.value, engine.value);
  const files = [
    { name: 'layout.json', text: `${JSON.stringify(document, undefined, 2)}\n` },
    ...(text === undefined ? [] : [{ name: `${design.top}.dp`, text }]),
    ...[...emitted.verilog, ...emitted.others].map((one) => ({ ...one, name: `verilog/${one.name}` })),
  ];
  const written = await writeFolder(options.o, files);
  if (!written.ok) return fail(written.diagnostics);
  if (text === undefined)
    say(
      'the tables on the chip or the layers have more numbers than a list of a design file: it is written as Verilog alone',
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
  const numbers = await numbersOf(plan, options);
  const timings = await readTimings(plan.board);
  if (!numbers.ok || !timings.ok) return fail([...numbers.diagnostics, ...timings.diagnostics]);
  const { verifyLookup } = await import('../flow/index.js');
  const bar = progress('looking up');
  const { items, seed } = options;
  const trial = { items, seed, engine: options, timings: timings.value, cache: cacheFolder() };
  const made = await verifyLookup(plan, numbers.value, trial, bar.update);
  bar.end();
  if (!made.ok) return fail(made.diagnostics);
  if (options.json) printJson({ schema: 1, ...made.value, seed });
  else printVerdict(plan, made.value);
  return made.value.mismatches === 0 && isAsModelled(made.value) ? exit.done : exit.checkFailed;
};

/** The engine in the text form; undefined where a list of it is too long for that. */
async function designText(plan: Plan, { parameters, layers }: LookupEngine) {
  const { engineText, mostListed } = await import('../hbm/index.js');
  const lists = [parameters, ...layers].flatMap((p) =>
    Object.values(p).filter((value) => Array.isArray(value)),
  );
  if (lists.some(({ length }) => length > mostListed)) return undefined;
  const { formatSource } = await import('../lang/index.js');
  const text = formatSource(engineText(plan, parameters, layers), 'engine.dp');
  if (!text.ok) throw new Error(text.diagnostics[0]!.message);
  return text.value;
}

/** Measured cycles may be so far from those of the timing model, as a share of it. */
const mostApart = 0.05;

function isAsModelled(found: LookupVerdict): boolean {
  return (['cyclesPerItem', 'latencyCycles'] as const).every(
    (figure) => Math.abs(found[figure] / found.simulated[figure] - 1) <= mostApart,
  );
}

function printVerdict({ model }: Plan, found: LookupVerdict): void {
  const { items, mismatches, first, reads, overtaken, faulty, readCycles } = found;
  const cycles = (value: number): string => value.toFixed(2).replace(/\.?0+$/, '');
  const beside = (figure: 'cyclesPerItem' | 'latencyCycles'): string =>
    `${cycles(found[figure])} measured, ${cycles(found.simulated[figure])} by the timing model, ${cycles(found.model[figure])} by the closed form`;
  print(
    table([
      ['model', model.name],
      ['items', `${items}, ${mismatches === 0 ? 'all rows right' : `${mismatches} rows wrong`}`],
      ['reads', `${reads}, of which ${overtaken} overtook another`],
      ['faults', `told in ${faulty} rows`],
      ['cycles an item', `${beside('cyclesPerItem')} (${found.model.bound})`],
      ['cycles of one', beside('latencyCycles')],
      ['memories', `at rest the first beat after ${readCycles} cycles`],
    ]),
  );
  if (!isAsModelled(found))
    print(`the cycles measured are more than ${100 * mostApart} % from those of the timing model`);
  if (first) print(`first: item ${first.item}, word ${first.word}: ${first.found}, due is ${first.expected}`);
}
