import { clockNets, type NetBit, type Netlist } from './netlist.js';

/**
 * How many registers each net lies behind the inputs, on the way with the fewest; -1 for nets that no input reaches. In a
 * pipeline every way has as many, but for those through registers that are fed back.
 */
export function registersBefore(netlist: Netlist): Int32Array {
  const readers = readersOf(netlist);
  const before = new Int32Array(netlist.netNames.length).fill(-1);
  const clocks = clockNets(netlist);
  let row = netlist.ports
    .filter(({ direction }) => direction === 'input')
    .flatMap(({ bits }) => bits.filter((net) => typeof net === 'number' && !clocks.has(net)) as number[]);
  for (let registers = 0; row.length > 0; registers++) {
    const reached = row.filter((net) => before[net]! < 0);
    reached.forEach((net) => (before[net] = registers));
    const next: number[] = [];
    for (const net of reached)
      for (const instance of readers.get(net) ?? [])
        for (const output of instance.outputs) {
          if (output === undefined || before[output]! >= 0) continue;
          if (instance.cell.flipFlop) next.push(output);
          else {
            before[output] = registers;
            reached.push(output);
          }
        }
    row = next;
  }
  return before;
}

function readersOf({ instances }: Netlist): ReadonlyMap<NetBit, Netlist['instances'][number][]> {
  const readers = new Map<NetBit, Netlist['instances'][number][]>();
  for (const instance of instances)
    for (const net of instance.inputs) {
      const known = readers.get(net);
      if (known) known.push(instance);
      else readers.set(net, [instance]);
    }
  return readers;
}
