import { estimated, featuresOf, type CostModel } from '../cost/index.js';
import type { Design } from '../ir/index.js';
import { simplify } from '../pass/index.js';
import { modelDesign, modelForms } from './modelled.js';

/** Designs in a second of processor time, each in the form that is taken by default, which takes all of its forms. */
export interface ModelSpeed {
  /** With the features of the forms at hand: for another technology of the same adders, or a module seen before. */
  readonly known: number;
  /** From a simplified design. */
  readonly built: number;
  /** From a simplified design, for those of at most 500 elements. */
  readonly builtSmall: number;
  /** From an operator's parameters: elaboration, passes, and the model. */
  readonly elaborated: number;
}

/** A design in its forms, and what makes it anew. */
interface Timed {
  readonly name: string;
  readonly make: () => Design;
  readonly simplified: Design;
  readonly forms: readonly { readonly design: Design }[];
}

/** Measures a model on designs, each round of them for a second. */
export function modelSpeed(model: CostModel, same: readonly Timed[]): ModelSpeed {
  const features = same.map(({ forms }) => forms.map(({ design }) => featuresOf(design)));
  const small = same.filter((_, i) => features[i]![0]!.sketch.count <= 500);
  const operators = same.filter(({ name }) => name.includes(' '));
  const built = (simplified: Design): unknown => modelDesign(modelForms(simplified), model);
  return {
    known: rate(features, (forms) => forms.forEach((one) => estimated(model, one)), 1),
    built: rate(same, ({ simplified }) => built(simplified), 1),
    builtSmall: rate(small, ({ simplified }) => built(simplified), 1),
    elaborated: rate(operators, ({ make }) => built(simplify(make())), 1),
  };
}

/** How many in a second of processor time, all of them again and again for at least `seconds`, after one round to warm up. */
function rate<T>(all: readonly T[], run: (one: T) => unknown, seconds: number): number {
  if (all.length === 0) return 0;
  all.forEach(run);
  let rounds = 0;
  let spent = 0;
  const start = process.cpuUsage();
  do {
    all.forEach(run);
    rounds++;
    const { user, system } = process.cpuUsage(start);
    spent = (user + system) / 1e6;
  } while (spent < seconds);
  return Math.round((rounds * all.length) / spent);
}
