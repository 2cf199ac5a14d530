import type { Design } from '../ir/index.js';
import { dead } from './dead.js';
import { enable } from './enable.js';
import { fold } from './fold.js';
import { narrow } from './narrow.js';
import type { Pass } from './pass.js';
import { pipeline } from './pipeline.js';
import { share } from './share.js';

/** The passes that keep a design's behaviour cycle by cycle, in the order in which they run. */
export const simplifying: readonly Pass[] = [fold, share, enable, narrow, share, dead];

/** Every pass there is, for tests and for documentation. */
export const passes: readonly Pass[] = [fold, share, enable, narrow, dead, pipeline];

/** The design as it is simulated: simplified, not yet pipelined. */
export function simplify(design: Design): Design {
  return simplifying.reduce((current, pass) => pass.run(current), design);
}

/** The design as it is built: simplified, changed by what passes are given, and pipelined. */
export function optimise(design: Design, before: readonly Pass[] = []): Design {
  return finish(simplify(design), before);
}

/** The same of a design that is simplified already. */
export function finish(simplified: Design, before: readonly Pass[] = []): Design {
  return [...before, pipeline, fold, share].reduce((current, pass) => pass.run(current), simplified);
}
