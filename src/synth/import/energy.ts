import { evaluate, parseExpression, pinsOf, type Expression } from '../boolean.js';
import { attribute, groupsOf, numeric, type Group } from '../liberty/syntax.js';
import { slewVariable, tableOf, valueAt, type Templates } from './tables.js';
import type { Units } from './units.js';

/** At which slew and load a library's energy tables are read. */
export interface EnergyPoint {
  readonly slewPs: number;
  readonly loadFf: number;
}

/** What energies are read with. */
export interface EnergyReading {
  readonly templates: Templates;
  readonly units: Units;
  readonly energyAt: EnergyPoint;
}

/** Energy in fJ inside the cell of a transition to each side. */
export interface EdgeEnergies {
  readonly rise: number;
  readonly fall: number;
}

/** The values of a cell's pins; a condition on a pin that is not in it does not hold. */
export type PinValues = ReadonlyMap<string, boolean>;

/**
 * Energies of a pin's transitions as the mean over `states`, each the values of the other pins. In a state those
 * `internal_power` groups count whose `when` holds, their mean where there are several; a group without `when` counts in
 * every state if the pin has no conditional ones, and is a library's summary of them otherwise. Figures for several
 * supplies are added, as each of them states its own share.
 */
export function energiesOf(pin: Group, reading: EnergyReading, states: readonly PinValues[]): EdgeEnergies {
  const powers = withoutSummary(groupsOf(pin, 'internal_power')).map((power) => ({
    supply: supplyOf(power),
    when: parseExpression(attribute(power, 'when') ?? '1'),
    rise: edgeEnergy(power, 'rise_power', reading),
    fall: edgeEnergy(power, 'fall_power', reading),
  }));
  const supplies = [...new Set(powers.map(({ supply }) => supply))];
  const energy = (edge: 'rise' | 'fall', state: PinValues): number => {
    const values = new Map(state).set(pin.args[0] ?? '', edge === 'rise');
    const here = powers.filter(({ when }) => !when || holds(when, values));
    return sum(
      supplies.map((supply) => mean(here.filter((one) => one.supply === supply).map((one) => one[edge]))),
    );
  };
  const over = (edge: 'rise' | 'fall'): number => mean(states.map((state) => energy(edge, state)));
  return { rise: over('rise'), fall: over('fall') };
}

/** A pin whose transition makes an output change, and how often it does so beside the others. */
export interface Causing {
  readonly pin: string;
  readonly weight: number;
}

/** The same for an output: the mean over the pins that cause its transition, of each the mean over its conditions. */
export function outputEnergies(
  output: Group,
  reading: EnergyReading,
  causing: readonly Causing[],
): EdgeEnergies {
  const all = groupsOf(output, 'internal_power');
  const cases = causing.flatMap(({ pin, weight }) => {
    const mine = withoutSummary(all.filter((power) => isRelated(power, pin)));
    return mine.length && weight > 0 ? [{ weight, mine }] : [];
  });
  const supplies = [...new Set(all.map(supplyOf))];
  const whole = sum(cases.map(({ weight }) => weight));
  const over = (edge: 'rise_power' | 'fall_power'): number =>
    sum(
      cases.map(({ weight, mine }) => {
        const energies = supplies.map((supply) =>
          mean(
            mine
              .filter((power) => supplyOf(power) === supply)
              .map((power) => edgeEnergy(power, edge, reading)),
          ),
        );
        return (weight / whole) * sum(energies);
      }),
    );
  return { rise: over('rise_power'), fall: over('fall_power') };
}

/** The states of a combinational cell's other pins as `pin` changes: all values of the inputs, with those outputs that stay as they are. */
export function statesAround(
  pin: string,
  inputs: readonly string[],
  functions: Readonly<Record<string, string>>,
): PinValues[] {
  const outputs = Object.entries(functions).flatMap(([name, text]) => {
    const parsed = parseExpression(text);
    return parsed ? [[name, parsed] as const] : [];
  });
  const others = inputs.filter((name) => name !== pin);
  return valuesOf(others).map((values) => {
    const state = new Map(values);
    for (const [name, expression] of outputs) {
      const [low, high] = [false, true].map((value) => evaluate(expression, new Map(values).set(pin, value)));
      if (low === high) state.set(name, low!);
    }
    return state;
  });
}

/** All assignments of values to names. */
export function valuesOf(names: readonly string[]): Map<string, boolean>[] {
  return Array.from(
    { length: 2 ** names.length },
    (_, k) => new Map(names.map((name, bit) => [name, (k >> bit) % 2 === 1])),
  );
}

/** The mean of both edges. */
export function perTransition({ rise, fall }: EdgeEnergies): number {
  return (rise + fall) / 2;
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
  return units.nw * sum([...bySupply.values()].map(mean));
}

/** A group without a condition beside ones with conditions sums these up. */
function withoutSummary(powers: readonly Group[]): readonly Group[] {
  const conditional = powers.filter((power) => attribute(power, 'when') !== undefined);
  return conditional.length ? conditional : powers;
}

function supplyOf(power: Group): string {
  return attribute(power, 'related_pg_pin') ?? '';
}

function isRelated(power: Group, pin: string): boolean {
  const pins = attribute(power, 'related_pin')?.split(/\s+/) ?? [];
  return pins.length === 0 || pins.includes(pin);
}

function edgeEnergy(power: Group, edge: 'rise_power' | 'fall_power', reading: EnergyReading): number {
  const { templates, units, energyAt } = reading;
  const table = tableOf(power, edge, templates) ?? tableOf(power, 'power', templates);
  return table
    ? units.fj * valueAt(table, slewVariable, energyAt.slewPs / units.ps, energyAt.loadFf / units.ff)
    : 0;
}

function holds(when: Expression, values: PinValues): boolean {
  return pinsOf(when).every((name) => values.has(name)) && evaluate(when, values);
}

function mean(values: readonly number[]): number {
  return values.length ? sum(values) / values.length : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
