import { parseExpression, truthTable } from './boolean.js';
import type { AdderRole, Cell, PinRole, Roles } from './technology.js';

/** Finds by their functions the cells that play a part of their own in mapping; of several the one with the least area. */
export function rolesOf(cells: readonly Cell[]): Roles {
  const byArea = [...cells].sort((a, b) => a.areaUm2 - b.areaUm2 || a.name.localeCompare(b.name));
  const first = <T>(find: (cell: Cell) => T | undefined): T | undefined => {
    for (const cell of byArea) {
      const found = find(cell);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const roles = {
    fullAdder: first((cell) => adder(cell, 3)),
    halfAdder: first((cell) => adder(cell, 2)),
    tieHigh: first((cell) => tie(cell, true)),
    tieLow: first((cell) => tie(cell, false)),
    buffer: first((cell) => single(cell, '01')),
    inverter: first((cell) => single(cell, '10')),
    flipFlop: first(plainFlipFlop) ?? first((cell) => cell.flipFlop && cell.name),
  };
  return Object.fromEntries(Object.entries(roles).filter(([, role]) => role !== undefined));
}

const parity = { 2: '0110', 3: '01101001' } as const;
const majority = { 2: '0001', 3: '00010111' } as const;

function adder(cell: Cell, size: 2 | 3): AdderRole | undefined {
  if (cell.flipFlop || cell.inputs.length !== size || cell.outputs.length !== 2) return undefined;
  const inputs = cell.inputs.map((pin) => pin.name);
  const find = (table: string): AdderRole['sum'] | undefined =>
    cell.outputs.flatMap(({ name, function: text }) => {
      const bits = bitsOf(text, inputs);
      return bits === table
        ? [{ pin: name, inverted: false }]
        : bits === complement(table)
          ? [{ pin: name, inverted: true }]
          : [];
    })[0];
  const sum = find(parity[size]);
  const carry = find(majority[size]);
  return sum && carry && { cell: cell.name, inputs, sum, carry };
}

function tie(cell: Cell, high: boolean): PinRole | undefined {
  if (cell.inputs.length > 0) return undefined;
  const pin = cell.outputs.find((output) => bitsOf(output.function, []) === (high ? '1' : '0'));
  return pin && { cell: cell.name, pin: pin.name };
}

function single(cell: Cell, table: string): string | undefined {
  const [output] = cell.outputs;
  const isOne = !cell.flipFlop && cell.inputs.length === 1 && cell.outputs.length === 1;
  return isOne && bitsOf(output!.function, [cell.inputs[0]!.name]) === table ? cell.name : undefined;
}

function plainFlipFlop(cell: Cell): string | undefined {
  const { flipFlop } = cell;
  return flipFlop && flipFlop.clear === undefined && flipFlop.preset === undefined ? cell.name : undefined;
}

function bitsOf(text: string, pins: readonly string[]): string {
  const parsed = parseExpression(text);
  return parsed ? truthTable(parsed, pins).map(Number).join('') : '';
}

function complement(table: string): string {
  return table.replace(/./g, (bit) => (bit === '0' ? '1' : '0'));
}
