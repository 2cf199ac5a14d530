/** What a part of a processing element is for. */
export const partRoles = [
  'compute',
  'weights',
  'activations',
  'accumulators',
  'control',
  'post-processing',
  'other',
] as const;

export type PartRole = (typeof partRoles)[number];

/** A processing element: what it consists of, and how often each part of it works. */
export interface Element {
  readonly name: string;
  readonly about?: string | undefined;
  /** The period of its clock. */
  readonly clockPs: number;
  /** Multiply-accumulates of a cycle in which it works. */
  readonly macsPerCycle: number;
  readonly parts: readonly Part[];
  /** What one inference asks of it. */
  readonly inference?: Workload | undefined;
}

export interface Workload {
  readonly macs: number;
  /** The share of cycles in which it works, more than 0 and at most 1. */
  readonly utilisation: number;
}

export type Part = LogicPart | MemoryPart | RegistersPart;

interface PartHead {
  readonly name: string;
  readonly role: PartRole;
  /** How many of it there are. */
  readonly count: number;
}

/** Logic, which is synthesised. */
export interface LogicPart extends PartHead {
  readonly kind: 'logic';
  /** The file of the design. */
  readonly design: string;
  readonly parameters: Readonly<Record<string, number | boolean | string | readonly number[]>>;
  /** It works in one cycle of so many, and its clock runs in the others. */
  readonly busyEvery: number;
  /** Whether its clock stands still while it does not work. */
  readonly gated: boolean;
  /** The chance of each bit of its inputs to change while it works. */
  readonly density: number;
}

/** An SRAM by the memory model of the technology. */
export interface MemoryPart extends PartHead, Accesses {
  readonly kind: 'memory';
  readonly words: number;
  readonly width: number;
  readonly ports: number;
}

/** Flip-flops alone: reads are free, as their multiplexers are logic. */
export interface RegistersPart extends PartHead, Accesses {
  readonly kind: 'registers';
  readonly words: number;
  readonly width: number;
  /** Whether words that are not written get no clock. */
  readonly gated: boolean;
}

/** The reuse of a buffer: each of it reads a word once in so many cycles, and writes one; never where it is left out. */
interface Accesses {
  readonly readEvery?: number | undefined;
  readonly writeEvery?: number | undefined;
}
