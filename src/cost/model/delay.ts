import { classes } from './classes.js';
import { kindNumber } from './elements.js';
import type { Features } from './features.js';
import type { Formula } from './formula.js';

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

/** The longest path, from inputs and registers through the elements to registers and outputs. */
export function delayOf({ sketch, classes: own }: Features, delays: Delays): number {
  const { count, kind, a, b, c, fanout, outputs } = sketch;
  const { elements, select, setup, output } = delays;
  const times = new Float64Array(count);
  for (let id = 1; id < count; id++) {
    const k = kind[id]!;
    let from = 0;
    if (k !== INPUT && k !== REGISTER) {
      from = times[a[id]! >> 1]! + (k === MUX ? select : 0);
      if (times[b[id]! >> 1]! > from) from = times[b[id]! >> 1]!;
      if (k >= MUX && times[c[id]! >> 1]! > from) from = times[c[id]! >> 1]!;
    }
    times[id] = from + elements[own[id]! * (most + 1) + Math.min(most, fanout[id]!)]!;
  }
  let worst = 0;
  for (let id = 1; id < count; id++)
    if (kind[id] === REGISTER && a[id]! > 1) worst = Math.max(worst, times[a[id]! >> 1]! + setup);
  for (const literal of outputs) if (literal > 1) worst = Math.max(worst, times[literal >> 1]! + output);
  return worst;
}
