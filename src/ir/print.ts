import { operands } from './operands.js';
import type { Design, Module } from './module.js';
import type { Node } from './node.js';

/** A design as text, for people and for tests: a line a node, modules in order. */
export function printDesign(design: Design): string {
  return design.modules.map(printModule).join('\n');
}

/** One module as text. */
export function printModule(module: Module): string {
  const lines = module.nodes.map((node, id) => `  %${id} = ${printNode(node)}`);
  const outputs = module.outputs.map((port) => `  out ${port.name}: ${port.width} = %${port.value}`);
  const memories = module.memories.map(
    (memory, index) => `  memory @${index} ${memory.name}: ${memory.depth} x ${memory.width}`,
  );
  const head = `module ${module.name} latency ${module.latency} stages ${module.stages} {`;
  return [head, ...memories, ...lines, ...outputs, '}', ''].join('\n');
}

/** A node as a line of text without its number: equal for nodes that are the same but for their places. */
export function printNode(node: Node): string {
  const reads = operands(node).map((id) => ` %${id}`);
  const name = node.name === undefined ? '' : ` "${node.name}"`;
  return `${node.kind}${detail(node)}: ${node.width}${reads.join('')}${name}`;
}

/** What a node is, apart from its kind, width and operands: equal for nodes that compute the same. */
export function detail(node: Node): string {
  switch (node.kind) {
    case 'const':
      return `.${node.value}`;
    case 'binary':
    case 'reduce':
      return `.${node.op}`;
    case 'mul':
    case 'extend':
      return node.signed ? '.signed' : '';
    case 'compare':
    case 'shift':
      return `.${node.op}${node.signed ? '.signed' : ''}`;
    case 'slice':
      return `.${node.low}`;
    case 'reg':
      return `${node.enable === undefined ? '' : '.enable'}${node.reset ? `.reset.${node.reset.to}` : ''}`;
    case 'read':
    case 'write':
      return `.@${node.memory}`;
    case 'instance':
      return `.${node.module}`;
    case 'output':
      return `.${node.port}`;
    default:
      return '';
  }
}
