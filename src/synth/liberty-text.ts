import { parseExpression, truthTable } from './boolean.js';
import type { Arc, Cell, FlipFlop, OutputPin, Technology } from './technology.js';

/**
 * The technology as Liberty text for mapping: areas, functions, capacitances, flip-flops and delay tables in ps and fF.
 * Yosys' `dfflibmap`, `read_liberty -lib` and `abc` read it; energies and setup times are left out, as none of them uses these. With
 * `all` they are written too, for tools that analyse: internal energies without causing pins or conditions.
 */
export function renderLiberty(technology: Technology, all = false): string {
  const { name, corner, cells } = technology;
  return [
    `library (${name}) {`,
    '  delay_model : table_lookup;',
    '  time_unit : "1ps";',
    '  voltage_unit : "1V";',
    '  current_unit : "1mA";',
    '  pulling_resistance_unit : "1kohm";',
    '  leakage_power_unit : "1nW";',
    '  capacitive_load_unit (1, ff);',
    `  nom_voltage : ${corner.voltage};`,
    `  nom_temperature : ${corner.temperature};`,
    `  slew_lower_threshold_pct_rise : ${corner.slewPercent[0]};`,
    `  slew_upper_threshold_pct_rise : ${corner.slewPercent[1]};`,
    `  slew_lower_threshold_pct_fall : ${corner.slewPercent[0]};`,
    `  slew_upper_threshold_pct_fall : ${corner.slewPercent[1]};`,
    ...templates(technology),
    ...(all ? setupTemplate(technology) : []),
    ...cells.map((cell) => cellText(cell, technology.slewsPs, all)),
    '}',
    '',
  ].join('\n');
}

/** One template for each number of loads: ABC wants a table's axes to be as long as those of its template. */
function templates({ cells, slewsPs }: Technology): string[] {
  const lengths = new Set(cells.flatMap((cell) => cell.outputs.flatMap((pin) => pin.loadsFf.length || [])));
  return [...lengths].flatMap((length) => [
    `  lu_table_template (delay_${length}) {`,
    '    variable_1 : input_net_transition;',
    '    variable_2 : total_output_net_capacitance;',
    `    index_1 ("${slewsPs.join(', ')}");`,
    `    index_2 ("${Array.from({ length }, (_, k) => k).join(', ')}");`,
    '  }',
  ]);
}

function cellText(cell: Cell, slewsPs: readonly number[], all: boolean): string {
  const { flipFlop } = cell;
  return [
    `  cell (${cell.name}) {`,
    `    area : ${cell.areaUm2};`,
    `    cell_leakage_power : ${cell.leakageNw};`,
    ...(flipFlop ? flipFlopText(flipFlop) : []),
    ...cell.inputs.map((pin) => {
      const clock = pin.name === flipFlop?.clock ? ' clock : true;' : '';
      const setup = all && flipFlop && pin.name === flipFlop.data ? setupText(flipFlop) : '';
      const power = all ? powerText(pin.energyFj) : '';
      return `    pin (${pin.name}) { direction : input;${clock} capacitance : ${pin.capFf};${power}${setup} }`;
    }),
    ...cell.outputs.map((pin) => outputText(pin, slewsPs, all)),
    '  }',
  ].join('\n');
}

/**
 * A flip-flop that stores the complement of its data is written as one that stores the data, with the names of its two
 * states and of clear and preset exchanged: it is the same, and Yosys' `dfflibmap` gets the reset value of the other
 * form wrong (0.55).
 */
function flipFlopText(flipFlop: FlipFlop): string[] {
  const { state, invertedState, nextState, data, clock, clear, preset } = flipFlop;
  const inverted = truthTable(parseExpression(nextState)!, [data])[0] === true;
  const [first, second] = inverted ? [invertedState, state] : [state, invertedState];
  const [low, high] = inverted ? [preset, clear] : [clear, preset];
  return [
    `    ff (${first}, ${second}) {`,
    `      next_state : "${data}"; clocked_on : "${clock}";`,
    ...(low === undefined ? [] : [`      clear : "${low}";`]),
    ...(high === undefined ? [] : [`      preset : "${high}";`]),
    '    }',
  ];
}

function outputText(pin: OutputPin, slewsPs: readonly number[], all: boolean): string {
  return [
    `    pin (${pin.name}) {`,
    `      direction : output; function : "${pin.function}"; max_capacitance : ${pin.maxLoadFf};${all ? powerText(pin.energyFj) : ''}`,
    ...pin.arcs.map((arc) => arcText(arc, slewsPs, pin.loadsFf)),
    '    }',
  ].join('\n');
}

function powerText(energyFj: number): string {
  const edge = (name: string): string => `${name} (scalar) { values ("${energyFj}"); }`;
  return ` internal_power () { ${edge('rise_power')} ${edge('fall_power')} }`;
}

function setupText({ clock, setupRisePs, setupFallPs }: FlipFlop): string {
  const edge = (name: string, values: readonly number[]): string =>
    values.length ? `${name} (setup) { values ("${values.join(', ')}"); }` : '';
  const tables = `${edge('rise_constraint', setupRisePs)} ${edge('fall_constraint', setupFallPs)}`;
  return ` timing () { related_pin : "${clock}"; timing_type : setup_rising; ${tables} }`;
}

function setupTemplate({ slewsPs, corner }: Technology): string[] {
  return [
    '  nom_process : 1;',
    `  operating_conditions (typical) { process : 1; temperature : ${corner.temperature}; voltage : ${corner.voltage}; }`,
    '  default_operating_conditions : typical;',
    '  lu_table_template (setup) {',
    '    variable_1 : constrained_pin_transition;',
    `    index_1 ("${slewsPs.join(', ')}");`,
    '  }',
    ...['input', 'output'].flatMap((side) =>
      ['rise', 'fall'].map((edge) => `  ${side}_threshold_pct_${edge} : 50;`),
    ),
  ];
}

const senses = {
  positive: 'positive_unate',
  negative: 'negative_unate',
  both: 'non_unate',
  edge: 'non_unate',
} as const;

function arcText(arc: Arc, slewsPs: readonly number[], loadsFf: readonly number[]): string {
  const table = (name: string, values: readonly number[]): string => {
    const rows = slewsPs.map(
      (_, k) => `"${values.slice(k * loadsFf.length, (k + 1) * loadsFf.length).join(', ')}"`,
    );
    return `        ${name} (delay_${loadsFf.length}) { index_1 ("${slewsPs.join(', ')}"); index_2 ("${loadsFf.join(', ')}"); values (${rows.join(', ')}); }`;
  };
  const tables = [
    ['cell_rise', arc.riseDelayPs],
    ['rise_transition', arc.riseSlewPs],
    ['cell_fall', arc.fallDelayPs],
    ['fall_transition', arc.fallSlewPs],
  ] as const;
  return [
    `      timing () { related_pin : "${arc.from}"; timing_sense : ${senses[arc.sense]};${arc.sense === 'edge' ? ' timing_type : rising_edge;' : ''}`,
    ...tables.flatMap(([name, values]) => (values.length ? [table(name, values)] : [])),
    '      }',
  ].join('\n');
}
