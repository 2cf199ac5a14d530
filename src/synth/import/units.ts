import { attribute, numeric, values, type Group } from '../liberty/syntax.js';

/** What a library's numbers must be multiplied with to be in ps, fF, fJ and nW. */
export interface Units {
  readonly ps: number;
  readonly ff: number;
  readonly fj: number;
  readonly nw: number;
  readonly voltage: number;
}

const prefixes: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
  a: 1e-18,
  k: 1e3,
};

/** Liberty's defaults where a unit is not written: 1 ns, 1 pF, 1 nW. Energy is capacitance unit × voltage unit². */
export function unitsOf(library: Group): Units {
  const volts = scale(attribute(library, 'voltage_unit'), 'V') ?? 1;
  const farads = capacitance(values(library, 'capacitive_load_unit')) ?? 1e-12;
  return {
    ps: (scale(attribute(library, 'time_unit'), 's') ?? 1e-9) * 1e12,
    ff: farads * 1e15,
    fj: farads * volts * volts * 1e15,
    nw: (scale(attribute(library, 'leakage_power_unit'), 'W') ?? 1e-9) * 1e9,
    voltage: numeric(library, 'nom_voltage') ?? 1,
  };
}

function scale(text: string | undefined, unit: string): number | undefined {
  const match = text === undefined ? null : /^\s*([\d.eE+-]*?)\s*([a-zA-Z]*)\s*$/.exec(text);
  if (!match || !match[2]!.endsWith(unit)) return undefined;
  const prefix = prefixes[match[2]!.slice(0, -unit.length)];
  return prefix === undefined ? undefined : Number(match[1] || '1') * prefix;
}

function capacitance(written: readonly string[] | undefined): number | undefined {
  if (!written || written.length < 2) return undefined;
  return scale(`${Number(written[0])}${written[1]!.toLowerCase().replace(/f$/, 'F')}`, 'F');
}
