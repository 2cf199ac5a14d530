import { parseExpression, pinsOf, truthTable } from '../boolean.js';
import { attribute, groupsOf, numeric, type Group } from '../liberty/syntax.js';
import { slewVariable, tableOf, valueAt, type Templates } from './tables.js';
import type { Units } from './units.js';

/** At which slew and load a library's energy tables are read. */
export interface EnergyPoint {
  readonly slewPs: number;
  readonly loadFf: number;
}

/**
 * Energy in fJ of one transition of a pin: the mean of rise and fall and of all conditions and causing pins. Figures
 * for several supply pins are added, as each of them states its own share.
 */
export function energyOf(pin: Group, templates: Templates, units: Units, at: EnergyPoint): number {
  const bySupply = new Map<string, number[]>();
  for (const power of groupsOf(pin, 'internal_power')) {
    const edges = ['rise_power', 'fall_power', 'power'].flatMap((name) => {
      const table = tableOf(power, name, templates);
      return table ? [valueAt(table, slewVariable, at.slewPs / units.ps, at.loadFf / units.ff)] : [];
    });
    if (edges.length === 0) continue;
    const supply = attribute(power, 'related_pg_pin') ?? '';
    const known = bySupply.get(supply) ?? [];
    known.push(mean(edges));
    bySupply.set(supply, known);
  }
  return units.fj * [...bySupply.values()].reduce((sum, cases) => sum + mean(cases), 0);
}

/** Leakage in nW: what the cell states as a whole, or the mean of its states; figures for several supplies are added. */
export function leakageOf(cell: Group, units: Units): number {
  const whole = numeric(cell, 'cell_leakage_power');
  if (whole !== undefined) return whole * units.nw;
  const states = groupsOf(cell, 'leakage_power');
  const plain = states.filter((state) => attribute(state, 'when') === undefined);
  const bySupply = new Map<string, number[]>();
  for (const state of plain.length ? plain : states) {
    const supply = attribute(state, 'related_pg_pin') ?? '';
    bySupply.set(supply, [...(bySupply.get(supply) ?? []), numeric(state, 'value') ?? 0]);
  }
  return units.nw * [...bySupply.values()].reduce((sum, cases) => sum + mean(cases), 0);
}

/** In which share of the other pins' states a change of `pin` changes none of the functions; 1 for a pin they do not read. */
export function silentShare(pin: string, functions: readonly string[]): number {
  const parsed = functions.flatMap((text) => parseExpression(text) ?? []);
  const others = [...new Set(parsed.flatMap(pinsOf))].filter((name) => name !== pin);
  const tables = parsed.map((one) => truthTable(one, [pin, ...others]));
  const states = 2 ** others.length;
  const silent = Array.from({ length: states }, (_, k) =>
    tables.every((table) => table[2 * k] === table[2 * k + 1]),
  );
  return silent.filter(Boolean).length / states;
}

function mean(values: readonly number[]): number {
  return values.length ? values.reduce((a, b) => a + b, 0) / values.length : 0;
}
