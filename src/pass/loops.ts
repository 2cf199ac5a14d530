import { operands, type Id, type Module } from '../ir/index.js';

/**
 * Numbers the groups of nodes that must share a pipeline stage: those on a common loop through registers, and all
 * reads and writes of one memory. Tarjan's algorithm, without recursion. Groups come in an order in which every
 * group follows those it reads from.
 */
export function loops(module: Module): {
  readonly groupOf: readonly number[];
  readonly groups: readonly (readonly Id[])[];
} {
  const reads = readsOf(module);
  const count = module.nodes.length;
  const index = new Array<number>(count).fill(-1);
  const low = new Array<number>(count).fill(0);
  const groupOf = new Array<number>(count).fill(-1);
  const groups: Id[][] = [];
  const open: Id[] = [];
  let next = 0;

  function close(root: Id): void {
    const group: Id[] = [];
    for (let id = -1; id !== root;) {
      id = open.pop()!;
      groupOf[id] = groups.length;
      group.push(id);
    }
    groups.push(group.sort((a, b) => a - b));
  }

  function search(start: Id): void {
    const path: { readonly id: Id; edge: number }[] = [];
    const enter = (id: Id): void => {
      index[id] = low[id] = next++;
      open.push(id);
      path.push({ id, edge: 0 });
    };
    enter(start);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const to = reads[top.id]![top.edge++];
      if (to === undefined) {
        path.pop();
        const above = path.at(-1);
        if (above) low[above.id] = Math.min(low[above.id]!, low[top.id]!);
        if (low[top.id] === index[top.id]) close(top.id);
      } else if (index[to] === -1) enter(to);
      else if (groupOf[to] === -1) low[top.id] = Math.min(low[top.id]!, index[to]!);
    }
  }

  for (let id = 0; id < count; id++) if (index[id] === -1) search(id);
  return { groupOf, groups };
}

/** What each node waits for; the ports of a memory wait for one another. */
function readsOf(module: Module): Id[][] {
  const ports = new Map<number, Id[]>();
  module.nodes.forEach((node, id) => {
    if (node.kind === 'read' || node.kind === 'write')
      ports.set(node.memory, [...(ports.get(node.memory) ?? []), id]);
  });
  const written = new Set(module.nodes.flatMap((node) => (node.kind === 'write' ? [node.memory] : [])));
  return module.nodes.map((node) => {
    const coupled = (node.kind === 'read' || node.kind === 'write') && written.has(node.memory);
    return coupled ? [...operands(node), ...ports.get(node.memory)!] : [...operands(node)];
  });
}
