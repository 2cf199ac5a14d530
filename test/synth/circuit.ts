import { readNetlist, type Netlist, type Technology } from '../../src/synth/index.js';

type Bits = readonly (number | string)[];

/** What Yosys would write for a module of ports (name, direction, bits) and cells (name, type, pins). */
export function yosysJson(
  ports: readonly (readonly [string, 'input' | 'output', Bits])[],
  cells: readonly (readonly [string, string, Readonly<Record<string, number | string>>])[],
): string {
  const module = {
    ports: Object.fromEntries(ports.map(([name, direction, bits]) => [name, { direction, bits }])),
    cells: Object.fromEntries(
      cells.map(([name, type, pins]) => [
        name,
        { type, connections: Object.fromEntries(Object.entries(pins).map(([pin, bit]) => [pin, [bit]])) },
      ]),
    ),
    netnames: Object.fromEntries(ports.map(([name, , bits]) => [name, { bits }])),
  };
  return JSON.stringify({ modules: { top: module } });
}

export function netlist(technology: Technology, ...parts: Parameters<typeof yosysJson>): Netlist {
  const read = readNetlist(yosysJson(...parts), 'top', technology);
  if (!read.ok) throw new Error(JSON.stringify(read.diagnostics));
  return read.value;
}
