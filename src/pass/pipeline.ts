import {
  operands,
  resetName,
  withOperands,
  type Design,
  type Id,
  type Module,
  type Node,
} from '../ir/index.js';
import { removeDead } from './dead.js';
import { depths } from './delay.js';
import type { Pass } from './pass.js';
import { schedules, type Schedule } from './schedule.js';

/**
 * Makes the pipeline stages that designers asked for. The pipelined module gives, `latency` cycles later, exactly
 * what the module gave before: every path from inputs to a node crosses the same number of registers, loops stay
 * whole in one stage, and the reset reaches the registers of a stage as many cycles late as its data.
 */
export const pipeline: Pass = {
  name: 'pipeline',
  about: 'cuts the paths between inputs and outputs into balanced stages',
  run: pipelineDesign,
};

function pipelineDesign(design: Design): Design {
  const depth = depths(design);
  const modules: Module[] = [];
  for (const module of design.modules) {
    const so = { ...design, modules: [...modules, module] };
    modules.push(needsStages(module, modules) ? pipelineModule(module, so, depth) : module);
  }
  return { ...design, modules };
}

/** A module with streams was made around the latency of what it instantiates, and has none of its own. */
function needsStages(module: Module, done: readonly Module[]): boolean {
  if (module.streams) return false;
  const late = new Set(done.filter((child) => child.latency > 0).map((child) => child.name));
  const calls = module.nodes.some((node) => node.kind === 'instance' && late.has(node.module));
  return module.stages > 0 || (calls && module.latency === 0);
}

/** Of the schedules with the shortest stages, the one with the fewest register bits. */
function pipelineModule(module: Module, design: Design, depth: ReadonlyMap<string, number>): Module {
  const made = schedules(module, design, module.stages, depth).map((plan) => scheduled(module, plan));
  return made.reduce((best, other) => (registerBits(other) < registerBits(best) ? other : best));
}

function registerBits(module: Module): number {
  return module.nodes.reduce((sum, node) => sum + (node.kind === 'reg' ? node.width : 0), 0);
}

function scheduled(module: Module, plan: Schedule): Module {
  const { nodes, late } = delayed(module, plan.stages);
  const outputs = module.outputs.map((port) => ({ ...port, value: late(port.value, plan.latency) }));
  return removeDead({ ...module, nodes, outputs, latency: plan.latency, stages: 0 });
}

/** The module's nodes, each reading its operands as late as its own stage asks for. */
function delayed(module: Module, stages: readonly number[]) {
  const nodes: Node[] = [];
  const where: Id[] = [];
  const copies = new Map<string, Id>();
  const add = (node: Node): Id => nodes.push(node) - 1;

  /** The word of an old node as it was needed in `stage`: behind that many more registers. */
  function late(old: Id, stage: number): Id {
    const node = module.nodes[old]!;
    const wait = stage - stages[old]!;
    if (wait <= 0 || node.kind === 'const') return where[old]!;
    const key = `${old}@${stage}`;
    const found = copies.get(key);
    if (found !== undefined) return found;
    const id = isWiring(node) ? add(withOperands(node, (part) => late(part, stage))) : register(old, stage);
    copies.set(key, id);
    return id;
  }

  function register(old: Id, stage: number): Id {
    const node = module.nodes[old]!;
    const before = late(old, stage - 1);
    const base = node.kind === 'input' && node.name === resetName ? 'rst_n' : node.name;
    return add({
      kind: 'reg',
      width: node.width,
      next: before,
      ...(base !== undefined && { name: `${base}_s${stage}` }),
      ...(node.place && { place: node.place }),
    });
  }

  module.nodes.forEach((node, id) => {
    const stage = stages[id]!;
    if (node.kind === 'reg' || node.kind === 'write') where[id] = add(node);
    else where[id] = add(withOperands(node, (operand) => late(operand, readStage(node, stages, stage))));
  });
  module.nodes.forEach((node, id) => {
    if (node.kind === 'reg' || node.kind === 'write')
      nodes[where[id]!] = withOperands(node, (operand) => late(operand, stages[id]!));
  });
  return { nodes, late };
}

/** The stage in which a node reads: its own, but for an instance's outputs, which lie behind its latency. */
function readStage(node: Node, stages: readonly number[], stage: number): number {
  return node.kind === 'output' ? stages[node.instance]! : stage;
}

/** Widened and joined words are delayed in their parts: the same wires, fewer registers. */
function isWiring(node: Node): boolean {
  return (node.kind === 'extend' || node.kind === 'concat') && operands(node).length > 0;
}
