import type { YosysModule } from './netlist.js';

type Bit = number | string;

/**
 * The module `top` with the modules that it is made of put in the place of their instances. Cells and nets are called by
 * their way from the top, as `u_lane_0.cell`, and each cell says which module it is of. A bit of a port that is a
 * constant inside, or that goes through a module without a cell, joins the nets outside.
 */
export function assemble(modules: ReadonlyMap<string, YosysModule>, top: string): YosysModule {
  const nets = joinedNets();
  const cells: Record<string, YosysModule['cells'][string]> = {};
  const netnames: Record<string, YosysModule['netnames'][string]> = {};

  const place = (name: string, path: string): ((bit: Bit) => Bit) => {
    const module = modules.get(name)!;
    const numbers = new Map<number, number>();
    const here = (bit: Bit): Bit => {
      if (typeof bit === 'string') return bit;
      const known = numbers.get(bit) ?? nets.make();
      numbers.set(bit, known);
      return known;
    };
    for (const [net, { bits, hide_name }] of Object.entries(module.netnames))
      netnames[path + net] = { bits: bits.map(here), hide_name: hide_name ?? 0 };
    for (const [cell, { type, connections }] of Object.entries(module.cells)) {
      const child = modules.get(type);
      const outside = Object.entries(connections).map(([pin, bits]) => [pin, bits.map(here)] as const);
      if (!child) cells[path + cell] = { type, connections: Object.fromEntries(outside), module: name };
      else {
        const inside = place(type, `${path}${cell}.`);
        for (const [pin, bits] of outside) {
          const port = child.ports[pin];
          port?.bits.forEach((bit, k) => {
            // an open output is connected to an undefined constant
            const isOpen = port.direction !== 'input' && typeof bits[k] !== 'number';
            if (!isOpen) nets.join(inside(bit), bits[k]!);
          });
        }
      }
    }
    return here;
  };
  const here = place(top, '');
  const found = (bits: readonly Bit[]): Bit[] => bits.map((bit) => nets.find(bit));
  return {
    ports: mapped(modules.get(top)!.ports, (port) => ({ ...port, bits: found(port.bits.map(here)) })),
    cells: mapped(cells, (cell) => ({ ...cell, connections: mapped(cell.connections, found) })),
    netnames: mapped(netnames, (net) => ({ ...net, bits: found(net.bits) })),
  };
}

/** Nets that may turn out to be one, or to be a constant. */
function joinedNets() {
  const same: Bit[] = [0, 0];
  const find = (bit: Bit): Bit => {
    if (typeof bit === 'string' || same[bit] === bit) return bit;
    const root = find(same[bit]!);
    same[bit] = root;
    return root;
  };
  return {
    /** Yosys numbers nets from 2. */
    make: (): number => same.push(same.length) - 1,
    find,
    join: (a: Bit, b: Bit): void => {
      const [one, other] = [find(a), find(b)];
      if (one === other) return;
      if (typeof one === 'number') same[one] = other;
      else if (typeof other === 'number') same[other] = one;
    },
  };
}

function mapped<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
