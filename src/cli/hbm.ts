import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { failure, fault, success, suggest, type Result } from '../base/index.js';
import type { Board, EmbeddingModel, Plan, Planner } from '../hbm/index.js';
import type { Run } from './command.js';
import { packageFolder } from './data.js';
import { exit } from './exit.js';
import { readText, writeWhole } from './files.js';
import { fail, print, printJson, say, table } from './terminal.js';

const boards = `${packageFolder}tech/board/`;

interface PlanOptions {
  readonly board: string;
  readonly planner: Planner;
  readonly elementBits?: number;
  readonly clock?: number;
  readonly o?: string;
  readonly json?: boolean;
}

/** `bitloom hbm plan TABLES.json --board B`: where tables lie, and how long lookups take. */
export const plan: Run<PlanOptions> = async (file, options) => {
  const model = await readTables(file!, options);
  const board = await readBoard(options.board);
  if (!model.ok || !board.ok) return fail([...model.diagnostics, ...board.diagnostics]);
  const hbm = await import('../hbm/index.js');
  const planned = hbm.plan(model.value, board.value, options.planner);
  if (!planned.ok) return fail(planned.diagnostics);
  const document = hbm.planDocument(planned.value);
  if (options.o !== undefined) {
    const written = await writeWhole(options.o, `${JSON.stringify(document, undefined, 2)}\n`);
    if (!written.ok) return fail(written.diagnostics);
    say(`${options.o}: ${document.tables} tables`);
  }
  if (options.json) printJson(document);
  else if (options.o === undefined) printPlan(planned.value, document);
  return exit.done;
};

async function readTables(
  file: string,
  { elementBits, clock }: PlanOptions,
): Promise<Result<EmbeddingModel>> {
  const text = await readText(file);
  if (!text.ok) return text;
  const { parseTables } = await import('../hbm/index.js');
  const model = parseTables(file, text.value);
  if (!model.ok) return model;
  return success({
    ...model.value,
    ...(elementBits !== undefined && { elementBits }),
    ...(clock !== undefined && { clockMhz: clock }),
  });
}

async function readBoard(name: string): Promise<Result<Board>> {
  const known = (await readdir(boards)).flatMap((file) =>
    file.endsWith('.json') ? [file.slice(0, -5)] : [],
  );
  const file = known.includes(name) ? `${boards}${name}.json` : name;
  if (!existsSync(file))
    return failure(
      fault('unknown-board', `there is no board \`${name}\``, {
        hint: `${suggest(name, known.sort())}; or give a file as tech/board/u280.json`,
      }),
    );
  const text = await readText(file);
  if (!text.ok) return text;
  return (await import('../hbm/index.js')).parseBoard(file, text.value);
}

function printPlan(
  { model, board }: Plan,
  document: ReturnType<typeof import('../hbm/index.js').planDocument>,
): void {
  const { stored } = document;
  print(
    table([
      ['model', `${model.name}, ${model.tables.length} tables, ${document.features} features`],
      ['board', board.about],
      ['tables', `${document.tables}: ${document.dramTables} in DRAM, ${document.onChipTables} on the chip`],
      ['products', String(document.products)],
      ['rounds', String(document.rounds)],
      ['storage', `${document.storagePercent >= 0 ? '+' : ''}${document.storagePercent} %`],
      ['lookups', `${document.lookupNs} ns; no plan takes less than ${document.boundNs} ns`],
      ['items', `${document.itemsPerSecond} a second; slowest: ${document.slowest}`],
    ]),
  );
  const rows = document.channels
    .filter(({ tables }) => tables.length > 0)
    .map(({ name, ns, bytes, tables }) => [
      `  ${name}`,
      `${ns} ns`,
      `${(bytes / 2 ** 20).toFixed(2)} MiB`,
      tables.map((at) => stored[at]!.name).join(', '),
    ]);
  print('channels');
  print(table(rows));
}
