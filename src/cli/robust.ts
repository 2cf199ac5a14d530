import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { failure, fault, success, type Result } from '../base/index.js';
import { openStore } from '../cache/index.js';
import type { RobustPlan, RobustRun, SchemeScores } from '../flow/index.js';
import type { FaultMap, FaultModel, Protection, RobustOptions, VoltageCurve } from '../robust/index.js';
import type { Run } from './command.js';
import { packageFolder, readModel } from './data.js';
import { exit } from './exit.js';
import { readBytes, readJson } from './files.js';
import { fail, print, printJson, progress, say, table, tell } from './terminal.js';

interface Options {
  readonly model: string;
  readonly data: string;
  readonly normalisation: string;
  readonly images: number;
  readonly bits: number;
  readonly scheme: readonly string[];
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
  readonly within?: number;
  readonly threads?: number;
  readonly cache: boolean;
  readonly json?: boolean;
}

/** What the words of buffers are. */
const bufferWords = { activations: 'codes of an image', sums: 'sums of an image' } as const;

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
  if (!curve.ok || !model.ok || !rates.ok || !checked.ok)
    return fail([rates, model, checked].flatMap(({ diagnostics }) => diagnostics));
  const flow = await import('../flow/index.js');
  const plan = await flow.prepareRobust(model.value, options.data, options.images, checked.value);
  if (!plan.ok) return fail(plan.diagnostics);
  tell(plan.diagnostics);
  const started = Date.now();
  const done = await watched(plan.value, options);
  if (!done.ok) return fail(done.diagnostics);
  const seconds = (Date.now() - started) / 1000;
  const report = await reported(plan.value, done.value, curve.value, options);
  if (options.json) printJson({ ...report, reusedChips: done.value.reused, seconds });
  else printReport(report, seconds);
  return exit.done;
};

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
  const { where, bits, scheme, chips, seed, rowShare, columnShare, protect: kind } = options;
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

/** What the command tells of a run; the names are those of its JSON document. */
async function reported(plan: RobustPlan, { schemes }: RobustRun, curve: VoltageCurve, options: Options) {
  const { codingGates, comparePaired } = await import('../robust/index.js');
  const { where, rates, chips, seed, faults, transient, sums, protection, bits } = plan.options;
  const samples = plan.workload.images.count;
  const own = await Promise.all(schemes.map((one, i) => ratesReport(one, plan, i, curve, options)));
  const named = own.map((list, i) => ({
    scheme: plan.schemes[i]!,
    memory: memoryReport(plan, i),
    cleanError: schemes[i]!.clean.wrong / samples,
    rates: list,
  }));
  const pairs = named.flatMap((a, i) => named.slice(i + 1).map((b) => [a, b] as const));
  const comparisons = pairs.flatMap(([a, b]) =>
    rates.map((p, i) => {
      const { difference, probabilityGreater } = comparePaired(a.rates[i]!.errors, b.rates[i]!.errors, seed);
      const ci95 = difference.ci95.map(finite);
      return {
        p,
        a: a.scheme,
        b: b.scheme,
        difference: difference.mean,
        ci95,
        probabilityAWorse: probabilityGreater,
      };
    }),
  );
  return {
    ...{
      schema: 1,
      model: options.model,
      data: options.data,
      bits,
      chips,
      samples,
      seed,
      where,
      sums: where === 'sums' ? sums : null,
      faults,
      transient: transient ?? null,
      map: options.map ?? null,
      protection,
      codingGates: codingGates(protection),
    },
    memory: memoryReport(plan, 0),
    curve: { name: curve.name, source: curve.source },
    cleanError: named[0]!.cleanError,
    rates: named[0]!.rates,
    schemes: named,
    comparisons,
  };
}

type Report = Awaited<ReturnType<typeof reported>>;

function memoryReport({ faulty, options }: RobustPlan, scheme: number) {
  if (faulty.kind === 'weights') {
    const { weights, dataBits, guardedBits, checkBits } = faulty.memories[scheme]!;
    return { weights, dataBits, guardedBits, checkBits, bitsPerWeight: (dataBits + checkBits) / weights };
  }
  const { list, dataBits } = faulty.buffers;
  const buffers = list.map(({ layer, operand, elements, bits }) => ({ layer, operand, elements, bits }));
  const words = list.reduce((sum, { elements }) => sum + elements, 0);
  return { buffers, words, dataBits, guardedBits: words * options.protection.topBits, checkBits: 0 };
}

async function ratesReport(
  { chips }: SchemeScores,
  plan: RobustPlan,
  scheme: number,
  curve: VoltageCurve,
  options: Options,
) {
  const robust = await import('../robust/index.js');
  const memory = { ...memoryReport(plan, scheme), protection: plan.options.protection };
  const samples = plan.workload.images.count;
  return plan.options.rates.map((p, i) => {
    const errors = chips.map((scores) => scores[i]!.wrong / samples);
    const { mean, ci95, deviation } = robust.estimateMean(errors);
    const voltage = options.voltages?.[i] ?? robust.voltageAt(curve, p) ?? null;
    const access = voltage === null ? undefined : robust.energyAt(curve, voltage);
    const total = (of: 'wrongBits' | 'correctedWords' | 'detectedWords'): number =>
      chips.reduce((sum, scores) => sum + scores[i]![of], 0);
    return {
      ...{ p, voltage, energy: access === undefined ? null : robust.memoryEnergy(memory, access) },
      ...{ rerr: mean, ci95: ci95.map(asShare), worst: Math.max(...errors), deviation: finite(deviation) },
      chips: chips.length,
      wrongBits: total('wrongBits'),
      correctedWords: total('correctedWords'),
      detectedWords: total('detectedWords'),
      ...(options.within !== undefined &&
        chips.length > 1 && { chipsNeeded: robust.samplesFor(deviation, options.within) ?? null }),
      errors,
    };
  });
}

/** The end of an interval for an error, which lies within 0 and 1; null where nothing is known. */
function asShare(x: number): number | null {
  return Number.isFinite(x) ? Math.min(1, Math.max(0, x)) : null;
}

/** JSON has no infinities: null where nothing is known. */
function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}

function printReport(report: Report, seconds: number): void {
  const { schemes, comparisons, curve } = report;
  const { memory } = report;
  const what =
    report.where === 'weights' ? `${memory.weights} weights` : `${memory.words} ${bufferWords[report.where]}`;
  print(`${what}; ${report.samples} samples, seed ${report.seed}`);
  if (report.memory.checkBits > 0) print(codingText(report));
  const needed = schemes[0]!.rates.some((rate) => 'chipsNeeded' in rate);
  for (const { scheme, memory, cleanError, rates } of schemes) {
    const checks = memory.checkBits > 0 ? ` and ${memory.checkBits} check bits` : '';
    const { bitsPerWeight } = memory;
    const width = bitsPerWeight === undefined ? '' : `${Number(bitsPerWeight.toFixed(3))} bits a weight, `;
    print(`\n${scheme}, ${width}${memory.dataBits} bits${checks}`);
    print(`error ${percent(cleanError)} without bit errors`);
    print(
      table([
        ['p', 'voltage', 'energy', 'mean error', '95 %', 'worst chip', ...(needed ? ['chips needed'] : [])],
        ...rates.map((rate) => [
          ...[percent(rate.p), rate.voltage?.toFixed(3) ?? '', rate.energy?.toFixed(3) ?? ''],
          ...[percent(rate.rerr), interval(rate.ci95), percent(rate.worst)],
          ...(needed ? [String(rate.chipsNeeded ?? 'over a million')] : []),
        ]),
      ]),
    );
  }
  if (comparisons.length > 0)
    print(
      `\n${table([
        ['p', 'a', 'b', 'a − b', '95 %', 'P(a worse)'],
        ...comparisons.map(({ p, a, b, difference, ci95, probabilityAWorse }) => [
          ...[percent(p), a, b, percent(difference), interval(ci95), probabilityAWorse.toFixed(4)],
        ]),
      ])}`,
    );
  print(`\nvoltage and energy of an access by ${curve.name}, relative: ${curve.source.title}`);
  print(`${seconds.toFixed(1)} s`);
}

function codingText({ codingGates: { write, read }, protection }: Report): string {
  const counted = ({ xor2, other2 }: typeof read): string =>
    `${xor2} xor${other2 > 0 ? ` and ${other2} other` : ''}`;
  return (
    `${protection.kind} of ${protection.wordBits} bits: ${counted(write)} gates of two inputs to write a word, ` +
    `${counted(read)} to read one`
  );
}

function interval(ends: readonly (number | null)[]): string {
  return ends.some((end) => end === null) ? 'unknown' : ends.map((end) => percent(end!)).join(' to ');
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}
