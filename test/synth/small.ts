import { importLiberty, type Technology } from '../../src/synth/index.js';

const axes = 'index_1 ("10, 20"); index_2 ("1, 3");';
const table = (kind: string, values: string): string => `${kind} (grid) { ${axes} values (${values}); }`;
const tables = (rise: string, fall: string): string =>
  [
    table('cell_rise', rise),
    table('rise_transition', rise),
    table('cell_fall', fall),
    table('fall_transition', fall),
  ].join('\n');
const arc = (from: string, sense: string, rise: string, fall: string, more = ''): string =>
  `timing () { related_pin : "${from}"; timing_sense : ${sense}; ${more} ${tables(rise, fall)} }`;
const input = (name: string, cap: number, more = ''): string =>
  `pin (${name}) { direction : input; capacitance : ${cap}; ${more} }`;
const output = (name: string, text: string, ...more: string[]): string =>
  `pin (${name}) { direction : output; function : "${text}"; max_capacitance : 10; ${more.join('\n')} }`;

const low = '"10, 30", "20, 40"';
const high = '"12, 32", "22, 42"';

/** A little library made for tests: every figure is chosen so that results can be computed by hand. */
export const smallLiberty = `/* a test
library */
library (small) {
  time_unit : "1ps"; voltage_unit : "1V"; leakage_power_unit : "1pW"; capacitive_load_unit (1, ff);
  nom_voltage : 2; nom_temperature : 25
  slew_lower_threshold_pct_rise : 10; slew_upper_threshold_pct_rise : 90;
  lu_table_template (grid) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance; ${axes} }
  lu_table_template (setup) { variable_1 : constrained_pin_transition; variable_2 : related_pin_transition; index_1 ("10, 20"); index_2 ("10, 20"); }
  power_lut_template (energy) { variable_1 : input_transition_time; variable_2 : total_output_net_capacitance; ${axes} }
  cell (INV) {
    area : 1; cell_leakage_power : 500;
    ${input('A', 1)}
    ${output('Y', '!A', arc('A', 'negative_unate', low, low))}
  }
  cell (NAND2) {
    area : 2; cell_leakage_power : 700;
    ${input('A', 1, 'internal_power () { rise_power (scalar) { values ("4"); } fall_power (scalar) { values ("8"); } }')}
    ${input('B', 1)}
    ${output(
      'Y',
      "(A*B)'",
      arc('A', 'negative_unate', low, low, 'when : "B";'),
      arc('A', 'negative_unate', high, low, 'when : "B & B";'),
      arc('B', 'negative_unate', low, low),
      'internal_power () { related_pin : "A"; related_pg_pin : VDD; rise_power (scalar) { values ("1"); } fall_power (scalar) { values ("3"); } }',
      'internal_power () { related_pin : "A"; related_pg_pin : VSS; rise_power (scalar) { values ("5"); } fall_power (scalar) { values ("5"); } }',
    )}
  }
  cell (FA) {
    area : 9; cell_leakage_power : 900;
    ${input('A', 2)} ${input('B', 2)} ${input('C', 2)}
    ${output('SN', '!(A ^ B ^ C)', ...['A', 'B', 'C'].map((pin) => arc(pin, 'non_unate', low, low)))}
    ${output('CON', "!A !B | !A*!C + B' C'", ...['A', 'B', 'C'].map((pin) => arc(pin, 'negative_unate', low, low)))}
  }
  cell (DFF) {
    area : 6; cell_leakage_power : 800;
    ff (IQN, IQ) { next_state : "!D"; clocked_on : "(CK)"; }
    ${input('CK', 1, 'clock : true; internal_power () { rise_power (scalar) { values ("2"); } fall_power (scalar) { values ("4"); } }')}
    ${input('D', 1, 'timing () { related_pin : "CK"; timing_type : setup_rising; rise_constraint (setup) { values ("5, 7", "6, 8"); } fall_constraint (setup) { values ("1, 3", "2, 4"); } }')}
    ${output('QN', 'IQN', arc('CK', 'non_unate', low, low, 'timing_type : rising_edge;'))}
  }
  cell (DFFR) {
    area : 8; cell_leakage_power : 800;
    ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; clear : "!RN"; }
    ${input('CK', 1)} ${input('D', 1)} ${input('RN', 1)}
    ${output('Q', 'IQ', arc('CK', 'non_unate', low, low, 'timing_type : rising_edge;'))}
    ${output('QN', 'IQN', arc('CK', 'non_unate', low, low, 'timing_type : rising_edge;'))}
  }
  cell (TIE) { area : 1; ${output('H', '1')} ${output('L', '0')} }
  cell (LATCH) { area : 3; latch (IQ, IQN) { enable : "G"; data_in : "D"; } ${input('G', 1)} ${input('D', 1)} ${output('Q', 'IQ')} }
  cell (SPARE_INV) { area : 0.5; ${input('A', 1)} ${output('Y', '!A', arc('A', 'negative_unate', low, low))} }
}
`;

/** The technology of the little library, without its spare inverter. */
export function smallTechnology(): Technology {
  const imported = importLiberty([{ file: 'small.lib', text: smallLiberty }], { dontUse: ['SPARE_*'] });
  if (!imported.ok) throw new Error(imported.diagnostics.map((one) => one.message).join('\n'));
  return imported.value;
}
