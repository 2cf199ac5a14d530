import type { Cut, Graph, Ref } from './graph.js';
import type { Program } from './program.js';

/** Rewrites loads of short elements and what cuts them to fewer bits as loads that do both. */
export function findCutLoads(program: Program): Program {
  const { graph: g, inputs } = program;
  for (let ref = 0; ref < g.vectors.length; ref++) {
    const cut = cutOf(g, ref);
    const load = cut && g.at(cut.of);
    if (load?.op !== 'load' || load.cut || inputs[load.at]!.elementBytes === 4) continue;
    const { bits, signed } = cut!;
    g.replace(ref, { ...load, range: g.at(ref).range, cut: { bits, signed } });
  }
  return program;
}

/** What a vector is the low bits of, where it is made of a shift up and down, or of a mask. */
function cutOf(g: Graph, ref: Ref): (Cut & { readonly of: Ref }) | undefined {
  const { op, operands, at } = g.at(ref);
  if (op === 'shrS') {
    const inner = g.at(operands[0]!);
    const same = inner.op === 'shl' && inner.at === at && at >= 16;
    return same ? { of: inner.operands[0]!, bits: 32 - at, signed: true } : undefined;
  }
  const mask = op === 'and' ? g.valueOf(operands[1]!) : undefined;
  if (mask === undefined || mask <= 0 || mask > 0xffff || (mask & (mask + 1)) !== 0) return undefined;
  return { of: operands[0]!, bits: 32 - Math.clz32(mask), signed: false };
}
