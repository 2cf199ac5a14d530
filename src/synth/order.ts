import { failure, success, type Result } from '../base/index.js';
import type { Instance, Netlist } from './netlist.js';
import { combinationalLoop } from './problems.js';

/**
 * The instances in an order in which each comes after those that drive it; flip-flops depend on nothing but their
 * clear and preset pins. A fault where a combinational loop makes that impossible.
 */
export function levelOrder(netlist: Netlist): Result<readonly Instance[]> {
  const driver = new Map<number, number>();
  netlist.instances.forEach((instance, at) =>
    instance.outputs.forEach((net) => net !== undefined && driver.set(net, at)),
  );
  const causes = netlist.instances.map((instance) =>
    waitsFor(instance).flatMap((net) => (typeof net === 'number' ? (driver.get(net) ?? []) : [])),
  );
  const results: number[][] = netlist.instances.map(() => []);
  causes.forEach((list, at) => list.forEach((cause) => results[cause]!.push(at)));

  const missing = causes.map((list) => list.length);
  const ready = missing.flatMap((count, at) => (count === 0 ? [at] : []));
  for (let next = 0; next < ready.length; next++)
    for (const at of results[ready[next]!]!) if (--missing[at]! === 0) ready.push(at);
  if (ready.length < netlist.instances.length)
    return failure(combinationalLoop(loopNames(netlist, causes, missing)));
  return success(ready.map((at) => netlist.instances[at]!));
}

function waitsFor({ cell, inputs }: Instance): readonly (number | string)[] {
  const { flipFlop } = cell;
  if (!flipFlop) return inputs;
  return inputs.filter((_, k) => {
    const name = cell.inputs[k]!.name;
    return name !== flipFlop.clock && name !== flipFlop.data;
  });
}

/** Some instances on one loop: from a blocked instance back through blocked causes until one repeats. */
function loopNames(
  netlist: Netlist,
  causes: readonly (readonly number[])[],
  missing: readonly number[],
): string[] {
  const path: number[] = [];
  let at = missing.findIndex((count) => count > 0);
  while (!path.includes(at)) {
    path.push(at);
    at = causes[at]!.find((cause) => missing[cause]! > 0)!;
  }
  return path
    .slice(path.indexOf(at))
    .slice(0, 8)
    .map((one) => netlist.instances[one]!.name);
}
