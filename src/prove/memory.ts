import type { Id } from '../ir/index.js';
import { numberOf, type Job, type NetBit, type Wiring, type YosysCell } from './netlist.js';
import { notReadBack } from './problems.js';

/** A memory's reads, to be done like other cells, and its writes, to be made once all words are there. */
export interface MemoryPorts {
  readonly reads: readonly Job[];
  write(): void;
}

/** Reads a memory cell; undefined after a fault. Registers at its reads are cells of their own. */
export function importMemory(
  name: string,
  cell: YosysCell,
  cells: readonly (readonly [string, YosysCell])[],
  clock: NetBit | undefined,
  wiring: Wiring,
): MemoryPorts | undefined {
  const [width, depth] = [numberOf(cell, 'WIDTH'), numberOf(cell, 'SIZE')];
  const strange = strangeness(cell, width * depth, clock);
  if (strange !== undefined) {
    wiring.report(notReadBack(`has a memory \`${name}\` ${strange}`));
    return undefined;
  }
  const init = cell.parameters['INIT']!;
  const contents = Array.from({ length: depth }, (_, address) => wordAt(init, address, width));
  const memory = wiring.draft.memory({ name: 'memory', width, depth, synchronous: false, contents });
  const port = (connection: string, index: number, bits: number): readonly NetBit[] =>
    cell.connections[connection]!.slice(index * bits, (index + 1) * bits);
  const address = numberOf(cell, 'ABITS');
  const reads = Array.from({ length: numberOf(cell, 'RD_PORTS') }, (_, index): Job => {
    const [nets, data] = [port('RD_ADDR', index, address), port('RD_DATA', index, width)];
    const run = (): void => wiring.drive(data, readInside(wiring, memory, wiring.word(nets), depth, width));
    return { reads: nets, drives: data, run };
  });
  const drivers = enableDrivers(cells);
  const write = (): void => {
    const ports = Array.from({ length: numberOf(cell, 'WR_PORTS') }, (_, index): Written => ({
      address: wiring.word(port('WR_ADDR', index, address)),
      data: wiring.word(port('WR_DATA', index, width)),
      enable: uniform(port('WR_EN', index, width), drivers, wiring, name),
    }));
    ports.forEach((one, index) => {
      const data = contested(wiring, cell, ports, index);
      wiring.draft.write(memory, one.address, data, one.enable);
    });
  };
  return { reads, write };
}

interface Written {
  readonly address: Id;
  readonly data: Id;
  readonly enable: Id;
}

/** What a memory has that is not followed. */
function strangeness(cell: YosysCell, bits: number, clock: NetBit | undefined): string | undefined {
  const init = cell.parameters['INIT'] ?? '';
  if (numberOf(cell, 'OFFSET') !== 0) return 'whose first address is not 0';
  if (/1/.test(cell.parameters['RD_CLK_ENABLE'] ?? '')) return 'with a clocked read port';
  if (init.length !== bits || !/^[01]*$/.test(init)) return 'that starts with unknown words';
  if (numberOf(cell, 'WR_PORTS') === 0) return undefined;
  if (/0/.test(cell.parameters['WR_CLK_ENABLE']! + cell.parameters['WR_CLK_POLARITY']!))
    return 'that is not written at rising edges';
  return cell.connections['WR_CLK']!.every((net) => net === clock) ? undefined : 'with a clock of its own';
}

function wordAt(init: string, address: number, width: number): bigint {
  const end = init.length - address * width;
  return BigInt(`0b${init.slice(end - width, end)}`);
}

/** The word at the address; undefined beyond the depth, as in Verilog. */
function readInside(wiring: Wiring, memory: number, address: Id, depth: number, width: number): Id {
  const { draft: d } = wiring;
  const word = d.read(memory, address);
  const bits = d.widthOf(address);
  if (2 ** bits <= depth) return word;
  const isInside = d.compare('lt', address, d.constant(BigInt(depth), bits), false);
  return d.mux(isInside, word, wiring.undefinedWord(width));
}

/**
 * What a port writes: its data, but nothing is known of the word where an earlier port writes to the same address
 * and the Verilog does not say which one wins.
 */
function contested(wiring: Wiring, cell: YosysCell, ports: readonly Written[], index: number): Id {
  const { draft: d } = wiring;
  const mask = cell.parameters['WR_PRIORITY_MASK'] ?? '';
  let { data } = ports[index]!;
  for (let before = 0; before < index; before++) {
    if (mask[mask.length - 1 - (index * ports.length + before)] === '1') continue;
    const [one, other] = [ports[index]!, ports[before]!];
    const together = d.binary('and', one.enable, other.enable);
    const same = d.binary('and', together, d.compare('eq', one.address, other.address, false));
    data = d.mux(same, wiring.undefinedWord(d.widthOf(data)), data);
  }
  return data;
}

/** The multiplexers by the nets that they drive: enables are made of them. */
function enableDrivers(cells: readonly (readonly [string, YosysCell])[]): Map<NetBit, YosysCell> {
  const drivers = new Map<NetBit, YosysCell>();
  for (const [, cell] of cells) if (cell.type === '$mux') drivers.set(cell.connections['Y']![0]!, cell);
  return drivers;
}

/** The one bit that all bits of a write enable are equal to; a fault where they may differ. */
function uniform(
  nets: readonly NetBit[],
  drivers: ReadonlyMap<NetBit, YosysCell>,
  wiring: Wiring,
  name: string,
): Id {
  const { draft: d } = wiring;
  if (nets.every((net) => net === nets[0])) return wiring.word([nets[0]!]);
  const mux = drivers.get(nets[0]!);
  if (
    mux?.connections['Y']!.every((net, i) => net === nets[i]) &&
    mux.connections['Y']!.length === nets.length
  ) {
    const branch = (port: string): Id => uniform(mux.connections[port]!, drivers, wiring, name);
    return d.mux(wiring.word(mux.connections['S']!), branch('B'), branch('A'));
  }
  wiring.report(notReadBack(`writes parts of words to the memory \`${name}\``));
  return d.constant(0n, 1);
}
