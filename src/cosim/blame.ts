import { topOf } from '../ir/index.js';
import { interpretRows } from './engines.js';
import { heldOn } from './follow.js';
import type { Row } from './stimulus.js';
import type { Mismatch, Subject, Verdict } from './verify.js';

/** Where the fault behind a mismatch lies most likely. */
export type Suspect =
  | 'the reference or the design as written'
  | 'the compiled simulation'
  | 'the passes that simplify'
  | 'the pipelining'
  | 'the Verilog'
  | 'the design with its streams'
  | 'more than one';

/**
 * Names the one form that stands alone: every engine is compared with the compiled simulation, so one that differs
 * alone is at fault itself, and where all differ it is the simulation. The interpreter runs the design as written, so
 * passes that simplify part it and the reference from all others. Where only the Verilog differs, the design that it was
 * made of is run up to the mismatch: if it gives the same, pipelining is at fault.
 *
 * @param rows all rows that were tried
 */
export function blame(subject: Subject, verdict: Verdict, rows: readonly Row[]): Suspect {
  const { compared, differing, first } = verdict;
  const differs = (engine: string): boolean => (differing[engine] ?? 0) > 0;
  const others = Object.keys(compared).filter((engine) => engine !== 'words');
  if (others.length > 1 && others.every(differs)) return 'the compiled simulation';
  if (differs('verilator')) {
    if (others.some((engine) => engine !== 'verilator' && differs(engine))) return 'more than one';
    return first && sameAsMade(subject, first, rows) ? 'the pipelining' : 'the Verilog';
  }
  if (differs('interpreter')) return 'the passes that simplify';
  return differs('words') ? 'the design with its streams' : 'the reference or the design as written';
}

/** Whether the design that the Verilog was made of gives the word that was found in it. */
function sameAsMade({ signals, emitted }: Subject, first: Mismatch, rows: readonly Row[]): boolean {
  if (!signals) return false;
  const { design } = signals();
  const port = topOf(design).outputs.findIndex(({ name }) => name === first.port);
  const until = heldOn(rows, emitted.latency).slice(0, first.cycle + emitted.latency + 1);
  const word = interpretRows(design, until).at(-1)?.[port];
  return word !== undefined && `0x${word.toString(16)}` === first.found;
}
