import { classes } from './classes.js';
import { kindNumber } from './elements.js';
import type { Formula } from './formula.js';
import type { Sketch } from './sketch.js';

/** The delays that formulas are given for: of each class of elements, and of three more things. */
export const delayNames = [...classes, 'select', 'setup', 'output'] as const;
export type DelayName = (typeof delayNames)[number];

/** Readers beyond this many are as many as this. */
const most = 255;

/** Delays in ps: by class and number of readers, and what is added at a selecting bit, a register, an output port. */
export interface Delays {
  /** At `class · 256 + readers`. */
  readonly elements: Float64Array;
  readonly select: number;
  readonly setup: number;
  readonly output: number;
}

/** Formulas over `fanout`, the number of readers, as tables. */
export function tabulated(formulas: Readonly<Record<DelayName, Formula>>): Delays {
  const elements = new Float64Array(classes.length * (most + 1));
  classes.forEach((name, k) => {
    for (let readers = 0; readers <= most; readers++)
      elements[k * (most + 1) + readers] = formulas[name]({ fanout: Math.max(1, readers) });
  });
  const once = (name: DelayName): number => formulas[name]({ fanout: 1 });
  return { elements, select: once('select'), setup: once('setup'), output: once('output') };
}

const { mux: MUX, register: REGISTER, input: INPUT } = kindNumber;

/** What the longest path is looked for in, laid out for that alone; the element 0 is one that is there at once. */
export interface Paths {
  /** Whose words an element waits for, three of each; 0 for what it does not wait for. */
  readonly from: Int32Array;
  /** The place of its delay in the table; negative, less one, for a selecting bit in front. */
  readonly at: Int16Array;
  /** The elements that registers and outputs take their bits from. */
  readonly registers: Int32Array;
  readonly outputs: Int32Array;
}

export function pathsOf({ count, kind, a, b, c, fanout, outputs }: Sketch, own: Uint8Array): Paths {
  const from = new Int32Array(3 * count);
  const at = new Int16Array(count);
  const registers = new Set<number>();
  for (let id = 1; id < count; id++) {
    const place = own[id]! * (most + 1) + Math.min(most, fanout[id]!);
    at[id] = kind[id] === MUX ? -1 - place : place;
    if (kind[id] === REGISTER) registers.add(a[id]! >> 1);
    if (kind[id] === REGISTER || kind[id] === INPUT) continue;
    from[3 * id] = a[id]! >> 1;
    from[3 * id + 1] = b[id]! >> 1;
    from[3 * id + 2] = c[id]! >> 1;
  }
  const ends = new Set(Array.from(outputs, (literal) => literal >> 1));
  const idsOf = (set: Set<number>): Int32Array => Int32Array.from(set).filter((id) => id > 0);
  return { from, at, registers: idsOf(registers), outputs: idsOf(ends) };
}

let times = new Float64Array(1024);

/** The longest path, from inputs and registers through the elements to registers and outputs. */
export function delayOf({ from, at, registers, outputs }: Paths, delays: Delays): number {
  const { elements, select, setup, output } = delays;
  const count = at.length;
  if (times.length < count) times = new Float64Array(2 * count);
  for (let id = 1, k = 3; id < count; id++, k += 3) {
    const [x, y, z] = [times[from[k]!]!, times[from[k + 1]!]!, times[from[k + 2]!]!];
    const place = at[id]!;
    const first = place < 0 ? x + select : x;
    const later = y > z ? y : z;
    times[id] = (first > later ? first : later) + elements[place < 0 ? -1 - place : place]!;
  }
  let worst = 0;
  for (const id of registers) worst = Math.max(worst, times[id]! + setup);
  for (const id of outputs) worst = Math.max(worst, times[id]! + output);
  return worst;
}
