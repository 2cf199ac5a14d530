import { parseExpression, pinsOf } from '../boolean.js';
import { attribute, groupsOf, numeric, type Group } from '../liberty/syntax.js';
import type { Cell, InputPin, OutputPin } from '../technology.js';
import { arcsOf, round } from './arcs.js';
import { leakageOf, type EnergyPoint } from './energy.js';
import { flipFlopOf } from './flipflop.js';
import { pinEnergies, type PinEnergies } from './pins.js';
import { tableOf, type Templates } from './tables.js';
import type { Units } from './units.js';

/** What all cells of a library are read with. */
export interface Reading {
  readonly templates: Templates;
  readonly units: Units;
  readonly slewsPs: readonly number[];
  readonly clockSlewPs: number;
  readonly energyAt: EnergyPoint;
}

/**
 * A cell that logic can be mapped to: combinational with at most eight inputs, a tie, or a plain flip-flop on a rising
 * edge. Undefined for all others: latches, clock gates, scan, three-state and physical cells, and for cells whose
 * library entry lacks an area, a function or a timing arc.
 */
export function readCell(cell: Group, reading: Reading): Cell | undefined {
  if (!isPlain(cell)) return undefined;
  const pins = groupsOf(cell, 'pin').filter((pin) => attribute(pin, 'direction') !== 'internal');
  const inputs = pins.filter((pin) => attribute(pin, 'direction') === 'input');
  const outputs = pins.filter((pin) => attribute(pin, 'direction') === 'output');
  const areaUm2 = numeric(cell, 'area');
  if (areaUm2 === undefined || outputs.length === 0 || inputs.length + outputs.length !== pins.length)
    return undefined;

  const flipFlop = groupsOf(cell, 'ff').length ? flipFlopOf(cell, reading) : null;
  if (flipFlop === undefined) return undefined;
  const names = inputs.map((pin) => pin.args[0]!);
  const readable = flipFlop ? [...names, flipFlop.state, flipFlop.invertedState] : names;
  const functions = outputs.map((pin) => attribute(pin, 'function') ?? '');
  if (!functions.every((text) => reads(text, readable)) || names.length > 8) return undefined;

  const energies = pinEnergies(pins, functions, flipFlop ?? undefined, reading);
  const made = outputs.map((pin) => outputPin(pin, reading, names, energies));
  if (names.length > 0 && made.some((pin) => pin.arcs.length === 0)) return undefined;
  return {
    name: cell.args[0] ?? '',
    areaUm2: round(areaUm2),
    leakageNw: round(leakageOf(cell, reading.units)),
    inputs: inputs.map((pin) => inputPin(pin, reading, energies)),
    outputs: made,
    ...(flipFlop && { flipFlop }),
  };
}

const unplain = ['latch', 'statetable', 'test_cell', 'bus', 'bundle', 'ff_bank', 'latch_bank'];
const marks = [
  'is_level_shifter',
  'is_isolation_cell',
  'clock_gating_integrated_cell',
  'always_on',
  'retention_cell',
];

/** Libraries mark ties `dont_use` too, as their own flows place them; here they are needed. */
function isPlain(cell: Group): boolean {
  const isTie = !groupsOf(cell, 'pin').some((pin) => attribute(pin, 'direction') === 'input');
  return (
    (isTie || !marked(cell, 'dont_use')) &&
    !unplain.some((kind) => groupsOf(cell, kind).length > 0) &&
    !marks.some((mark) => marked(cell, mark)) &&
    !groupsOf(cell, 'pin').some((pin) => attribute(pin, 'three_state') !== undefined)
  );
}

function marked(cell: Group, mark: string): boolean {
  return !['false', undefined].includes(attribute(cell, mark));
}

function reads(text: string, names: readonly string[]): boolean {
  const parsed = parseExpression(text);
  return parsed !== undefined && pinsOf(parsed).every((pin) => names.includes(pin));
}

function inputPin(pin: Group, reading: Reading, energies: PinEnergies): InputPin {
  const name = pin.args[0]!;
  return {
    name,
    capFf: round((numeric(pin, 'capacitance') ?? 0) * reading.units.ff),
    energyFj: round(energies.get(name) ?? 0),
  };
}

function outputPin(
  pin: Group,
  reading: Reading,
  inputs: readonly string[],
  energies: PinEnergies,
): OutputPin {
  const loadsFf = loadAxis(pin, reading);
  return {
    name: pin.args[0]!,
    function: attribute(pin, 'function')!,
    maxLoadFf: round((numeric(pin, 'max_capacitance') ?? 0) * reading.units.ff || (loadsFf.at(-1) ?? 0)),
    energyFj: round(energies.get(pin.args[0]!) ?? 0),
    loadsFf,
    arcs: arcsOf(pin, inputs, { ...reading, loadsFf }),
  };
}

/** The loads of the pin's first delay table, thinned; they grow with the cell's strength. */
function loadAxis(pin: Group, { templates, units }: Reading): number[] {
  for (const timing of groupsOf(pin, 'timing'))
    for (const name of ['cell_rise', 'cell_fall']) {
      const table = tableOf(timing, name, templates);
      if (table)
        return thin(/cap/.test(table.rowVariable) ? table.rows : table.columns).map((load) =>
          round(load * units.ff),
        );
    }
  return [];
}

/** Five of an axis' entries where it has more: the ends and, as cells are mostly used there, more of the lower than of the upper. */
export function thin(axis: readonly number[]): number[] {
  if (axis.length <= 5) return [...axis];
  const last = axis.length - 1;
  return [0, 1, 2, last - 2, last].map((k) => axis[k]!).filter((value, k, all) => value !== all[k - 1]);
}
