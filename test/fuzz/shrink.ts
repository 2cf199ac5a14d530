import { topOf, withOperands, type Design, type Module, type Node } from '../../src/ir/index.js';

/**
 * A smaller design that still fails: one output, nodes replaced by constants or by one of their operands, children left
 * out. Stops where no such step keeps the failure.
 */
export function shrink(design: Design, fails: (design: Design) => boolean): Design {
  let best = design;
  for (let changed = true; changed;) {
    changed = false;
    for (const smaller of steps(best)) {
      if (!fails(smaller)) continue;
      best = smaller;
      changed = true;
      break;
    }
  }
  return best;
}

function* steps(design: Design): Generator<Design> {
  const top = topOf(design);
  const withTop = (module: Module): Design => ({
    ...design,
    modules: [...design.modules.slice(0, -1), module],
  });
  if (top.outputs.length > 1) for (const output of top.outputs) yield withTop({ ...top, outputs: [output] });
  const used = new Set(top.nodes.flatMap((node) => (node.kind === 'instance' ? [node.module] : [])));
  const kept = design.modules.filter((module) => module === top || used.has(module.name));
  if (kept.length < design.modules.length && design.modules.length === kept.length + 1)
    yield { ...design, modules: kept };
  yield* withoutUnread(top, withTop);
  for (let id = top.nodes.length - 1; id >= 0; id--) {
    const node = top.nodes[id]!;
    if (node.width === 0 || node.kind === 'const' || node.kind === 'input') continue;
    const nodes = [...top.nodes];
    nodes[id] = { kind: 'const', width: node.width, value: 0n };
    if (node.kind !== 'output') yield withTop({ ...top, nodes });
  }
}

/** The module without one of the nodes that nobody reads. */
function* withoutUnread(top: Module, withTop: (module: Module) => Design): Generator<Design> {
  const read = new Set<number>(top.outputs.map((port) => port.value));
  for (const node of top.nodes) withOperands(node, (id) => (read.add(id), id));
  for (let id = top.nodes.length - 1; id >= 0; id--) {
    if (read.has(id) || top.nodes[id]!.kind === 'input') continue;
    const to = (old: number): number => (old > id ? old - 1 : old);
    const nodes: Node[] = top.nodes.filter((_, at) => at !== id).map((node) => withOperands(node, to));
    const outputs = top.outputs.map((port) => ({ ...port, value: to(port.value) }));
    yield withTop({ ...top, nodes, outputs });
  }
}

/** A smaller text that still fails: lines between the first and the last left out, many at once and then one by one. */
export function shrinkText(text: string, fails: (text: string) => boolean): string {
  let lines = text.split('\n');
  for (let many = lines.length >> 1; many >= 1; many >>= 1)
    for (let at = lines.length - 1 - many; at >= 1; at--) {
      const fewer = [...lines.slice(0, at), ...lines.slice(at + many)];
      if (fails(fewer.join('\n'))) lines = fewer;
    }
  return lines.join('\n');
}
