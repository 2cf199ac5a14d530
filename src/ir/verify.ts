import { unreachable } from '../base/index.js';
import { isSequential, operands } from './operands.js';
import { moduleOf, type Design, type Module } from './module.js';
import type { Id, Node } from './node.js';

/**
 * Checks that a design is well formed: operands exist and point the right way, widths agree, every register is
 * connected, every input port has its node, instances fit their modules, names of ports are unique.
 *
 * @returns what is wrong, a sentence each; empty for a valid design. Faults here are bugs of a builder or a pass.
 */
export function verifyDesign(design: Design): string[] {
  const seen = new Set<string>();
  const faults: string[] = [];
  for (const module of design.modules) {
    if (seen.has(module.name)) faults.push(`two modules are called ${module.name}`);
    for (const node of module.nodes)
      if (node.kind === 'instance' && !seen.has(node.module))
        faults.push(`${module.name} instantiates ${node.module}, which does not precede it`);
    seen.add(module.name);
  }
  if (design.modules.at(-1)?.name !== design.top) faults.push(`the top module ${design.top} is not the last`);
  if (faults.length > 0) return faults;
  return design.modules.flatMap((module) => verifyModule(module, design));
}

function verifyModule(module: Module, design: Design): string[] {
  const faults: string[] = [];
  const say = (id: Id, what: string): void => {
    faults.push(`${module.name} %${id} ${module.nodes[id]!.kind}: ${what}`);
  };
  module.nodes.forEach((node, id) => {
    const direction = misdirected(module, node, id);
    if (direction !== undefined) return say(id, direction);
    const width = misfit(module, node, design);
    if (width !== undefined) say(id, width);
  });
  return [...faults, ...verifyPorts(module)];
}

function misdirected(module: Module, node: Node, id: Id): string | undefined {
  for (const operand of operands(node)) {
    if (!(operand >= 0 && operand < module.nodes.length)) return `reads %${operand}, which is not there`;
    if (operand >= id && !isSequential(node)) return `reads %${operand}, which comes later`;
  }
  return undefined;
}

/** What is wrong with the widths around a node, if anything. */
function misfit(module: Module, node: Node, design: Design): string | undefined {
  const width = (id: Id): number => module.nodes[id]!.width;
  const expect = (id: Id, bits: number): string | undefined =>
    width(id) === bits ? undefined : `reads %${id} of ${width(id)} bits where ${bits} are due`;
  if (node.kind !== 'write' && node.kind !== 'instance' && !(node.width >= 1)) return 'has no bits';
  switch (node.kind) {
    case 'input':
      return undefined;
    case 'const':
      return node.value >= 0n && node.value < 1n << BigInt(node.width) ? undefined : 'value beyond its width';
    case 'not':
      return expect(node.a, node.width);
    case 'binary':
      return expect(node.a, node.width) ?? expect(node.b, node.width);
    case 'mul':
      return node.width === width(node.a) + width(node.b) ? undefined : 'is not as wide as its product';
    case 'compare':
      return expect(node.b, width(node.a)) ?? oneBit(node);
    case 'shift':
      return expect(node.a, node.width);
    case 'mux':
      return expect(node.when, 1) ?? expect(node.yes, node.width) ?? expect(node.no, node.width);
    case 'slice':
      return node.low >= 0 && node.low + node.width <= width(node.a) ? undefined : 'is beyond its operand';
    case 'concat':
      return node.parts.reduce((sum, part) => sum + width(part), 0) === node.width
        ? undefined
        : 'is not as wide as its parts';
    case 'extend':
      return node.width >= width(node.a) ? undefined : 'is narrower than its operand';
    case 'reduce':
      return oneBit(node);
    case 'reg':
      return (
        expect(node.next, node.width) ??
        (node.enable === undefined ? undefined : expect(node.enable, 1)) ??
        (node.reset && expect(node.reset.by, 1)) ??
        (node.reset && node.reset.to >= 1n << BigInt(node.width) ? 'reset value beyond its width' : undefined)
      );
    case 'read':
      return module.memories[node.memory]?.width === node.width ? undefined : 'does not fit its memory';
    case 'write':
      return module.memories[node.memory]
        ? (expect(node.data, module.memories[node.memory]!.width) ?? expect(node.enable, 1))
        : 'has no memory';
    case 'instance':
      return misconnected(module, node.inputs, moduleOf(design, node.module));
    case 'output':
      return unfitOutput(module, node.instance, node.port, node.width, design);
    default:
      return unreachable(node);
  }
}

function oneBit(node: Node): string | undefined {
  return node.width === 1 ? undefined : 'is not one bit wide';
}

function misconnected(module: Module, inputs: readonly Id[], child: Module): string | undefined {
  if (inputs.length !== child.inputs.length)
    return `has ${inputs.length} inputs, ${child.inputs.length} are due`;
  const wrong = child.inputs.find((port, i) => module.nodes[inputs[i]!]!.width !== port.width);
  return wrong && `input ${wrong.name} is not ${wrong.width} bits wide`;
}

function unfitOutput(
  module: Module,
  instance: Id,
  port: number,
  width: number,
  design: Design,
): string | undefined {
  const node = module.nodes[instance]!;
  if (node.kind !== 'instance') return 'is not of an instance';
  return moduleOf(design, node.module).outputs[port]?.width === width
    ? undefined
    : 'is no port of its instance';
}

function verifyPorts(module: Module): string[] {
  const faults: string[] = [];
  const names = [...module.inputs, ...module.outputs].map((port) => port.name);
  if (new Set(names).size !== names.length) faults.push(`${module.name}: two ports have one name`);
  for (const port of module.inputs) {
    const nodes = module.nodes.filter((node) => node.kind === 'input' && node.name === port.name);
    if (nodes.length !== 1 || nodes[0]!.width !== port.width)
      faults.push(`${module.name}: input ${port.name} does not have one node of ${port.width} bits`);
  }
  for (const port of module.outputs)
    if (module.nodes[port.value]?.width !== port.width)
      faults.push(`${module.name}: output ${port.name} is not ${port.width} bits wide`);
  for (const port of [...module.inputs, ...module.outputs])
    if (port.width % port.lanes !== 0) faults.push(`${module.name}: port ${port.name} has uneven lanes`);
  return faults;
}
