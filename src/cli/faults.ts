import { success, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import { openStore } from '../cache/index.js';
import type { Built, DesignFaultOptions, DesignFaults, NetworkFaults, NetworkWish } from '../flow/index.js';
import type { Run } from './command.js';
import { readModel, readTechnology } from './data.js';
import { readUntold } from './design.js';
import { exit } from './exit.js';
import { readJson } from './files.js';
import { fail, print, printJson, table, tell } from './terminal.js';

interface Options {
  readonly p: Readonly<Record<string, Argument>>;
  readonly tech: string;
  readonly in?: string;
  readonly cycles: number;
  readonly samples: number;
  readonly multiple: readonly number[];
  readonly classify?: boolean;
  readonly conflicts: number;
  readonly model?: string;
  readonly data: string;
  readonly images: number;
  readonly normalisation: string;
  readonly networkFaults: number;
  readonly seed: number;
  readonly arith: 'behavioural' | 'bitheap';
  readonly flatten?: boolean;
  readonly yosys?: string;
  readonly json?: boolean;
}

/** `bitloom faults FILE --tech T`: stuck lines and flips in the mapped netlist, and what the outputs show of them. */
export const run: Run<Options> = async (file, options) => {
  const technology = await readTechnology(options.tech);
  const { adderCells } = await import('../synth/index.js');
  const cells = technology.ok ? adderCells(technology.value) : undefined;
  const built = await readUntold(file!, options.p, undefined, { kind: options.arith, cells });
  const inputs = built.ok ? await readInputs(built.value, options) : built;
  const network = options.model === undefined ? undefined : await readNetwork(options.model, options);
  if (!built.ok || !technology.ok || !inputs.ok || network?.ok === false)
    return fail(
      [technology, built.ok ? inputs : built, ...(network ? [network] : [])].flatMap(
        ({ diagnostics }) => diagnostics,
      ),
    );
  tell(built.diagnostics);
  const { designFaults } = await import('../flow/index.js');
  const found = await designFaults(built.value, technology.value, {
    inputs: inputs.value,
    seed: options.seed,
    samples: options.samples,
    multiples: options.multiple,
    missed: options.classify ? { conflicts: options.conflicts } : undefined,
    network: network?.value,
    flatten: options.flatten,
    yosys: options.yosys,
    cache: openStore('synth'),
  });
  if (!found.ok) return fail(found.diagnostics);
  tell(found.diagnostics);
  const report = { design: built.value.name, parameters: options.p, seed: options.seed, ...found.value };
  if (options.json) printJson({ schema: 1, ...report });
  else printFaults(report);
  return exit.done;
};

async function readNetwork(
  name: string,
  { data, images, normalisation, networkFaults: faults }: Options,
): Promise<Result<NetworkWish>> {
  const model = await readModel(name, normalisation);
  return model.ok ? success({ model: model.value, data, images, faults }) : model;
}

/** Words for the inputs: those of a file as `sim --in` takes, or random ones. */
async function readInputs(
  built: Built,
  { in: file, cycles }: Options,
): Promise<Result<DesignFaultOptions['inputs']>> {
  if (file === undefined) return success({ kind: 'random', cycles });
  const json = await readJson(file);
  if (!json.ok) return json;
  const { activityInputs } = await import('../flow/index.js');
  const given = activityInputs(built, json.value, file);
  if (!given.ok || given.value.kind !== 'given') return given as Result<never>;
  return success(given.value);
}

type Report = DesignFaults & { readonly design: string; readonly seed: number };

/** How many of the undetected faults are printed. */
const mostPrinted = 8;

function printFaults(report: Report): void {
  const { design, technology, cells, flipFlops, inputs } = report;
  print(`${design} in ${technology}: ${cells} cells, ${flipFlops} of them flip-flops`);
  print(`${inputs.cycles} cycles of ${inputs.source}, seed ${report.seed}`);
  printStuck(report.stuck);
  printFlips(report);
  if (report.network) printNetwork(report.network);
  print('\nshown by, from the lowest bit');
  for (const [what, outputs] of [
    ['stuck lines', report.stuck.outputs],
    ['flips', report.transient.outputs],
  ] as const)
    for (const { name, shownBy, bits } of outputs) print(`${name}, ${what}: ${shownBy}; ${bits.join(' ')}`);
}

function printStuck(stuck: Report['stuck']): void {
  const { faults, sites, classes, harmless, undetected } = stuck;
  print(`\nstuck lines: ${faults} faults on ${sites} lines, ${classes} of them tried for all that are alike`);
  const groups = [{ name: 'all', ...stuck }, ...(stuck.modules.length > 1 ? stuck.modules : [])];
  print(
    table([
      ['', 'faults', 'detected', 'coverage', 'masked'],
      ...groups.map((one) => [
        ...[one.name, one.faults, one.detected, percent(one.coverage), percent(one.masking)],
      ]),
    ]),
  );
  if (harmless > 0) print(`no input can show ${harmless} of them`);
  const names = undetected.slice(0, mostPrinted).map(shortName);
  if (names.length > 0)
    print(`not seen: ${names.join(', ')}${undetected.length > names.length ? ', …' : ''}`);
  if (stuck.missed) printMissed(stuck.missed);
}

function printMissed({
  redundant,
  shown,
  open,
  cycles,
  coverageOfRest,
}: NonNullable<Report['stuck']['missed']>): void {
  print('of these');
  print(
    table([
      ['  redundant', redundant.faults, 'no input shows them in any state: proven'],
      ['  shown by other inputs', shown.faults, 'simulated'],
      ['  open', open.faults, `neither was found, in sequences of ${cycles} cycles`],
    ]),
  );
  print(`coverage of what is not redundant: ${percent(coverageOfRest)}`);
  const names = open.names.slice(0, mostPrinted).map(shortName);
  if (names.length > 0) print(`open: ${names.join(', ')}${open.faults > names.length ? ', …' : ''}`);
}

function printNetwork(network: NetworkFaults): void {
  const { model, data, images, accuracy, meanAccuracy, ci95, faults, losses, modules, worst } = network;
  print(`\n${model} on the cells: right of ${images} images of ${data} ${percent(accuracy)} without faults,`);
  const range = ci95 ? ` (95 %: ${ci95.map(percent).join(' to ')})` : '';
  print(`with one of ${faults} stuck lines ${percent(meanAccuracy)} in the mean${range}`);
  const groups = [{ name: 'all', ...network }, ...(modules.length > 1 ? modules : [])];
  print(
    table([
      ['', 'stuck lines', 'scores change', 'classes change', '', '95 %'],
      ...groups.map((one) => [
        ...[one.name, one.faults, one.scoresChange, one.classesChange],
        ...[percent(one.classesChange / one.faults), one.classesCi95.map(percent).join(' to ')],
      ]),
    ]),
  );
  const cost = losses.map(({ over, faults: count }) => `over ${percent(over)}: ${count}`);
  print(`accuracy lost ${cost.join(', ')}`);
  const names = worst.slice(0, mostPrinted).map((one) => `${shortName(one.fault)} ${percent(one.accuracy)}`);
  if (names.length > 0) print(`worst: ${names.join(', ')}`);
}

function printFlips({ transient, multiple }: Report): void {
  const { trials, targets, kinds, modules } = transient;
  print(`\nflips for a cycle: ${trials} drawn among ${targets} outputs and states of cells`);
  const groups = [{ name: 'all', ...transient }, ...kinds, ...(modules.length > 1 ? modules : [])];
  print(table([['', 'drawn', 'shown', 'masked', '95 %'], ...groups.map(rateRow)]));
  if (multiple.length === 0) return;
  const several = multiple.flatMap(({ faults, stuck, transient: flips }) => [
    { name: `${faults} stuck lines`, ...stuck },
    { name: `${faults} flips`, ...flips },
  ]);
  print(`\n${table([['at once', 'drawn', 'shown', 'masked', '95 %'], ...several.map(rateRow)])}`);
}

/** Without the way that Yosys went to the name. */
function shortName(name: string): string {
  return name.replace(/\$abc\$.*\$(?=\d+\.)/, '$$');
}

function rateRow(one: DesignFaults['multiple'][number]['stuck'] & { readonly name: string }) {
  const { name, trials, shown, masking, ci95 } = one;
  if (masking === null || ci95 === null) return [name, trials, shown];
  return [name, trials, shown, percent(masking), ci95.map(percent).join(' to ')];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
