import { ones } from '../base/index.js';
import { operands, type Id, type Module } from '../ir/index.js';

/** Which bits of every node's word are read by anything: a mask per node. */
export function usedBits(module: Module): bigint[] {
  const used = new Array<bigint>(module.nodes.length).fill(0n);
  const all = (id: Id): void => {
    used[id] = ones(module.nodes[id]!.width);
  };
  for (const node of module.nodes) {
    if (node.kind === 'slice') used[node.a]! |= ones(node.width) << BigInt(node.low);
    else operands(node).forEach(all);
  }
  for (const port of module.outputs) all(port.value);
  return used;
}

/** The runs of zeros in a mask of `width` bits, as [high, low] pairs from the top. */
export function gaps(mask: bigint, width: number): [number, number][] {
  const runs: [number, number][] = [];
  for (let high = width - 1; high >= 0; high--) {
    if ((mask >> BigInt(high)) & 1n) continue;
    let low = high;
    while (low > 0 && !((mask >> BigInt(low - 1)) & 1n)) low--;
    runs.push([high, low]);
    high = low;
  }
  return runs;
}
