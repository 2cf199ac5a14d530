import { parseExpression, truthTable } from './boolean.js';
import { lookUp } from './tables.js';
import type { Cell, OutputPin, Technology } from './technology.js';

/** What compressor trees of a technology's cells are arranged by: delays in ps, by input pin, and areas. */
export interface AdderCells {
  readonly fullAdder: PinDelays;
  readonly halfAdder: PinDelays;
  /** Whether both adder cells give complements. */
  readonly inverts: boolean;
  readonly inverter: number;
  readonly xor: number;
  readonly and: number;
  /** In µm²: the full adder, a gate that makes a bit of a product, and the gates for a bit of a recoded one. */
  readonly areas: { readonly fullAdder: number; readonly and: number; readonly recoded: number };
}

/** From each input, in the order of the adder's role, to sum and carry. */
export interface PinDelays {
  readonly sum: readonly number[];
  readonly carry: readonly number[];
}

/**
 * The delays of the technology's adders where they drive each other, and of the gates around them; undefined for a
 * technology without full adders. Each is the slower of both edges.
 */
export function adderCells(technology: Technology): AdderCells | undefined {
  const { fullAdder, halfAdder } = technology.roles;
  const inverter = technology.cells.find((cell) => cell.name === technology.roles.inverter);
  const [xor, nand] = [smallest(technology, ['0110', '1001']), smallest(technology, ['1110'])];
  const full = technology.cells.find((cell) => cell.name === fullAdder?.cell);
  const half = technology.cells.find((cell) => cell.name === halfAdder?.cell);
  if (!fullAdder || !full || !inverter || !xor || !nand) return undefined;
  const pinCap = mean(full.inputs.map((pin) => pin.capFf));
  const load = pinCap + technology.wire.perSinkFf;
  const gateLoad = 2 * (mean(xor.inputs.map((pin) => pin.capFf)) + technology.wire.perSinkFf);
  const slewPs = slewOf(pinOf(full, fullAdder.sum.pin), technology, load);
  const through = (cell: Cell, pins: readonly string[], output: string, loadFf: number): number[] =>
    pins.map((pin) => delayOf(pinOf(cell, output), pin, technology, slewPs, loadFf));
  const single = (cell: Cell, loadFf: number): number =>
    mean(
      through(
        cell,
        cell.inputs.map((pin) => pin.name),
        cell.outputs[0]!.name,
        loadFf,
      ),
    );
  const odd = single(xor, gateLoad);
  const delays = (role: NonNullable<typeof halfAdder>, cell: Cell): PinDelays => ({
    sum: through(cell, role.inputs, role.sum.pin, load),
    carry: through(cell, role.inputs, role.carry.pin, load),
  });
  return {
    fullAdder: delays(fullAdder, full),
    halfAdder: halfAdder && half ? delays(halfAdder, half) : { sum: [odd, odd], carry: [odd, odd] },
    inverts: fullAdder.sum.inverted && fullAdder.carry.inverted,
    inverter: single(inverter, load),
    xor: odd,
    and: single(nand, load),
    // A recoded bit: two bits selected of the factor, and an exclusive or.
    areas: {
      fullAdder: full.areaUm2,
      and: nand.areaUm2,
      recoded: xor.areaUm2 + smallestSelect(technology, nand),
    },
  };
}

/** The area of (a and b) or (c and d), in either sense: a cell of its own, or three gates. */
function smallestSelect({ cells }: Technology, nand: Cell): number {
  const table = Array.from({ length: 16 }, (_, row) => Number((row & 3) === 3 || (row & 12) === 12));
  const areas = cells.filter((cell) => isSelect(cell, table)).map((cell) => cell.areaUm2);
  return Math.min(3 * nand.areaUm2, ...areas);
}

/** Whether a cell of four inputs has the function, its inputs paired in any way, or the complement. */
function isSelect({ inputs, outputs, flipFlop }: Cell, table: readonly number[]): boolean {
  if (flipFlop || inputs.length !== 4 || outputs.length !== 1) return false;
  const parsed = parseExpression(outputs[0]!.function);
  const [a, b, c, d] = inputs.map((pin) => pin.name) as [string, string, string, string];
  return [
    [a, b, c, d],
    [a, c, b, d],
    [a, d, b, c],
  ].some((pins) => {
    const found = parsed ? truthTable(parsed, pins).map(Number) : [];
    return [0, 1].some(
      (flip) => found.length === 16 && found.every((bit, row) => bit === (table[row]! ^ flip)),
    );
  });
}

/** The smallest cell of two inputs with one of those functions. */
function smallest({ cells }: Technology, tables: readonly string[]): Cell | undefined {
  const fits = ({ inputs, outputs, flipFlop }: Cell): boolean => {
    if (flipFlop || inputs.length !== 2 || outputs.length !== 1) return false;
    const parsed = parseExpression(outputs[0]!.function);
    const pins = inputs.map((pin) => pin.name);
    return parsed !== undefined && tables.includes(truthTable(parsed, pins).map(Number).join(''));
  };
  return [...cells].sort((a, b) => a.areaUm2 - b.areaUm2).find(fits);
}

function pinOf(cell: Cell, name: string): OutputPin {
  return cell.outputs.find((pin) => pin.name === name)!;
}

function delayOf(pin: OutputPin, from: string, { slewsPs }: Technology, slew: number, load: number): number {
  const delays = pin.arcs
    .filter((arc) => arc.from === from)
    .flatMap((arc) => [arc.riseDelayPs, arc.fallDelayPs])
    .filter((table) => table.length > 0)
    .map((table) => lookUp(slewsPs, pin.loadsFf, table, slew, load));
  return Math.max(0, ...delays);
}

/** The slew at an output whose input has the same. */
function slewOf(pin: OutputPin, technology: Technology, load: number): number {
  let slew = technology.conditions.inputSlewPs;
  for (let round = 0; round < 5; round++)
    slew = Math.max(
      ...pin.arcs
        .flatMap((arc) => [arc.riseSlewPs, arc.fallSlewPs])
        .filter((table) => table.length > 0)
        .map((table) => lookUp(technology.slewsPs, pin.loadsFf, table, slew, load)),
    );
  return slew;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
