import { unreachable } from '../base/index.js';
import { parseExpression, type Expression } from './boolean.js';
import type { Netlist } from './netlist.js';
import type { Cell } from './technology.js';

/**
 * Behavioural Verilog of every cell that a netlist uses, a file a cell: with the netlist's own Verilog it makes a
 * gate-level model for other simulators. Without delays; clear and preset act at once.
 */
export function cellModels(netlist: Netlist): { readonly name: string; readonly text: string }[] {
  const cells = new Map(netlist.instances.map(({ cell }) => [cell.name, cell]));
  return [...cells.values()].map((cell) => ({ name: `${cell.name}.v`, text: cellModel(cell) }));
}

function cellModel(cell: Cell): string {
  const ports = [
    ...cell.inputs.map((pin) => `input wire ${pin.name}`),
    ...cell.outputs.map((pin) => `output wire ${pin.name}`),
  ];
  const outputs = cell.outputs.map((pin) => `  assign ${pin.name} = ${verilog(pin.function)};`);
  return [`module ${cell.name} (${ports.join(', ')});`, ...storage(cell), ...outputs, 'endmodule', ''].join(
    '\n',
  );
}

function storage({ flipFlop }: Cell): string[] {
  if (!flipFlop) return [];
  const { state, invertedState, nextState, clock, clear, preset } = flipFlop;
  const events = [clock, ...(clear ? ['clear'] : []), ...(preset ? ['preset'] : [])];
  const forced = [
    ...(clear ? ["if (clear) held <= 1'b0; else "] : []),
    ...(preset ? ["if (preset) held <= 1'b1; else "] : []),
  ];
  return [
    '  reg held;',
    ...(clear ? [`  wire clear = ${verilog(clear)};`] : []),
    ...(preset ? [`  wire preset = ${verilog(preset)};`] : []),
    `  wire ${state} = held;`,
    `  wire ${invertedState} = ~held;`,
    `  always @(${events.map((name) => `posedge ${name}`).join(' or ')}) ${forced.join('')}held <= ${verilog(nextState)};`,
  ];
}

function verilog(text: string): string {
  return written(parseExpression(text)!);
}

function written(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return expression.value ? "1'b1" : "1'b0";
    case 'pin':
      return expression.name;
    case 'not':
      return `~${written(expression.of)}`;
    case 'and':
    case 'or':
    case 'xor': {
      const sign = { and: '&', or: '|', xor: '^' }[expression.kind];
      return `(${written(expression.left)} ${sign} ${written(expression.right)})`;
    }
    default:
      return unreachable(expression);
  }
}
