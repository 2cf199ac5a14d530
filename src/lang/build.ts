import type { Datapath, Value } from '../builder/index.js';
import { excess, nothing, word, type Item } from './item.js';
import { wrongUse } from './problems.js';
import { countNodes, refuseItem, type Scope } from './scope.js';
import type { Span } from './span.js';

/** Builds a value of the circuit at a place of the text, and looks that it has not grown out of bounds. */
export function build(scope: Scope, at: Span, make: (datapath: Datapath) => Value): Item {
  const { datapath } = scope.frame;
  datapath.draft.place = at;
  return bounded(scope, at, make(datapath));
}

/** The value, unless it or the module around it is larger than allowed. */
export function bounded(scope: Scope, at: Span, value: Value): Item {
  if (value.kind === 'poison') return nothing;
  countNodes(scope, lastNode(value) + 1, at);
  const beyond = excess(value.type);
  return beyond ? refuseItem(scope, at, wrongUse('this value', ...beyond)) : word(value);
}

/** The node made last for the value; nodes of a module are numbered in order. */
function lastNode(value: Value): number {
  let here: Value | undefined = value;
  while (here?.kind === 'vector') here = here.elements.at(-1);
  return here?.kind === 'scalar' ? here.id : 0;
}
