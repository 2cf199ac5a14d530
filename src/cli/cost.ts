import { failure, fault, success, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import { openStore } from '../cache/index.js';
import type { ClockTarget, Energy, FpgaCost, Inputs } from '../cost/index.js';
import type { Built } from '../flow/index.js';
import type { Run } from './command.js';
import { fpgaNames, readFpga, readLiberty, readTechnology } from './data.js';
import { readBuilt } from './design.js';
import { exit } from './exit.js';
import { readJson } from './files.js';
import { fail, print, printJson, say, table } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly tech: string;
  readonly mode: 'synth' | 'model';
  readonly liberty?: readonly string[];
  readonly yosys?: string;
  readonly seed: number;
  readonly activity: string;
  readonly clock?: number;
  readonly flatten?: boolean;
  readonly arith: 'auto' | 'behavioural' | 'bitheap';
  readonly json?: boolean;
}

/** `bitloom cost FILE --tech T`: area, delay, energy and leakage, each with its source. */
export const run: Run<Options> = async (file, options) => {
  if (options.mode === 'model') return (await import('./cost-model.js')).run(file, options);
  const built = await readBuilt(file!, options.p);
  if (!built.ok) return fail(built.diagnostics);
  if (!options.liberty && (await fpgaNames()).includes(options.tech)) return costFpga(built.value, options);
  const technology = options.liberty ? await imported(options.liberty) : await readTechnology(options.tech);
  if (!technology.ok) return fail(technology.diagnostics);
  const inputs = await readActivity(built.value, options);
  if (!inputs.ok) return fail(inputs.diagnostics);
  const { costDesign } = await import('../flow/index.js');
  const { yosys, arith: arithmetic, flatten, clock: clockPs } = options;
  const cost = await costDesign(built.value, technology.value, {
    yosys,
    cache: openStore('synth'),
    flatten,
    clockPs,
    inputs: inputs.value,
    arithmetic,
  });
  if (!cost.ok) return fail(cost.diagnostics);
  if (options.json) printJson({ schema: 1, design: built.value.name, parameters: options.p, ...cost.value });
  else printCost(cost.value);
  return cost.value.clock?.met === false ? exit.checkFailed : exit.done;
};

/** What the netlist is to see: `random`, `random:CHANCE` for each bit to change, or a file of words as `sim --in` takes. */
async function readActivity(built: Built, { activity, seed }: Options): Promise<Result<Inputs>> {
  const random = /^random(?::(.*))?$/.exec(activity);
  if (!random) {
    const json = await readJson(activity);
    if (!json.ok) return json;
    const { activityInputs } = await import('../flow/index.js');
    return activityInputs(built, json.value, activity);
  }
  const density = random[1] === undefined ? 0.5 : Number(random[1]);
  if (random[1] === '' || !(density >= 0 && density <= 1))
    return failure(
      fault('bad-activity', `\`${activity}\` is no activity`, {
        hint: 'the chance of a bit to change is from 0 to 1, as in random:0.2',
      }),
    );
  const { defaultInputs } = await import('../cost/index.js');
  return success({ ...defaultInputs, seed, density });
}

/** The same for a family of FPGAs: what is taken up of each resource. */
async function costFpga(built: Built, options: Options): Promise<number> {
  const family = await readFpga(options.tech);
  if (!family.ok) return fail(family.diagnostics);
  const { fpgaCostOf } = await import('../cost/index.js');
  const files = Object.fromEntries(built.emitted.verilog.map(({ name, text }) => [name, text]));
  const executable = options.yosys;
  const cost = await fpgaCostOf({ files, top: built.emitted.top }, family.value, {
    executable,
    cache: openStore('synth'),
  });
  if (!cost.ok) return fail(cost.diagnostics);
  if (options.json) printJson({ schema: 1, design: built.name, parameters: options.p, ...cost.value });
  else printFpgaCost(cost.value);
  return exit.done;
}

function printFpgaCost({ technology, cellTypes, sources, ...resources }: FpgaCost): void {
  const used = Object.entries(resources).filter(([, count]) => count > 0);
  print(table([['technology', technology], ...used.map(([name, count]) => [name, String(count)])]));
  print('cells');
  print(table(Object.entries(cellTypes).map(([name, count]) => [`  ${name}`, String(count)])));
  print('sources');
  print(`  all (synthesised): ${sources[0]!.from}`);
}

async function imported(files: readonly string[]) {
  const texts = await Promise.all(files.map(readLiberty));
  const wrong = texts.flatMap((text) => text.diagnostics);
  if (texts.some((text) => !text.ok)) return failure<never>(...wrong);
  const { importLiberty } = await import('../synth/index.js');
  return importLiberty(texts.flatMap((text) => (text.ok ? [text.value] : [])));
}

function printCost(cost: import('../flow/index.js').DesignCost): void {
  print(
    table([
      ['technology', cost.technology],
      ['area', `${cost.areaUm2.toFixed(1)} um2`],
      ['critical path', `${cost.delayPs.toFixed(0)} ps`],
      ...(cost.clock ? [['clock', clockText(cost.clock)]] : []),
      ['Fmax', cost.fmaxMhz === null ? 'no path' : `${cost.fmaxMhz.toFixed(0)} MHz`],
      ['energy', `${cost.energyFjPerCycle.toFixed(0)} fJ per cycle`],
      ...energyRows(cost.energy),
      ['leakage', `${cost.leakageNw.toFixed(0)} nW`],
      ['cells', String(cost.cells)],
      ['arithmetic', arithmeticText(cost.arithmetic)],
    ]),
  );
  print('breakdown');
  print(
    table(
      cost.breakdown.map((part) => [
        `  ${part.by} ${part.name}`,
        `${part.cells} cells`,
        `${part.areaUm2.toFixed(1)} um2`,
      ]),
    ),
  );
  const { activity } = cost;
  print(
    `activity: ${activity.source}, ${activity.vectors} vectors, ${activity.annotatedPercent.toFixed(0)} % of the nets annotated${activity.unannotated.length ? `; not given: ${activity.unannotated.join(', ')}` : ''}`,
  );
  print('sources');
  for (const source of cost.sources) print(`  ${source.figure} (${source.origin}): ${source.from}`);
}

function clockText({ targetPs, slackPs, met }: ClockTarget): string {
  return met
    ? `${targetPs} ps met, ${slackPs.toFixed(0)} ps to spare`
    : `${targetPs} ps missed by ${(-slackPs).toFixed(0)} ps`;
}

function energyRows(energy: Energy): string[][] {
  const parts = {
    '  switching': energy.switchingFj,
    '  inside cells': energy.internalFj,
    '  clock': energy.clockFj,
    '  of these: wires': energy.wiresFj,
    '  of these: registers': energy.registersFj,
    '  beside: clock tree': energy.clockTreeFj,
    '  beside: leakage': energy.leakageFj,
  };
  return Object.entries(parts).map(([name, fj]) => [name, `${fj.toPrecision(3)} fJ`]);
}

function arithmeticText({ chosen, tried }: import('../flow/index.js').ArithmeticChoice): string {
  if (tried.length === 1) return chosen;
  const figures = tried.map(
    ({ kind, goal, areaUm2, delayPs }) =>
      `${kind}, ${goal}, ${areaUm2.toFixed(1)} um2 at ${delayPs.toFixed(0)} ps`,
  );
  return `${chosen} (${figures.join(', ')})`;
}

/** `bitloom tech list` and `bitloom tech import`. */
export const list: Run<{ readonly json?: boolean }> = async (_, options) => {
  const { technologyNames } = await import('./data.js');
  const found = [];
  for (const name of await technologyNames()) {
    const technology = await readTechnology(name);
    if (!technology.ok) return fail(technology.diagnostics);
    const { node, corner, source, cells } = technology.value;
    found.push({
      name,
      node,
      corner: corner.name,
      voltage: corner.voltage,
      temperature: corner.temperature,
      cells: cells.length,
      source,
    });
  }
  const families = [];
  for (const name of await fpgaNames()) {
    const family = await readFpga(name);
    if (!family.ok) return fail(family.diagnostics);
    const { about, lutInputs, command, source } = family.value;
    families.push({ name, about, lutInputs, command, source });
  }
  if (options.json) printJson({ schema: 1, technologies: found, fpgas: families });
  else {
    print(
      table(
        found.map((one) => [
          one.name,
          one.node,
          `${one.voltage} V`,
          `${one.temperature} C`,
          `${one.cells} cells`,
          one.source.url,
        ]),
      ),
    );
    print(table(families.map((one) => [one.name, one.about, `${one.lutInputs}-input LUTs`, one.command])));
  }
  return exit.done;
};

interface ImportOptions {
  readonly o: string;
  readonly name?: string;
}

/** Reduces Liberty files to one technology file. */
export async function importFiles(files: readonly string[], options: ImportOptions): Promise<number> {
  if (files.length === 0) return fail([fault('no-file', 'give one or more Liberty files')]);
  const technology = await imported(files);
  if (!technology.ok) return fail(technology.diagnostics);
  const { renderTechnology } = await import('../synth/index.js');
  const { writeWhole } = await import('./files.js');
  const named = options.name === undefined ? technology.value : { ...technology.value, name: options.name };
  const written = await writeWhole(options.o, renderTechnology(named));
  if (!written.ok) return fail(written.diagnostics);
  say(`${options.o}: ${named.cells.length} cells`);
  return exit.done;
}
