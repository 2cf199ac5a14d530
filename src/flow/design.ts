import { success, type Result } from '../base/index.js';
import type { Arguments, Definition } from '../builder/index.js';
import { emit, type AxisTop, type Emitted } from '../emit/index.js';
import { topOf, resetName, type Design } from '../ir/index.js';
import { bitHeap, optimise, simplify, type HeapCells } from '../pass/index.js';
import type { FoundClock } from './settle.js';
import { version } from './version.js';

/** A design in all the forms that later steps need. */
export interface Built {
  readonly name: string;
  readonly about: string;
  /** As it was written. */
  readonly written: Design;
  /** As it is simulated: the same cycle by cycle, with less to compute. */
  readonly simplified: Design;
  /** As it is made: pipelined too. */
  readonly optimised: Design;
  readonly emitted: Emitted;
  /** For a wrapper: the design with streams inside it, and how its words lie in its buses. */
  readonly inner?: Design;
  readonly axis?: AxisTop;
  /** The modules whose stages were found for a clock. */
  readonly clocks?: readonly FoundClock[];
}

/**
 * How sums of products are made: as they are written, with `*` and `+`, which leaves their structure to synthesis; or as bit
 * heaps, arranged by the delays of `cells`. Simulation computes the first in either case.
 */
export type Arithmetic =
  { readonly kind: 'behavioural' } | { readonly kind: 'bitheap'; readonly cells?: HeapCells | undefined };

export const behavioural: Arithmetic = { kind: 'behavioural' };

/** Elaborates a definition and brings it into all its forms. */
export function buildDesign(
  definition: Definition,
  given: Arguments,
  clockPs?: number,
  arithmetic: Arithmetic = behavioural,
): Result<Built> {
  const written = definition.elaborate(given);
  if (!written.ok) return written;
  return success(formsOf(written.value, clockPs, arithmetic), written.diagnostics);
}

/** The forms of an elaborated design; `axis` names a module in it whose ports have the names of AXI4-Stream. */
export function formsOf(
  written: Design,
  clockPs?: number,
  arithmetic: Arithmetic = behavioural,
  axis?: AxisTop,
): Built {
  const simplified = simplify(written);
  const optimised = optimise(written, arithmetic.kind === 'bitheap' ? [bitHeap(arithmetic.cells)] : []);
  const { name, about } = topOf(written);
  const emitted = emit(optimised, {
    version,
    ...(clockPs !== undefined && { clockPs }),
    ...(axis && { axis }),
  });
  return { name, about, written, simplified, optimised, emitted, ...(axis && { axis }) };
}

/** What was understood of a design, for people: ports, widths, latency, size. */
export interface Understood {
  readonly name: string;
  readonly about: string;
  readonly ports: readonly {
    readonly name: string;
    readonly direction: string;
    readonly type: string;
    readonly width: number;
  }[];
  readonly latency: number;
  /** Whether words go by valid and ready. */
  readonly streams: boolean;
  readonly clocked: boolean;
  readonly modules: number;
  readonly nodes: number;
  readonly registerBits: number;
}

export function understand(built: Built): Understood {
  const { optimised, emitted } = built;
  const top = topOf(optimised);
  const nodes = optimised.modules.flatMap((module) => module.nodes);
  return {
    name: built.name,
    about: built.about,
    ports: [
      ...top.inputs
        .filter((port) => port.name !== resetName)
        .map((port) => ({ ...port, direction: 'input' })),
      ...top.outputs.map((port) => ({ ...port, direction: 'output' })),
    ].map(({ name, direction, format, lanes, width }) => ({
      name,
      direction,
      type: lanes > 1 ? `${format}[${lanes}]` : format,
      width,
    })),
    latency: emitted.latency,
    streams: (top.streams ?? []).length > 0,
    clocked: emitted.clocked,
    modules: optimised.modules.length,
    nodes: nodes.length,
    registerBits: nodes.reduce((sum, node) => sum + (node.kind === 'reg' ? node.width : 0), 0),
  };
}
