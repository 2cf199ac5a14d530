import {
  moduleOf,
  operands,
  resetName,
  type Design,
  type Id,
  type Instance,
  type Module,
  type Node,
} from '../ir/index.js';
import { delayOf } from './delay.js';
import { loops } from './loops.js';

/** The stage of every node: how many register ranks its word lies behind the inputs. */
export interface Schedule {
  readonly stages: readonly number[];
  /** The stage of the outputs. */
  readonly latency: number;
}

/**
 * Places nodes in `latency` + 1 stages so that the longest stage is as short as can be: the least period for
 * which placing every node as early as it fits needs no more stages. More than `latency` where instances with a
 * latency of their own ask for it.
 *
 * @param latency the register ranks wished for
 * @param depths the longest path of every module that is instantiated
 * @returns schedules of that period: every node as early as it fits, and, if that works out, as late as it fits
 */
export function schedules(
  module: Module,
  design: Design,
  latency: number,
  depths: ReadonlyMap<string, number>,
): Schedule[] {
  const plan = prepare(module, design, depths);
  const goal = Math.max(latency, placeEarly(plan, Infinity).latency);
  const period = leastPeriod(plan, goal);
  const early = { stages: placeEarly(plan, period).stages, latency: goal };
  const late = placeLate(plan, period, goal);
  return (late ? [late, early] : [early]).map((found) => withOutputs(plan, found));
}

/** An instance's outputs lie behind it by its own latency, no more: whoever reads them later waits for them. */
function withOutputs(plan: Plan, { stages, latency }: Schedule): Schedule {
  const at = (node: Node, id: Id): number =>
    node.kind === 'output' ? stages[node.instance]! + plan.own[id]! : stages[id]!;
  return { stages: plan.module.nodes.map(at), latency };
}

function leastPeriod(plan: Plan, goal: number): number {
  // No period is shorter than the slowest node.
  let low = plan.delays.reduce((most, delay) => Math.max(most, delay), 0);
  let high = placeEarly(plan, low).latency <= goal ? low : plan.total;
  for (let round = 0; round < 40 && high - low > 1e-3; round++) {
    const middle = (low + high) / 2;
    if (placeEarly(plan, middle).latency <= goal) high = middle;
    else low = middle;
  }
  return high;
}

interface Plan {
  readonly module: Module;
  /** What each node reads. */
  readonly reads: readonly (readonly Id[])[];
  readonly groups: readonly (readonly Id[])[];
  readonly groupOf: readonly number[];
  readonly delays: readonly number[];
  /** Cycles that a node's word lies behind its operands by itself: the latency of an instance. */
  readonly own: readonly number[];
  readonly total: number;
  /** Whether a group must be in stage 0. */
  readonly pinned: readonly boolean[];
}

function prepare(module: Module, design: Design, depths: ReadonlyMap<string, number>): Plan {
  const latencies = new Map(design.modules.map((child) => [child.name, child.latency]));
  const delays = module.nodes.map((node) => delayOf(node, module, depths));
  const { groups, groupOf } = loops(module);
  return {
    module,
    reads: module.nodes.map(operands),
    groups,
    groupOf,
    pinned: pinnedGroups(module, groups, groupOf, design),
    delays,
    own: module.nodes.map((node) => ownLatency(node, module, latencies)),
    total: delays.reduce((sum, delay) => sum + delay, 1),
  };
}

/**
 * State that no reset brings to a known word must not see what a pipeline holds at power-up: memories that are
 * written and registers that can hold their word without a reset stay in stage 0, with all they depend on.
 */
function pinnedGroups(
  module: Module,
  groups: readonly (readonly Id[])[],
  groupOf: readonly number[],
  design: Design,
): boolean[] {
  const pinned = groups.map((group) => group.some((id) => keepsUnknown(module, group, id, design)));
  // Groups follow those they read from, so one walk back finds all ancestors.
  for (let index = groups.length - 1; index >= 0; index--)
    if (pinned[index])
      for (const id of groups[index]!)
        for (const operand of operands(module.nodes[id]!)) pinned[groupOf[operand]!] = true;
  return pinned;
}

function keepsUnknown(module: Module, group: readonly Id[], id: Id, design: Design): boolean {
  const node = module.nodes[id]!;
  if (node.kind === 'write') return true;
  if (node.kind === 'instance') return instanceKeepsUnknown(module, node, design);
  if (node.kind !== 'reg') return false;
  if (node.reset && isReset(module.nodes[node.reset.by]!)) return false;
  return group.length > 1 || node.enable !== undefined || node.next === id || node.reset !== undefined;
}

/** Whether an instance has such state inside, or is reset by anything but the reset. */
function instanceKeepsUnknown(module: Module, node: Instance, design: Design): boolean {
  const child = moduleOf(design, node.module);
  const resetPin = child.inputs.findIndex((port) => port.name === resetName);
  if (resetPin >= 0 && !isReset(module.nodes[node.inputs[resetPin]!]!)) return true;
  return loops(child).groups.some((group) => group.some((id) => keepsUnknown(child, group, id, design)));
}

function isReset(node: Node): boolean {
  return node.kind === 'input' && node.name === resetName;
}

function ownLatency(node: Node, module: Module, latencies: ReadonlyMap<string, number>): number {
  if (node.kind !== 'output') return 0;
  const instance = module.nodes[node.instance]!;
  return instance.kind === 'instance' ? (latencies.get(instance.module) ?? 0) : 0;
}

/** Every group as early as it fits into stages of that period; a group that fits nowhere gets a stage alone. */
function placeEarly(plan: Plan, period: number): Schedule {
  const stages = new Array<number>(plan.module.nodes.length).fill(0);
  const arrival = new Array<number>(plan.module.nodes.length).fill(0);
  let latency = 0;
  plan.groups.forEach((group, index) => {
    const earliest = earliestStage(plan, group, index, stages);
    const fits = arrive(plan, group, index, earliest, stages, arrival) <= period;
    if (!fits && !plan.pinned[index]) arrive(plan, group, index, earliest + 1, stages, arrival);
    for (const id of group) latency = Math.max(latency, stages[id]!);
  });
  return { stages, latency };
}

function earliestStage(plan: Plan, group: readonly Id[], index: number, stages: readonly number[]): number {
  let stage = 0;
  for (const id of group)
    for (const operand of plan.reads[id]!)
      if (plan.groupOf[operand] !== index) stage = Math.max(stage, stages[operand]! + plan.own[id]!);
  return stage;
}

/** Puts a group into a stage; returns when its last word is there. */
function arrive(
  plan: Plan,
  group: readonly Id[],
  index: number,
  stage: number,
  stages: number[],
  arrival: number[],
): number {
  let last = 0;
  for (const id of group) {
    const node = plan.module.nodes[id]!;
    let start = 0;
    let ends = 0;
    for (const operand of plan.reads[id]!) {
      const same = plan.groupOf[operand] === index || stages[operand] === stage;
      const at = same && plan.own[id] === 0 ? arrival[operand]! : 0;
      // What a register reads ends its path; its own word starts a new one.
      if (node.kind === 'reg' || node.kind === 'write') ends = Math.max(ends, at);
      else start = Math.max(start, at);
    }
    stages[id] = stage;
    arrival[id] = start + plan.delays[id]!;
    last = Math.max(last, arrival[id]!, ends);
  }
  return last;
}

/** Every group as late as it fits before the outputs; undefined where that would reach back before the inputs. */
function placeLate(plan: Plan, period: number, latency: number): Schedule | undefined {
  const { nodes } = plan.module;
  const readers = readersOf(plan.module);
  const stages = new Array<number>(nodes.length).fill(0);
  const tails = new Array<number>(nodes.length).fill(0);
  for (let index = plan.groups.length - 1; index >= 0; index--) {
    const group = plan.groups[index]!;
    const latest = plan.pinned[index] ? 0 : latestStage(plan, group, index, readers, stages, latency);
    const fits = depart(plan, group, index, readers, latest, stages, tails) <= period;
    if (!fits && !plan.pinned[index]) depart(plan, group, index, readers, latest - 1, stages, tails);
    if (group.some((id) => nodes[id]!.kind === 'input')) for (const id of group) stages[id] = 0;
    else if (stages[group[0]!]! < 0) return undefined;
  }
  // An input that had to be there before the first cycle has been put at 0 against the wishes of its readers.
  const reached = nodes.every((_, id) =>
    plan.reads[id]!.every((from) => stages[from]! + plan.own[id]! <= stages[id]!),
  );
  return reached ? { stages, latency } : undefined;
}

function latestStage(
  plan: Plan,
  group: readonly Id[],
  index: number,
  readers: readonly (readonly Id[])[],
  stages: readonly number[],
  latency: number,
): number {
  let stage = latency;
  for (const id of group)
    for (const reader of readers[id]!)
      if (plan.groupOf[reader] !== index) stage = Math.min(stage, stages[reader]! - plan.own[reader]!);
  return stage;
}

/** Puts a group into a stage; returns how long the longest path from it to the stage's end is. */
function depart(
  plan: Plan,
  group: readonly Id[],
  index: number,
  readers: readonly (readonly Id[])[],
  stage: number,
  stages: number[],
  tails: number[],
): number {
  let longest = 0;
  for (const id of [...group].reverse()) {
    let tail = 0;
    for (const reader of readers[id]!) {
      const { kind } = plan.module.nodes[reader]!;
      const together = plan.groupOf[reader] === index || stages[reader] === stage;
      if (together && plan.own[reader] === 0 && kind !== 'reg' && kind !== 'write')
        tail = Math.max(tail, tails[reader]!);
    }
    stages[id] = stage;
    tails[id] = tail + plan.delays[id]!;
    longest = Math.max(longest, tails[id]!);
  }
  return longest;
}

function readersOf(module: Module): Id[][] {
  const readers: Id[][] = module.nodes.map(() => []);
  module.nodes.forEach((node, id) => {
    for (const operand of operands(node)) readers[operand]!.push(id);
  });
  return readers;
}
