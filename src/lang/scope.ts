import type { Diagnostic } from '../base/index.js';
import type { Datapath, Register, Value } from '../builder/index.js';
import type { Design } from '../ir/index.js';
import type { ElasticStream } from '../pass/index.js';
import { nothing, type Item, type NamedType } from './item.js';
import { limits } from './limits.js';
import { tooDeep, tooLarge } from './problems.js';
import { enough } from './report.js';
import type { Program } from './program.js';
import type { Span } from './span.js';
import type { DatapathSyntax, Statement } from './syntax.js';

/** What one elaboration, with all datapaths it calls, may still spend. */
export interface Budget {
  steps: number;
  depth: number;
  /** Nodes of the datapaths made so far, each with all that it instantiates. */
  nodes: number;
  /** Whether the end of the budget was told: from then on everything is silent poison. */
  spent: boolean;
}

export function freshBudget(): Budget {
  return { steps: 0, depth: 0, nodes: 0, spent: false };
}

/** A port of an elaborated datapath. */
export interface PortType extends NamedType {
  /** The statement that it comes from, and the field of a record; empty for what is none. */
  readonly of: string;
  readonly field: string;
}

/** A datapath with its arguments, made into a design. */
export interface Elaborated {
  readonly design: Design;
  readonly inputs: readonly PortType[];
  readonly outputs: readonly NamedType[];
  /** Nodes, those of instances counted as often as they are instantiated. */
  readonly nodes: number;
  /** How many levels of instances are in it. */
  readonly height: number;
}

/** Modules already made in this elaboration, by datapath and arguments; undefined for those with faults. */
export interface Library {
  readonly made: Map<string, Elaborated | undefined>;
  /** Module names in use. */
  readonly names: Set<string>;
}

/** The streams of a datapath under elaboration. */
export interface Streams {
  readonly ins: ElasticStream[];
  readonly outs: ElasticStream[];
  /** The words of each stream in, and whether a unit takes them. */
  readonly sources: Map<string, { readonly fields: ReadonlyMap<string, Value>; isTaken: boolean }>;
}

/** One datapath while it is elaborated. */
export interface Frame {
  readonly program: Program;
  readonly syntax: DatapathSyntax;
  readonly datapath: Datapath;
  readonly budget: Budget;
  readonly library: Library;
  /** How many datapaths called each other to get here; 0 for the top. */
  readonly level: number;
  /** What names stand for that are defined so far. */
  readonly names: Map<string, Item>;
  /** Every name that a statement defines, with the first statement that does. */
  readonly definitions: ReadonlyMap<string, Statement>;
  readonly registers: Map<string, Register>;
  /** Registers whose type is being evaluated. */
  readonly declaring: Set<string>;
  readonly inputs: PortType[];
  readonly outputs: NamedType[];
  /** Its ports that work by valid and ready. */
  readonly streams: Streams;
  /** How often each datapath was instantiated. */
  readonly instances: Map<string, number>;
  /** Nodes of this module, and of the instances in it. */
  nodes: number;
  instanceNodes: number;
  /** The levels of instances in it so far. */
  height: number;
  /** Whether it calls a datapath with faults, which were told where that was first made. */
  failed: boolean;
  /** The statement under elaboration. */
  current: Statement | undefined;
}

/** Where an expression is evaluated: the datapath, and the variables of the comprehensions around it. */
export interface Scope {
  readonly frame: Frame;
  readonly variables: Variable | undefined;
}

export interface Variable {
  readonly name: string;
  readonly item: Item;
  readonly outer: Variable | undefined;
}

/** Reports a fault at a place, unless the budget is spent. */
export function refuse(scope: Scope, at: Span, diagnostic: Diagnostic): void {
  if (!scope.frame.budget.spent) scope.frame.datapath.report({ ...diagnostic, place: at });
}

/** Reports a fault and gives what stands for the expression behind it. */
export function refuseItem(scope: Scope, at: Span, diagnostic: Diagnostic): Item {
  refuse(scope, at, diagnostic);
  return nothing;
}

/** Counts an evaluation that goes one deeper; false, with a diagnostic the first time, when the budget is spent. */
export function enter(scope: Scope, at: Span): boolean {
  const { budget } = scope.frame;
  budget.depth++;
  budget.steps++;
  if (budget.steps > limits.steps)
    exhaust(scope, tooLarge('making this design takes more steps', limits.steps, at), at);
  if (budget.depth > limits.depth) exhaust(scope, tooDeep(at, 'evaluation here is', limits.depth), at);
  if (enough(scope.frame.datapath.diagnostics)) budget.spent = true;
  return !budget.spent;
}

export function leave(scope: Scope): void {
  scope.frame.budget.depth--;
}

/** Notes that the module under construction has at least that many nodes. */
export function countNodes(scope: Scope, nodes: number, at: Span): void {
  const { frame } = scope;
  frame.nodes = Math.max(frame.nodes, nodes);
  if (frame.nodes + frame.instanceNodes > limits.nodes)
    exhaust(scope, tooLarge('this design has more nodes', limits.nodes, at), at);
  if (frame.budget.nodes > limits.allNodes)
    exhaust(scope, tooLarge('the datapaths of this file have more nodes', limits.allNodes, at), at);
}

function exhaust(scope: Scope, diagnostic: Diagnostic, at: Span): void {
  refuse(scope, at, diagnostic);
  scope.frame.budget.spent = true;
}
