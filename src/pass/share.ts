import { detail, operands, type Id, type Module, type Node } from '../ir/index.js';
import { perModule } from './pass.js';
import { rebuild } from './rebuild.js';

/** Merges nodes that compute the same from the same operands (common subexpressions). */
export const share = perModule('share', 'merges nodes that compute the same', shareNodes);

function shareNodes(module: Module): Module {
  const known = new Map<string, Id>();
  return rebuild(module, (node, to) => {
    if (!isShareable(node)) return to.add(node);
    const key = `${node.kind}${detail(node)}:${node.width}:${operands(node).join(',')}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const id = to.add(node);
    known.set(key, id);
    return id;
  });
}

/** Registers and instances have state of their own; ports are what they are. */
function isShareable(node: Node): boolean {
  return node.kind !== 'input' && node.kind !== 'instance' && node.kind !== 'output';
}
