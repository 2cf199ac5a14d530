import type { Design } from '../../ir/index.js';
import { activityOf } from './activity.js';
import { classes, classesOf } from './classes.js';
import { pathsOf, type Paths } from './paths.js';
import { sketchOf, type Sketch } from './sketch.js';

/** What formulas of area, leakage and energy may say, each with a docstring for people. */
export const variables = {
  inputs: 'bits of input ports',
  outputs: 'bits of output ports',
  wide: 'readers beyond the fourth of every element but inputs',
  wideInputs: 'readers beyond the fourth of every input bit',
  wideChanges: 'readers beyond the fourth of every element and input, times its changes in a mean cycle',
  pinChanges: 'changes of elements in a mean cycle, times the readers of each',
  ...(Object.fromEntries(
    classes.flatMap((name) => [
      [name, `elements of class ${name}`],
      [`${name}Changes`, `changes of elements of class ${name} in a mean cycle`],
    ]),
  ) as Record<string, string>),
};

/** A design as technologies see it: its elements with the class of each, and what is to be counted of them. */
export interface Features {
  readonly sketch: Sketch;
  readonly classes: Uint8Array;
  readonly paths: Paths;
  /** By name, those of `variables`. */
  readonly counts: Readonly<Record<string, number>>;
}

const known = new WeakMap<Design, Features>();

/** The features of a design; of one that was seen before they are at hand. */
export function featuresOf(design: Design): Features {
  const found = known.get(design) ?? measured(design);
  known.set(design, found);
  return found;
}

/** The same without looking whether they are at hand. */
export function measured(design: Design): Features {
  const sketch = sketchOf(design);
  const own = classesOf(sketch);
  return { sketch, classes: own, paths: pathsOf(sketch), counts: countsOf(sketch, own) };
}

function countsOf(sketch: Sketch, own: Uint8Array): Record<string, number> {
  const { count, fanout, inputs, outputs } = sketch;
  const activity = activityOf(sketch);
  const sizes = new Float64Array(classes.length);
  const changes = new Float64Array(classes.length);
  let wide = 0;
  let wideInputs = 0;
  let wideChanges = 0;
  let pinChanges = 0;
  for (let id = 1; id < count; id++) {
    const k = own[id]!;
    sizes[k]!++;
    changes[k]! += activity[id]!;
    pinChanges += activity[id]! * fanout[id]!;
    if (fanout[id]! <= 4) continue;
    const more = fanout[id]! - 4;
    if (k === 0) wideInputs += more;
    else wide += more;
    wideChanges += activity[id]! * more;
  }
  const counts: Record<string, number> = {
    inputs: inputs.length,
    outputs: outputs.length,
    wide,
    wideInputs,
    wideChanges,
    pinChanges,
  };
  classes.forEach((name, k) => {
    counts[name] = sizes[k]!;
    counts[`${name}Changes`] = changes[k]!;
  });
  return counts;
}
