import type { Cell, Instance, Netlist, Technology } from '../synth/index.js';
import type { Share } from './cost.js';

/** Cells, area and leakage by kind of cell, and where the hierarchy was kept by module and by instance of the top; the largest first. Each way of dividing adds up to the whole. */
export function breakdownOf(netlist: Netlist, technology: Technology, hierarchy: boolean): Share[] {
  const kinds = group(netlist.instances, ({ cell }) => kindOf(cell, technology), 'kind');
  if (!hierarchy) return kinds;
  const isDivided = netlist.instances.some(({ module }) => module !== undefined);
  const modules = isDivided ? group(netlist.instances, ({ module }) => module ?? netlist.name, 'module') : [];
  return [...kinds, ...modules, ...group(netlist.instances, ownerOf, 'instance')];
}

function group(
  instances: readonly Instance[],
  name: (instance: Instance) => string,
  by: Share['by'],
): Share[] {
  const shares = new Map<string, { cells: number; areaUm2: number; leakageNw: number }>();
  for (const instance of instances) {
    const key = name(instance);
    const share = shares.get(key) ?? { cells: 0, areaUm2: 0, leakageNw: 0 };
    share.cells++;
    share.areaUm2 += instance.cell.areaUm2;
    share.leakageNw += instance.cell.leakageNw;
    shares.set(key, share);
  }
  return [...shares]
    .map(([key, share]) => ({ by, name: key, ...share }))
    .sort((a, b) => b.areaUm2 - a.areaUm2);
}

function kindOf(cell: Cell, { roles }: Technology): string {
  if (cell.flipFlop) return 'sequential';
  if (cell.inputs.length === 0) return 'tie';
  if (cell.name === roles.fullAdder?.cell || cell.name === roles.halfAdder?.cell) return 'adder';
  if (cell.inputs.length > 1) return 'combinational';
  return /^\W*(!|.*')/.test(cell.outputs[0]!.function) ? 'inverter' : 'buffer';
}

/** The instance of the top module that a cell is in: the name up to the first dot, if it is not one that Yosys made up. */
function ownerOf({ name }: Instance): string {
  const [owner, ...rest] = name.replace(/^\$flatten\\?/, '').split('.');
  return rest.length > 0 && !owner!.startsWith('$') ? owner! : '(top)';
}
