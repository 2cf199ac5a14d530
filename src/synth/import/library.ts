import { failure, success, type Result } from '../../base/index.js';
import { parseLiberty } from '../liberty/parser.js';
import { attribute, groupsOf, numeric, type Group } from '../liberty/syntax.js';
import { noCells } from '../problems.js';
import { rolesOf } from '../roles.js';
import { lookUp } from '../tables.js';
import type { Cell, Corner, Technology } from '../technology.js';
import { round } from './arcs.js';
import { readCell, thin, type Reading } from './cells.js';
import { slewVariable, tableOf, templatesOf } from './tables.js';
import { unitsOf, type Units } from './units.js';

/** One Liberty file: its name, for diagnostics, and its text. */
export interface LibertyText {
  readonly file: string;
  readonly text: string;
}

/** What a technology states that Liberty does not hold; all of it may be left out. */
export type About = Partial<Pick<Technology, 'name' | 'node' | 'wire' | 'supply' | 'dontUse'>> & {
  readonly source?: Partial<Technology['source']>;
};

/**
 * A technology of Liberty texts that belong together (ASAP7 comes in five). Conditions are set from the library: ports
 * see the slew and four times the input capacitance of a small inverter that drives four of its kind.
 */
export function importLiberty(texts: readonly LibertyText[], about: About = {}): Result<Technology> {
  const parsed = texts.map(({ file, text }) => parseLiberty(file, text));
  const diagnostics = parsed.flatMap((one) => one.diagnostics);
  const libraries = parsed.flatMap((one) => (one.ok ? one.value : []));
  if (parsed.some((one) => !one.ok)) return failure(...diagnostics);

  const slewsPs = slewAxis(libraries);
  const draft = libraries.flatMap((library) =>
    cellsOf(library, firstReading(library, slewsPs), about.dontUse ?? []),
  );
  const inverter = draft.find((cell) => cell.name === rolesOf(draft).inverter);
  if (draft.length === 0 || !inverter) return failure(noCells(texts.map(({ file }) => file)));

  const load = 4 * inverter.inputs[0]!.capFf;
  const typicalSlew = fanoutSlew(inverter, slewsPs, load);
  const cells = libraries.flatMap((library) =>
    cellsOf(
      library,
      {
        ...firstReading(library, slewsPs),
        clockSlewPs: typicalSlew,
        energyAt: { slewPs: typicalSlew, loadFf: load },
      },
      about.dontUse ?? [],
    ),
  );
  return success({
    schema: 1,
    name: about.name ?? libraries[0]!.args[0] ?? 'unnamed',
    node: about.node ?? 'not stated',
    corner: cornerOf(libraries[0]!),
    source: {
      library: libraries[0]!.args[0] ?? 'unnamed',
      licence: 'not stated',
      url: '',
      ...about.source,
      files: libraries.map((library) => library.args[0] ?? 'unnamed'),
    },
    conditions: { inputSlewPs: typicalSlew, clockSlewPs: typicalSlew, outputLoadFf: round(load) },
    wire: about.wire ?? { fixedFf: 0, perSinkFf: 0, source: 'none: wires are taken to have no capacitance' },
    roles: rolesOf(cells),
    ...(about.supply && { supply: about.supply }),
    dontUse: about.dontUse ?? [],
    slewsPs,
    cells,
  });
}

/** Does `name` match one of the patterns, in which `*` stands for any characters? */
export function matches(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    new RegExp(
      `^${pattern
        .split('*')
        .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')}$`,
    ).test(name),
  );
}

function cellsOf(library: Group, reading: Reading, dontUse: readonly string[]): Cell[] {
  return groupsOf(library, 'cell')
    .filter((cell) => !matches(cell.args[0] ?? '', dontUse))
    .flatMap((cell) => readCell(cell, reading) ?? []);
}

function firstReading(library: Group, slewsPs: readonly number[]): Reading {
  const typical = slewsPs[Math.floor(slewsPs.length / 2)] ?? 0;
  return {
    templates: templatesOf(library),
    units: unitsOf(library),
    slewsPs,
    clockSlewPs: typical,
    energyAt: { slewPs: typical, loadFf: 0 },
  };
}

/** The slews of the first delay table there is, thinned: they are the same throughout a library. */
function slewAxis(libraries: readonly Group[]): number[] {
  for (const library of libraries) {
    const units: Units = unitsOf(library);
    const templates = templatesOf(library);
    for (const timing of groupsOf(library, 'cell')
      .flatMap((cell) => groupsOf(cell, 'pin'))
      .flatMap((pin) => groupsOf(pin, 'timing'))) {
      const table = tableOf(timing, 'cell_rise', templates);
      if (table && table.rows.length > 1 && table.columns.length > 1)
        return thin(slewVariable.test(table.rowVariable) ? table.rows : table.columns).map((slew) =>
          round(slew * units.ps),
        );
    }
  }
  return [0];
}

/** The slew, in ps, to which a row of inverters with a fan-out of four settles. */
function fanoutSlew(inverter: Cell, slewsPs: readonly number[], load: number): number {
  const { loadsFf, arcs } = inverter.outputs[0]!;
  let slew = slewsPs[0]!;
  for (let k = 0; k < 8; k++)
    slew =
      (lookUp(slewsPs, loadsFf, arcs[0]!.riseSlewPs, slew, load) +
        lookUp(slewsPs, loadsFf, arcs[0]!.fallSlewPs, slew, load)) /
      2;
  return round(slew);
}

function cornerOf(library: Group): Corner {
  const conditions = groupsOf(library, 'operating_conditions')[0];
  return {
    name: conditions?.args[0] ?? attribute(library, 'default_operating_conditions') ?? 'nominal',
    voltage: unitsOf(library).voltage,
    temperature: numeric(library, 'nom_temperature') ?? 25,
    slewPercent: [
      numeric(library, 'slew_lower_threshold_pct_rise') ?? 20,
      numeric(library, 'slew_upper_threshold_pct_rise') ?? 80,
    ],
  };
}
