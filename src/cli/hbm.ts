import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { failure, fault, success, suggest, type Result } from '../base/index.js';
import type { DramEnergy } from '../cost/index.js';
import type {
  Board,
  EmbeddingModel,
  Plan,
  Planner,
  Simulation,
  SimulationOptions,
  TimingSet,
  Trace,
} from '../hbm/index.js';
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

interface SimulateOptions {
  readonly trace?: string;
  readonly items: number;
  readonly seed: number;
  readonly zipf: number;
  readonly outstanding: number;
  readonly scheduler: SimulationOptions['scheduler'];
  readonly page: SimulationOptions['page'];
  readonly mapping: SimulationOptions['mapping'];
  readonly window: number;
  readonly refresh: boolean;
  /** KiB in front of each channel */
  readonly cache: number;
  readonly json?: boolean;
}

/** `bitloom hbm simulate PLAN.json`: items through a plan, every burst on the model of its channel. */
export const simulate: Run<SimulateOptions> = async (file, options) => {
  const hbm = await import('../hbm/index.js');
  const text = await readText(file!);
  const planned = text.ok ? hbm.parsePlan(file!, text.value) : text;
  if (!planned.ok) return fail(planned.diagnostics);
  const { model, board } = planned.value;
  const trace = await readTrace(model, options);
  const timings = await readTimings(board);
  const drams = await readDrams();
  if (!trace.ok || !timings.ok || !drams.ok)
    return fail([trace, timings, drams].flatMap(({ diagnostics }) => diagnostics));
  const { outstanding, scheduler, page, mapping, window, refresh } = options;
  const cacheBytes = options.cache * 1024;
  const setup = { outstanding, scheduler, page, mapping, window, refresh, cacheBytes };
  const start = performance.now();
  const found = hbm.simulate(planned.value, trace.value, timings.value, drams.value, setup);
  if (!found.ok) return fail(found.diagnostics);
  const reads = found.value.channels.reduce((sum, channel) => sum + channel.bursts, 0);
  // Every item is run twice: alone, and closely behind others.
  const rate = (2 * reads) / ((performance.now() - start) / 1000);
  say(`${2 * reads} reads simulated, ${(rate / 1e6).toFixed(2)} million a second`);
  const { tables, dramTables, rounds, storagePercent } = hbm.summaryOf(planned.value);
  const source = options.trace ?? { seed: options.seed, zipf: options.zipf };
  const document = { schema: 1, tables, dramTables, rounds, storagePercent, trace: source, ...setup };
  if (options.json) printJson({ ...document, ...rounded(found.value) });
  else printSimulation(planned.value, found.value);
  return exit.done;
};

async function readTrace(model: EmbeddingModel, options: SimulateOptions): Promise<Result<Trace>> {
  const { parseTrace, randomTrace } = await import('../hbm/index.js');
  const { trace, items, seed, zipf } = options;
  if (trace === undefined) return success(randomTrace(model, items, seed, zipf));
  const text = await readText(trace);
  return text.ok ? parseTrace(trace, text.value, model) : text;
}

/** The sets of timings that a board's memories name: of the package, or a file. */
export async function readTimings({ memories }: Board): Promise<Result<ReadonlyMap<string, TimingSet>>> {
  const { parseTiming } = await import('../hbm/index.js');
  const found = new Map<string, TimingSet>();
  for (const { timing } of memories) {
    const shipped = `${boards}timing/${timing}.json`;
    const text = await readText(existsSync(shipped) ? shipped : timing);
    const set = text.ok ? parseTiming(timing, text.value) : text;
    if (!set.ok) return set;
    found.set(timing, set.value);
  }
  return success(found);
}

async function readDrams(): Promise<Result<readonly DramEnergy[]>> {
  const text = await readText(`${packageFolder}tech/memory/dram.json`);
  return text.ok ? (await import('../cost/index.js')).parseDrams('dram.json', text.value) : text;
}

/** Figures without the digits that mean nothing. */
function rounded(simulation: Simulation): Simulation {
  const text = JSON.stringify(simulation, (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value,
  );
  return JSON.parse(text) as Simulation;
}

function printSimulation({ model, board }: Plan, found: Simulation): void {
  const ns = (value: number): string => `${value.toFixed(1)} ns`;
  print(
    table([
      ['model', model.name],
      ['board', board.about],
      ['items', String(found.items)],
      ['lookups', `${ns(found.lookupNs)} on average; closed form ${ns(found.closedFormNs)}`],
      ['', `half within ${ns(found.p50Ns)}, 99 % within ${ns(found.p99Ns)}, all within ${ns(found.worstNs)}`],
      [
        'rate',
        `${Math.round(found.lookupsPerSecond)} lookups, ${Math.round(found.itemsPerSecond)} items a second`,
      ],
      ...(found.cache
        ? [
            [
              'caches',
              `${found.cache.hits} of ${found.cache.reads} reads, ${(100 * found.cache.hitRate).toFixed(1)} %`,
            ],
          ]
        : []),
    ]),
  );
  for (const { name, timing, energyPjPerItem, energy, ...counts } of found.memories) {
    print(
      `${name}: ${timing}; rows found open ${counts.hits}, none open ${counts.misses}, another open ${counts.conflicts}; ${counts.refreshes} refreshes`,
    );
    if (energy && energyPjPerItem !== null)
      print(
        `  ${(energyPjPerItem / 1000).toFixed(2)} nJ an item: ${energy.includes.join('; ')}; not ${energy.leavesOut.join('; ')}; ${energy.source}`,
      );
  }
  print('channels');
  print(
    table(
      found.channels
        .filter(({ reads }) => reads > 0)
        .map(({ name, reads, occupancy, dataOccupancy }) => [
          `  ${name}`,
          `${reads} reads`,
          `busy ${(100 * occupancy).toFixed(1)} %`,
          dataOccupancy === null ? '' : `data pins ${(100 * dataOccupancy).toFixed(2)} %`,
        ]),
    ),
  );
}
