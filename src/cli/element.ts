import { dirname, join } from 'node:path';
import { openStore } from '../cache/index.js';
import type { ElementCost, PartCost } from '../cost/index.js';
import type { Run } from './command.js';
import { readTechnology } from './data.js';
import { readUntold } from './design.js';
import { exit } from './exit.js';
import { readText } from './files.js';
import { readMemoryModel } from './memory.js';
import { fail, print, printJson, table, tell } from './terminal.js';

interface Options {
  readonly tech: string;
  readonly arith: 'auto' | 'behavioural' | 'bitheap';
  readonly yosys?: string;
  readonly json?: boolean;
}

/** `bitloom cost element FILE.json --tech T`: a whole processing element, part by part. */
export const run: Run<Options> = async (file, options) => {
  const text = await readText(file!);
  if (!text.ok) return fail(text.diagnostics);
  const { parseElement } = await import('../cost/index.js');
  const element = parseElement(file!, text.value);
  if (!element.ok) return fail(element.diagnostics);
  const technology = await readTechnology(options.tech);
  if (!technology.ok) return fail(technology.diagnostics);
  const memories = element.value.parts.some(({ kind }) => kind === 'memory')
    ? await readMemoryModel(technology.value.name)
    : undefined;
  if (memories && !memories.ok) return fail(memories.diagnostics);
  const { costElement } = await import('../flow/index.js');
  const cost = await costElement(
    element.value,
    {
      technology: technology.value,
      memories: memories?.value,
      read: ({ design, parameters }) => readUntold(join(dirname(file!), design), parameters),
    },
    { yosys: options.yosys, cache: openStore('synth'), arithmetic: options.arith },
  );
  if (!cost.ok) return fail(cost.diagnostics);
  tell(cost.diagnostics);
  if (options.json) printJson({ schema: 1, ...cost.value });
  else printCost(cost.value);
  return cost.value.clock.met ? exit.done : exit.checkFailed;
};

function printCost(cost: ElementCost): void {
  const { errorPercent, synthesisedPercent, clock, inference } = cost;
  const models = (figure: 'areaUm2' | 'energyFjPerCycle'): string =>
    cost[figure] === null ? '' : `± ${errorPercent[figure].toFixed(0)} % by the models`;
  print(
    table([
      ['technology', cost.technology],
      ['area', `${shown(cost.areaUm2)} um2`, models('areaUm2')],
      ['energy', `${shown(cost.energyFjPerCycle)} fJ per cycle`, models('energyFjPerCycle')],
      ['', `${shown(cost.energyFjPerMac)} fJ per MAC`, `${cost.macsPerCycle} a cycle`],
      ['idle', `${shown(cost.idleFjPerCycle)} fJ per cycle`],
      ['leakage', `${shown(cost.leakageNw)} nW`],
      ['synthesised', `${shown(synthesisedPercent)} % of the area, the rest modelled`],
      ['clock', clockText(clock)],
      ...(inference
        ? [
            [
              'inference',
              `${shown(inference.energyUj)} uJ in ${shown(inference.timeUs)} us`,
              `${inference.macs} MACs, ${inference.cycles} cycles`,
            ],
          ]
        : []),
    ]),
  );
  print('parts');
  print(table(cost.parts.map(row)));
  for (const { name, notes } of cost.parts) for (const note of notes) print(`${name}: ${note}`);
  for (const what of cost.missing) print(`missing: ${what}`);
}

function row(part: PartCost): string[] {
  const percent = (value: number | null): string => (value === null ? '' : `${value.toFixed(0)} %`);
  return [
    `  ${part.name}`,
    part.count > 1 ? `× ${part.count}` : '',
    part.role,
    `${shown(part.areaUm2)} um2`,
    percent(part.areaPercent),
    part.origin.areaUm2,
    `${shown(part.energyFjPerCycle)} fJ`,
    percent(part.energyPercent),
    part.origin.energyFjPerCycle,
  ];
}

function clockText({ periodPs, slowest, slowestPs, met }: ElementCost['clock']): string {
  if (slowest === null) return `${periodPs} ps`;
  const by = `${slowest} takes ${slowestPs!.toFixed(0)} ps`;
  return met ? `${periodPs} ps met: ${by}` : `${periodPs} ps missed: ${by}`;
}

function shown(value: number | null): string {
  if (value === null) return 'unknown';
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
