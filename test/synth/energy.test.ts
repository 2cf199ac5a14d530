import { describe, expect, it } from 'vitest';
import { importLiberty } from '../../src/synth/index.js';

const power = (rise: number, fall: number, more = ''): string =>
  `internal_power () { ${more} rise_power (scalar) { values ("${rise}"); } fall_power (scalar) { values ("${fall}"); } }`;
const arc = (from: string, type: string): string =>
  `timing () { related_pin : "${from}"; ${type} ${[
    'cell_rise',
    'cell_fall',
    'rise_transition',
    'fall_transition',
  ]
    .map((name) => `${name} (grid) { values ("1, 2", "1, 2"); }`)
    .join(' ')} }`;
const edge = 'timing_type : rising_edge; timing_sense : non_unate;';
const inverter = `cell (INV) { area : 1; pin (A) { direction : input; capacitance : 1; }
  pin (Y) { direction : output; function : "!A"; ${arc('A', 'timing_sense : negative_unate;')} } }`;

/** Energies by pin of the cell called `X`, in fJ; the supply is 2 V. */
function energies(cell: string): Record<string, number> {
  const text = `library (small) {
    time_unit : "1ps"; voltage_unit : "1V"; capacitive_load_unit (1, ff); nom_voltage : 2;
    lu_table_template (grid) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance; index_1 ("1, 2"); index_2 ("1, 2"); }
    power_lut_template (load) { variable_1 : total_output_net_capacitance; index_1 ("0, 100"); }
    ${inverter} ${cell} }`;
  const read = importLiberty([{ file: 'small.lib', text }]);
  if (!read.ok) throw new Error(JSON.stringify(read.diagnostics));
  const found = read.value.cells.find(({ name }) => name === 'X')!;
  return Object.fromEntries([...found.inputs, ...found.outputs].map((pin) => [pin.name, pin.energyFj]));
}

const nand = (a: string, y: string): string => `cell (X) { area : 1;
  pin (A) { direction : input; capacitance : 1; ${a} } pin (B) { direction : input; capacitance : 1; }
  pin (Y) { direction : output; function : "!(A&B)"; ${y}
    ${arc('A', 'timing_sense : negative_unate;')} ${arc('B', 'timing_sense : negative_unate;')} } }`;

const flipFlop = (clock: string, data: string, outputs: string, clear = ''): string => `cell (X) { area : 1;
  ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; ${clear ? 'clear : "!R";' : ''} }
  pin (CK) { direction : input; clock : true; capacitance : 1; ${clock} }
  pin (D) { direction : input; capacitance : 1; ${data} } ${clear} ${outputs} }`;
const output = (name: string, state: string, powers: string): string =>
  `pin (${name}) { direction : output; function : "${state}"; ${powers} ${arc('CK', edge)} }`;

describe('energies of gates', () => {
  it('count an input in the states that its conditions name', () => {
    expect(energies(nand(power(2, 4, 'when : "!B & Y";'), ''))['A']).toBe(1.5);
    expect(energies(nand(power(2, 4, 'when : "B";') + power(4, 8, 'when : "!B";'), ''))['A']).toBe(4.5);
  });

  it('count an input without conditions always, and take such a group beside conditional ones for a summary', () => {
    expect(energies(nand(power(2, 4), ''))['A']).toBe(3);
    expect(energies(nand(power(2, 4, 'when : "!B";') + power(20, 40), ''))['A']).toBe(1.5);
  });

  it('take the mean over causing pins and over the conditions of each', () => {
    const y =
      power(1, 1, 'related_pin : "A"; when : "B";') +
      power(3, 3, 'related_pin : "A"; when : "!B";') +
      power(6, 6, 'related_pin : "B";');
    expect(energies(nand('', y))['Y']).toBe(4);
  });

  it('add the supplies', () => {
    const y =
      power(1, 2, 'related_pg_pin : VDD; related_pin : "A B";') + power(2, 4, 'related_pg_pin : VSS;');
    expect(energies(nand('', y))['Y']).toBe(4.5);
  });
});

describe('energies of flip-flops', () => {
  const clock =
    power(2, 4, 'when : "D & Q";') +
    power(4, 6, 'when : "!D & !Q";') +
    power(0, 50, 'when : "D & !Q";') +
    power(1, 50, 'when : "!D & Q";');
  const q = output('Q', 'IQ', power(10, 20, 'related_pin : "CK";'));

  it('are those of quiet edges at the clock; what other edges cost more is with the output', () => {
    const found = energies(flipFlop(clock, '', q));
    expect(found['CK']).toBe((3 + 5) / 2);
    expect(found['Q']).toBe(15 + 0.5 - 3);
  });

  it('of the data pin are those while the clock is low', () => {
    const data = power(1, 1, 'when : "CK";') + power(4, 6, 'when : "!CK";');
    expect(energies(flipFlop('', data, q))['D']).toBe(5);
  });

  it('leave out what clear and preset cause and states that they force', () => {
    const clear = 'pin (R) { direction : input; capacitance : 1; }';
    const pin = output('Q', 'IQ', power(10, 20, 'related_pin : "CK";') + power(0, 99, 'related_pin : "R";'));
    const quiet = power(1, 3, 'when : "R";') + power(80, 80, 'when : "!R";');
    const found = energies(flipFlop(quiet, '', pin, clear));
    expect(found).toMatchObject({ CK: 2, Q: 15 });
  });

  it('of several outputs, told for all of them with their loads, are each its part without the load', () => {
    const all = (related: string): string =>
      `internal_power () { related_pin : "${related}"; ${['rise_power', 'fall_power']
        .map((name) => `${name} (load) { values ("12, 212"); }`)
        .join(' ')} }`;
    const both = output('Q', 'IQ', all('CK')) + output('QN', 'IQN', all('CK'));
    expect(energies(flipFlop('', '', both))).toMatchObject({ Q: 6, QN: 6 });
  });
});
