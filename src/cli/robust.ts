import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { failure, fault, success, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import { openStore } from '../cache/index.js';
import type { MemoryModel } from '../cost/index.js';
import type { Built, CoderCost, ModelFile, RobustPlan, RobustRun } from '../flow/index.js';
import type { FaultMap, FaultModel, Protection, RobustOptions, VoltageCurve } from '../robust/index.js';
import type { Technology } from '../synth/index.js';
import type { Run } from './command.js';
import { packageFolder, readModel, readTechnology } from './data.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { readBytes, readJson } from './files.js';
import { readMemoryModel } from './memory.js';
import { memoryReport, reported } from './robust-report.js';
import { printReport } from './robust-text.js';
import { fail, printJson, progress, say, tell } from './terminal.js';

interface Options {
  readonly model: string;
  readonly data: string;
  readonly normalisation: string;
  readonly images: number;
  readonly datapath?: string;
  readonly p: Readonly<Record<string, Argument>>;
  readonly bits?: number;
  readonly scheme?: readonly string[];
  readonly rates?: readonly number[];
  readonly voltages?: readonly number[];
  readonly curve: string;
  readonly chips: number;
  readonly seed: number;
  readonly where: RobustOptions['where'];
  readonly sumBits: number;
  readonly sumTerms?: number;
  readonly faults: 'flip' | 'stuck' | 'transient';
  readonly reading: number;
  readonly ones: number;
  readonly rowShare: number;
  readonly columnShare: number;
  readonly array: readonly [rows: number, columns: number];
  readonly map?: string;
  readonly protect: Protection['kind'];
  readonly protectBits?: number;
  readonly protectWord: number;
  readonly protectWhat: 'all' | 'elements' | 'scales';
  readonly tech?: string;
  readonly within?: number;
  readonly threads?: number;
  readonly cache: boolean;
  readonly json?: boolean;
}

/** What a shell expects of a program that Ctrl-C ended. */
const interrupted = 130;

/** `bitloom robust`: the test error with bit errors in the memory that holds the weights. */
export const run: Run<Options> = async (_, options) => {
  const curve = await readCurve(options.curve);
  const model = await readModel(options.model, options.normalisation);
  const map = options.map === undefined ? undefined : await readMap(options.map, options);
  const rates = !curve.ok ? curve : map?.ok === false ? map : await ratesOf(options, curve.value, map?.value);
  const checked = await checkedOptions(
    options,
    rates.ok ? rates.value : [0],
    map?.ok ? map.value : undefined,
  );
  const materials = await coderMaterials(options);
  const datapath = await datapathOf(options);
  if (!curve.ok || !model.ok || !rates.ok || !checked.ok || !materials.ok || !datapath.ok)
    return fail([rates, model, checked, materials, datapath].flatMap(({ diagnostics }) => diagnostics));
  const plan = await prepared(model.value, datapath.value, options, checked.value);
  if (!plan.ok) return fail(plan.diagnostics);
  tell(plan.diagnostics);
  const started = Date.now();
  const done = await watched(plan.value, options);
  if (!done.ok) return fail(done.diagnostics);
  const seconds = (Date.now() - started) / 1000;
  const coder = materials.value && (await coderCostOf(plan.value, materials.value, options));
  if (coder && !coder.ok) return fail(coder.diagnostics);
  const report = await reported(plan.value, done.value, curve.value, options, coder?.value);
  if (options.json) printJson({ ...report, reusedChips: done.value.reused, seconds });
  else printReport(report, seconds);
  return exit.done;
};

/** The design that the network runs on; without one, weights are decoded to float, and buffers hold integers of exact sums. */
async function datapathOf({ datapath, p, bits, scheme, where }: Options): Promise<Result<Built | undefined>> {
  if (datapath === undefined) {
    const given = Object.keys(p);
    const hint = 'give --datapath FILE too';
    const message = `-p ${given[0]} is a parameter of a design, and there is none`;
    return given.length > 0 ? failure(fault('robust-option', message, { hint })) : success(undefined);
  }
  const hint = `leave it out: the ports of the datapath say what codes ${where} have`;
  const wrong = [...(bits === undefined ? [] : ['--bits']), ...(scheme ? ['--scheme'] : [])];
  if (wrong.length > 0)
    return failure(
      ...wrong.map((option) =>
        fault('robust-option', `${option} is not for a network on a datapath`, { hint }),
      ),
    );
  return readBuilt(datapath, p);
}

async function prepared(
  model: ModelFile,
  datapath: Built | undefined,
  { data, images }: Options,
  checked: RobustOptions,
): Promise<Result<RobustPlan>> {
  const { prepareRobust, prepareRobustOn } = await import('../flow/index.js');
  if (!datapath) return prepareRobust(model, data, images, checked);
  return prepareRobustOn(model, data, images, datapath, checked);
}

/** What the circuits of a protection are made of, and the memory beside them. */
interface Materials {
  readonly technology: Technology;
  readonly memories: MemoryModel;
}

async function coderMaterials({ tech, protect }: Options): Promise<Result<Materials | undefined>> {
  if (tech === undefined) return success(undefined);
  if (protect !== 'parity' && protect !== 'secded') {
    const hint = 'give --protect secded or --protect parity too, or leave it out';
    return failure(
      fault('robust-option', '--tech is for the circuits of a code, and there is none', { hint }),
    );
  }
  const [technology, memories] = [await readTechnology(tech), await readMemoryModel(tech)];
  if (!technology.ok || !memories.ok) return failure(...technology.diagnostics, ...memories.diagnostics);
  return success({ technology: technology.value, memories: memories.value });
}

async function coderCostOf(
  plan: RobustPlan,
  { technology, memories }: Materials,
  { array: [rows] }: Options,
): Promise<Result<CoderCost>> {
  const { coderCost } = await import('../flow/index.js');
  return coderCost(plan.options.protection, rows, technology, memories, { cache: openStore('synth') });
}

/** Runs with progress on the terminal; Ctrl-C ends it, and the chips that are done stay known. */
async function watched(plan: RobustPlan, { threads, cache }: Options): Promise<Result<RobustRun>> {
  const { runRobust } = await import('../flow/index.js');
  const { chips, rates, seed } = plan.options;
  const { dataBits, checkBits } = memoryReport(plan, 0);
  say(
    `${chips} chips of ${dataBits + checkBits} bits, ${rates.length} rates, ` +
      `${plan.workload.images.count} samples, ${plan.schemes.join(', ')}; seed ${seed}`,
  );
  const line = progress('chips');
  const stop = (): void => {
    line.end();
    say(cache ? 'stopped; the same command goes on behind the chips that are done' : 'stopped');
    process.exit(interrupted);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const done = await runRobust(
    plan,
    threads ?? availableParallelism(),
    cache ? openStore('robust') : undefined,
    (some, all) => line.update(some, all),
  );
  line.end();
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return done;
}

async function readCurve(name: string): Promise<Result<VoltageCurve>> {
  const shipped = `${packageFolder}tech/sram/${name}.json`;
  const file = /^[\w-]+$/.test(name) && existsSync(shipped) ? shipped : name;
  if (!existsSync(file)) {
    const hint = 'there is 14nm, or give a JSON file such as tech/sram/14nm.json';
    return failure(fault('unknown-curve', `there is no voltage curve \`${name}\``, { hint }));
  }
  const json = await readJson(file);
  if (!json.ok) return json;
  const { parseCurve } = await import('../robust/index.js');
  return parseCurve(file, json.value);
}

async function readMap(file: string, { array }: Options): Promise<Result<FaultMap>> {
  const bytes = await readBytes(file);
  if (!bytes.ok) return bytes;
  const { parseFaultMap } = await import('../robust/index.js');
  return parseFaultMap(file, bytes.value, ...array);
}

/** The rates that are asked for, by themselves or by voltages; with a map, the shares of its cells that fail. */
async function ratesOf(
  { rates, voltages }: Options,
  curve: VoltageCurve,
  map: FaultMap | undefined,
): Promise<Result<readonly number[]>> {
  if (map && (rates || !voltages)) {
    const hint = 'as --voltages 0.8,0.85,0.9: a measured cell fails below a voltage, not at a rate';
    return failure(fault('robust-option', 'with --map, give --voltages and no --rates', { hint }));
  }
  if ((rates === undefined) === (voltages === undefined)) {
    const hint = 'as --rates 0.001,0.01,0.05 or --voltages 0.8,0.85,0.9';
    return failure(fault('robust-option', 'give either --rates or --voltages', { hint }));
  }
  if (rates) return success(rates);
  const { mapRate, rateAt } = await import('../robust/index.js');
  if (map) return success(voltages!.map((voltage) => mapRate(map, voltage)));
  const found = voltages!.map((voltage) => rateAt(curve, voltage));
  const wrong = found.flatMap(({ diagnostics }) => diagnostics);
  return wrong.length > 0
    ? failure(...wrong)
    : success(found.flatMap((rate) => (rate.ok ? [rate.value] : [])));
}

async function checkedOptions(
  options: Options,
  rates: readonly number[],
  cells: FaultMap | undefined,
): Promise<Result<RobustOptions>> {
  const { checkOptions } = await import('../robust/index.js');
  const { where, bits = 8, chips, seed, rowShare, columnShare, protect: kind } = options;
  const scheme = options.scheme ?? (options.datapath === undefined ? ['rquant'] : []);
  const effect: FaultModel['effect'] =
    options.faults === 'stuck' ? { kind: 'stuck', ones: options.ones } : { kind: 'flip' };
  const [rows, columns] = options.array;
  return checkOptions({
    ...{ where, bits, schemes: scheme, rates, chips, seed },
    sums: { bits: options.sumBits, ...(options.sumTerms !== undefined && { terms: options.sumTerms }) },
    ...(options.faults === 'transient' && { transient: { images: options.reading } }),
    faults: { effect, rowShare, columnShare, rows, columns },
    ...(cells && options.voltages && { map: { cells, voltages: options.voltages } }),
    protection: {
      ...{ kind, topBits: options.protectBits, wordBits: options.protectWord },
      ...(options.protectWhat !== 'all' && { what: options.protectWhat }),
    },
  });
}
