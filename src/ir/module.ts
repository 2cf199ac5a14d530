import type { Place } from '../base/index.js';
import type { Id, Node } from './node.js';

/** How a port's word is divided and read: `lanes` elements of `width / lanes` bits, lane 0 in the lowest bits. */
export interface Port {
  readonly name: string;
  readonly width: number;
  readonly lanes: number;
  /** Whether an element is a two's complement number. */
  readonly signed: boolean;
  /** The format of an element as the designer wrote it, as `int(8)`; for people and manifests. */
  readonly format: string;
}

/** Storage of `depth` words. A memory nobody writes is a ROM. */
export interface Memory {
  readonly name: string;
  readonly width: number;
  readonly depth: number;
  /** Whether a read gives its word in the next cycle (block RAM) or in the same one. */
  readonly synchronous: boolean;
  /** The first words at power-up; the rest is 0. */
  readonly contents: readonly bigint[];
}

/**
 * Ports that hand over words: one in every cycle in which both `valid` and `ready` are 1. Once `valid` is 1, it and
 * the fields stay as they are until the word is taken. `valid` does not wait for `ready`.
 */
export interface StreamPorts {
  readonly name: string;
  /** Whether the words come in: then `ready` is an output of the module, else `valid` and the fields are. */
  readonly direction: 'in' | 'out';
  /** Names of the ports that carry the word. */
  readonly fields: readonly string[];
  readonly valid: string;
  readonly ready: string;
}

export interface OutputPort extends Port {
  readonly value: Id;
}

/** A period that a module's longest path is to fit into when it is made in a technology. */
export interface ClockWish {
  readonly clockPs: number;
  readonly technology: string;
  /** Where it was asked for. */
  readonly place?: Place;
}

/**
 * One hardware module. `nodes` is in evaluation order: operands point backwards, but for a register's and a
 * memory write's, so there is no combinational loop. All registers share one clock, which is not a node.
 */
export interface Module {
  readonly name: string;
  /** One sentence for the banner of the generated file. */
  readonly about: string;
  readonly nodes: readonly Node[];
  /** In the order of the ports; each has an `input` node of its name. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly OutputPort[];
  readonly memories: readonly Memory[];
  /** Which ports work by valid and ready. A module with streams has a latency of 0: its words take as long as they take. */
  readonly streams?: readonly StreamPorts[];
  /** Cycles from an input to the outputs that belong to it, beyond what the designer's own registers add. */
  readonly latency: number;
  /** The stages the designer asked for, until the pipelining pass has made them. */
  readonly stages: number;
  /** In place of `stages`: the clock that they are to be found for. */
  readonly clock?: ClockWish;
  /** For a leaf written by hand: the file in `rtl/` that stands for it in Verilog. */
  readonly leaf?: string;
}

/** A library operator that a design was built with, and its parameters: for reports and for verification. */
export interface OperatorUse {
  readonly operator: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** How many of it there are, in all instances. */
  readonly count: number;
}

/** A module with all that it instantiates. Every module precedes those that instantiate it; `top` is the last. */
export interface Design {
  readonly top: string;
  readonly modules: readonly Module[];
  /** For a design with streams that was made of a datapath: that datapath, which does its work once a word. */
  readonly core?: Design;
  /** Those with other parameters apart; no part of what the design means. */
  readonly uses?: readonly OperatorUse[];
}

/** The module called `name`; it must be there. */
export function moduleOf(design: Design, name: string): Module {
  const found = design.modules.find((module) => module.name === name);
  if (!found) throw new Error(`no module ${name} in the design ${design.top}`);
  return found;
}

/** The module that the design is about. */
export function topOf(design: Design): Module {
  return moduleOf(design, design.top);
}

/** The name of the active-low synchronous reset input that modules with reset registers have. */
export const resetName = 'rst_n';

/** The port of the active-low reset, as every module declares it. */
export const resetPort: Port = { name: resetName, width: 1, lanes: 1, signed: false, format: 'bool' };
