export type { Base, PowerUp } from './base.js';
export type { Counterexample } from './counterexample.js';
export { describeLink, describeTried } from './describe.js';
export { areEqual } from './equal.js';
export { tryAll, type Defined, type Tried } from './exhaustive.js';
export { graphOf, type Bit, type Graph } from './graph.js';
export { compareDesigns, type LinkOptions, type Outcome } from './link.js';
export { prove, type Form, type Forms, type Link, type Proof, type ProveOptions } from './prove.js';
export { readBack, type ReadBack } from './readback.js';
