import { operands, withOperands, type Id, type Module, type Node } from '../ir/index.js';
import { perModule } from './pass.js';

/** Removes nodes that reach no output and no memory that is read, and memories nobody reads. Input ports stay. */
export const dead = perModule('dead', 'removes nodes that no output depends on', removeDead);

export function removeDead(module: Module): Module {
  const live = liveNodes(module);
  const isWhole =
    live.every((alive) => alive) && readMemories(module.nodes).length === module.memories.length;
  if (isWhole) return module;
  const where: Id[] = [];
  const kept: Node[] = [];
  module.nodes.forEach((node, id) => {
    if (live[id]) where[id] = kept.push(node) - 1;
  });
  const moved = (id: Id): Id => where[id]!;
  const memories = readMemories(kept);
  const renumbered = (node: Node): Node =>
    node.kind === 'read' || node.kind === 'write' ? { ...node, memory: memories.indexOf(node.memory) } : node;
  return {
    ...module,
    nodes: kept.map((node) => renumbered(withOperands(node, moved))),
    memories: memories.map((index) => module.memories[index]!),
    outputs: module.outputs.map((port) => ({ ...port, value: moved(port.value) })),
  };
}

/** The memories that are read, in order. */
function readMemories(nodes: readonly Node[]): number[] {
  const read = new Set(nodes.flatMap((node) => (node.kind === 'read' ? [node.memory] : [])));
  return [...read].sort((a, b) => a - b);
}

function liveNodes(module: Module): boolean[] {
  const live = new Array<boolean>(module.nodes.length).fill(false);
  const writes = writesByMemory(module);
  const stack: Id[] = module.outputs.map((port) => port.value);
  module.nodes.forEach((node, id) => node.kind === 'input' && stack.push(id));
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (live[id]) continue;
    live[id] = true;
    const node = module.nodes[id]!;
    stack.push(...operands(node));
    if (node.kind === 'read') stack.push(...(writes.get(node.memory) ?? []));
  }
  return live;
}

function writesByMemory(module: Module): Map<number, Id[]> {
  const writes = new Map<number, Id[]>();
  module.nodes.forEach((node, id) => {
    if (node.kind === 'write') writes.set(node.memory, [...(writes.get(node.memory) ?? []), id]);
  });
  return writes;
}
