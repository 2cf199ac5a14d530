import { failure, fault, success, type Diagnostic, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import { openStore } from '../cache/index.js';
import type { FpgaCost } from '../cost/index.js';
import type { Built, DesignCost, FoundClock } from '../flow/index.js';
import { activityFiles, readActivity, type ActivityOptions } from './activity.js';
import type { Run } from './command.js';
import { printCost, printFpgaCost } from './cost-text.js';
import { fpgaFile, fpgaNames, readFpga, readTechnology, technologyFile } from './data.js';
import { readUntold } from './design.js';
import { exit } from './exit.js';
import { costModelFiles } from './model-data.js';
import { recalled } from './recall.js';
import { fail, printJson, tell } from './terminal.js';

interface Options extends ActivityOptions {
  readonly p: Readonly<Record<string, Argument>>;
  readonly tech: string;
  readonly mode: 'synth' | 'model';
  readonly liberty?: readonly string[];
  readonly yosys?: string;
  readonly clock?: number;
  readonly voltage?: number;
  readonly flatten?: boolean;
  readonly arith: 'auto' | 'behavioural' | 'bitheap';
  readonly place?: boolean;
  readonly seeds: readonly number[];
  readonly json?: boolean;
}

/** What a design costs in standard cells or on an FPGA. */
type Answer = { readonly design: string; readonly clocks?: readonly FoundClock[] } & (
  { readonly kind: 'asic'; readonly cost: DesignCost } | { readonly kind: 'fpga'; readonly cost: FpgaCost }
);

/** `bitloom cost FILE --tech T`: area, delay, energy and leakage, each with its source. */
export const run: Run<Options> = async (file, options) => {
  if (options.mode === 'model' && options.place) return fail([notPlaced('`--place` goes only by synthesis')]);
  if (options.mode === 'model') return (await import('./cost-model.js')).run(file, options);
  const { json, ...asked } = options;
  const placer = options.place ? await placerOf(options) : success(undefined);
  if (!placer.ok) return fail(placer.diagnostics);
  const files = [file!, ...(await filesRead(options))];
  const make = (): Promise<Result<Answer>> => answered(file!, options);
  // a network and its images stand in many files, which may be the user's
  const answer =
    options.model === undefined
      ? await recalled(openStore('cost'), { command: 'cost', placer: placer.value, ...asked }, files, make)
      : await make();
  if (!answer.ok) return fail(answer.diagnostics);
  tell(answer.diagnostics);
  const { design, clocks, kind, cost } = answer.value;
  const pipeline = clocks && { pipeline: clocks };
  if (json) printJson({ schema: 1, design, parameters: options.p, ...pipeline, ...cost });
  else if (kind === 'fpga') printFpgaCost(cost);
  else printCost(cost, clocks);
  return cost.clock?.met === false ? exit.checkFailed : exit.done;
};

/** The files beside the design that an answer depends on. */
async function filesRead(options: Options): Promise<string[]> {
  const { tech, liberty } = options;
  const isFamily = !liberty && (await fpgaNames()).includes(tech);
  const technology = isFamily ? [fpgaFile(tech)] : (liberty ?? [await technologyFile(tech)]);
  return [...technology, ...(await costModelFiles()), ...activityFiles(options)];
}

async function answered(file: string, options: Options): Promise<Result<Answer>> {
  const built = await readUntold(file, options.p);
  if (!built.ok) return built;
  const isFamily = !options.liberty && (await fpgaNames()).includes(options.tech);
  const answer = await (isFamily ? fpgaAnswer : asicAnswer)(built.value, options);
  if (!answer.ok) return answer;
  const { clocks } = built.value;
  return success({ ...answer.value, ...(clocks && { clocks }) }, [
    ...built.diagnostics,
    ...answer.diagnostics,
  ]);
}

/** By synthesis to standard cells. */
async function asicAnswer(built: Built, options: Options): Promise<Result<Answer>> {
  const technology = options.liberty
    ? await (await import('./tech.js')).importedTechnology(options.liberty)
    : await readTechnology(options.tech);
  const inputs = await readActivity(built, options);
  if (!technology.ok || !inputs.ok) return failure(...technology.diagnostics, ...inputs.diagnostics);
  const { costDesign } = await import('../flow/index.js');
  const { yosys, arith: arithmetic, flatten, voltage } = options;
  const clockPs = options.clock ?? wishedClock(built, technology.value.name);
  const cost = await costDesign(built, technology.value, {
    yosys,
    cache: openStore('synth'),
    flatten,
    clockPs,
    voltage,
    inputs: inputs.value,
    arithmetic,
  });
  return cost.ok ? success({ design: built.name, kind: 'asic', cost: cost.value }) : cost;
}

/** The clock that the design itself is made for, where that is in the same technology. */
export function wishedClock({ clocks = [] }: Built, technology: string): number | undefined {
  const periods = clocks.filter((clock) => clock.technology === technology).map(({ clockPs }) => clockPs);
  return periods.length > 0 ? Math.min(...periods) : undefined;
}

/** The tool that places the family of FPGAs that was asked for, with its version; a fault where there is none. */
async function placerOf({ tech, liberty }: Options): Promise<Result<string>> {
  const families = await fpgaNames();
  if (liberty || !families.includes(tech))
    return failure(notPlaced('`--place` places FPGAs, not standard cells'));
  const family = await readFpga(tech);
  if (!family.ok) return family;
  const { placerVersion } = await import('../synth/index.js');
  return family.value.place ? placerVersion(family.value.place) : success('none');
}

function notPlaced(message: string): Diagnostic {
  return fault('not-placed', message, { hint: '`--tech ice40 --place`, without `--mode model`' });
}

/** The same for a family of FPGAs: what is taken up of each resource. */
async function fpgaAnswer(built: Built, options: Options): Promise<Result<Answer>> {
  const family = await readFpga(options.tech);
  if (!family.ok) return family;
  const { changesOf, fpgaCostOf } = await import('../cost/index.js');
  const { verilog, top, ports, clocked, clockPort, reset, resetPort } = built.emitted;
  const files = Object.fromEntries(verilog.map(({ name, text }) => [name, text]));
  const around = {
    data: ports,
    ...(clocked && { clock: clockPort }),
    ...(reset && { reset: resetPort }),
  };
  const cost = await fpgaCostOf({ files, top }, family.value, {
    executable: options.yosys,
    cache: openStore('synth'),
    ...(options.place && {
      place: { ports: around, seeds: options.seeds, changes: changesOf(built.optimised) },
    }),
    clockPs: options.clock,
  });
  return cost.ok ? success({ design: built.name, kind: 'fpga', cost: cost.value }) : cost;
}
